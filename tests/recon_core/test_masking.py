import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_core.masking import masked, masked_id, masked_numbers, masked_text

IBAN = "FR7630006000011234567890189"
SPACED = "FR76 3000 6000 0112 3456 7890 189"
GERMAN = "DE89370400440532013000"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (IBAN, "FR76…0189"),
        (SPACED, "FR76…0189"),
        ("00012345678", "…5678"),
        ("MANDAT-2026-17", "…2617"),
        ("1234567", "…"),
        ("FR76…0189", "FR76…0189"),
        ("", ""),
    ],
)
def test_of_a_number_its_end_is_left(number: str, shown: str) -> None:
    assert masked_id(number) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"VIR DE {IBAN} DUPONT", "VIR DE FR76…0189 DUPONT"),
        (f"VIR DE {SPACED} DUPONT", "VIR DE FR76…0189 DUPONT"),
        (f"/IBAN/{IBAN.lower()}/", "/IBAN/fr76…0189/"),
        (f"{IBAN} {GERMAN}", "FR76…0189 DE89…3000"),
        (f"IBAN{GERMAN}", "IBANDE89…3000"),
        ("FR76-3000-6000-0112-3456-7890-189.", "FR76…0189."),
    ],
)
def test_ibans_in_a_text_are_masked_however_they_are_written(text: str, shown: str) -> None:
    assert masked_text(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "FACTURE FA2026000123456789",
        "INV/2026/00077",
        "RF18539007547034",
        "FR7630006000011234567890188",
    ],
)
def test_references_and_numbers_that_are_no_ibans_stay(text: str) -> None:
    assert masked_text(text) == text


def test_values_are_masked_wherever_they_stand() -> None:
    value = {
        "id": 7,
        "account_number": "00012345678",
        "st_line_id/mandate_id": "MANDAT-2026-17",
        "amount": 12.5,
        "evidence": [{"code": "x", "params": {"iban": GERMAN, "text": f"of {IBAN}"}}],
        "partner": (7, f"DUPONT {IBAN}"),
        "domain": [("account_number", "=", "00012345678"), ("id", "in", [1, 2])],
        "none": None,
        "no": False,
    }
    assert masked(value) == {
        "id": 7,
        "account_number": "…5678",
        "st_line_id/mandate_id": "…2617",
        "amount": 12.5,
        "evidence": [{"code": "x", "params": {"iban": "DE89…3000", "text": "of FR76…0189"}}],
        "partner": (7, "DUPONT FR76…0189"),
        "domain": [("account_number", "=", "…5678"), ("id", "in", [1, 2])],
        "none": None,
        "no": False,
    }


def test_where_numbers_are_all_there_is_each_is_masked() -> None:
    value = {"value": "X00012345678", "seen": "2026-03-31 12:00:00", "rows": [(7, "12345678")]}
    assert masked_numbers(value) == {
        "value": "X…5678",
        "seen": "2026-03-31 12:00:00",
        "rows": [(7, "…")],
    }


@given(st.text(), st.sampled_from([IBAN, SPACED, GERMAN]), st.text())
def test_no_iban_is_left_in_any_text(before: str, number: str, after: str) -> None:
    text = f"{before} {number} {after}"
    assert number not in masked_text(text)


@given(st.text())
def test_what_is_masked_once_is_masked_the_same_twice(text: str) -> None:
    assert masked_text(masked_text(text)) == masked_text(text)


def test_a_very_long_text_is_masked_at_once() -> None:
    assert masked_text("FR76" * 5000 + IBAN).endswith("FR76…0189")
