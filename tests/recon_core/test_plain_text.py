"""What a bank writes is text and stays text, whatever characters it holds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_core.normalisers.identity import identity_v1
from recon_core.plain_text import LONGEST_NAME, file_name, plain
from recon_core.types import BankAccount, BankTransaction, TransactionStatus


def transaction(text: str) -> BankTransaction:
    return BankTransaction(
        Decimal(1),
        "EUR",
        TransactionStatus.BOOKED,
        date(2026, 3, 1),
        counterparty_name=text,
        remittance_unstructured=text,
    )


def test_control_characters_and_half_surrogates_become_spaces():
    assert plain("A\x00B\ud83dC\x1b[2J\x85D\u202eE") == "A B C [2J D E"


def test_lines_tabs_and_all_scripts_stay():
    text = "Ligne 1\nLigne 2\tÉlan Ωmega 中文 العربية 😀"
    assert plain(text) == text


def test_every_source_passes_through_it():
    assert transaction("x\x00y").remittance_unstructured == "x y"
    assert transaction("x\x00y").counterparty_name == "x y"
    assert BankAccount("ref", "FR76", "EUR", name="a\x07b").name == "a b"


def test_html_templates_and_formulas_are_only_text():
    text = "<img src=x onerror=alert(1)> {{ 7*7 }} ${env} =HYPERLINK(1) @SUM(1)"
    assert transaction(text).remittance_unstructured == text


@given(st.text())
def test_a_database_can_store_it_and_words_stay_words(text):
    cleaned = plain(text)
    assert "\x00" not in cleaned
    cleaned.encode("utf-8")
    assert plain(cleaned) == cleaned
    # words are told apart by the same places: what was imported before keeps its identity
    as_it_came = transaction("")
    for name in ("counterparty_name", "remittance_unstructured"):
        object.__setattr__(as_it_came, name, text)
    assert identity_v1(transaction(text)) == identity_v1(as_it_came)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("facture.pdf", "facture.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\facture 12.pdf", "facture 12.pdf"),
        ("a\x00b\r\nX-Header: 1.pdf", "a b X-Header: 1.pdf"),
        ("gnp.\u202efdp", "gnp. fdp"),
        ("....pdf", "pdf"),
        ("/", ""),
        ("", ""),
        ("x" * 300 + ".pdf", "x" * (LONGEST_NAME - 4) + ".pdf"),
        ("y" * 300, "y" * LONGEST_NAME),
    ],
)
def test_the_name_of_a_file_is_a_name_and_nothing_else(given_name: str, kept: str) -> None:
    assert file_name(given_name) == kept


@given(st.text())
def test_no_name_of_a_file_is_a_path_or_too_long(name: str) -> None:
    kept = file_name(name)
    assert len(kept) <= LONGEST_NAME
    assert not set(kept) & set("/\\\0\n")
