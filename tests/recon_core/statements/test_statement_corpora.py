from pathlib import Path

import pytest

from recon_core.errors import FileFormatError
from recon_core.statements import read_statement

# Samples whose authors cut entries out or changed amounts: their balances cannot agree.
CUT = (
    "genkgo__camt053.v2.five.decimals",
    "genkgo__camt053.v2.minimal.ultimate",
    "genkgo__camt053.v3",
    "genkgo__camt053.v8",
    "akretion__bank_statement",
    "betterplace__sepa_snippet",
    "jejik__abnamro",
    "jejik__knab",
    "jejik__postfinance",
    "jejik__rabobank",
    "self-provided__multiline",
    "self-provided__raiffeisen-cmi",
    "self-provided__raphaelm",
    "self-provided__whitespace",
)
REFUSED = {
    "genkgo__camt053.v2.wrong.xml": "camt_no_statement",
    # booked entries without any date: not to be guessed, and not to be lost in silence
    "genkgo__camt054.v2.with-account-name.xml": "camt_no_date",
    "genkgo__camt054.v8-with-UETR.xml": "camt_no_date",
}


def samples(corpora: Path, folder: str) -> list[Path]:
    found = sorted((corpora / "statements" / folder).glob("*"))
    if not found:
        pytest.skip(f"no samples of {folder}")
    return found


@pytest.mark.parametrize("folder", ["camt", "cfonb120", "mt940", "ofx", "qif"])
def test_foreign_files_agree_with_their_balances_or_are_refused_with_a_code(corpora, folder):
    checked = 0
    for path in samples(corpora, folder):
        try:
            statements = read_statement(path.read_bytes(), path.name)
        except FileFormatError as error:
            assert error.code
            continue
        for statement in statements:
            checked += 1
            if statement.opening and statement.closing and not path.name.startswith(CUT):
                booked = sum(t.amount for t in statement.transactions if t.booking_date)
                assert statement.opening.amount + booked == statement.closing.amount, path.name
    assert checked


def test_every_camt_sample_is_read_but_the_wrong_ones(corpora):
    for path in samples(corpora, "camt"):
        if path.name in REFUSED:
            with pytest.raises(FileFormatError) as error:
                read_statement(path.read_bytes())
            assert error.value.code == REFUSED[path.name]
        else:
            assert read_statement(path.read_bytes()), path.name
