"""What a bank writes is text and stays text, whatever characters it holds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from recon_core.normalisers.identity import identity_v1
from recon_core.plain_text import plain
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
