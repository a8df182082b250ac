import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_core.references import (
    compact,
    compact_text,
    fold,
    is_valid_creditor_reference,
    spellings,
    without_zeros,
)


def test_folding_drops_accents_and_other_alphabets():
    assert fold("Œuvre déjà Straße 株") == "OEUVRE DEJA STRASSE  "


@given(st.text())
def test_a_compact_key_holds_letters_and_digits_only(text):
    key = compact(text)
    assert key == "" or key.isalnum()
    assert compact(key) == key


def test_zeros_and_prefixes_can_be_left_out():
    assert without_zeros("INV/2025/00130") == "INV2025130"
    assert spellings("INV/2025/00130").core == "202500130"
    assert spellings("A1B2").core == ""


@pytest.mark.parametrize(
    ("reference", "short"),
    [("INV/2025/00130", {"130"}), ("202603456", {"202603456", "3456"}), ("FA12", {"12"})],
)
def test_tails_are_how_people_abbreviate(reference, short):
    assert short <= set(spellings(reference).tails)


def test_windows_start_and_end_where_words_or_numbers_do():
    found = {piece for _, piece in compact_text("REF FAC2026 12").windows((4, 7, 9))}
    assert {"2026", "FAC2026", "FAC202612"} <= found
    assert "FAC20261" not in found


@pytest.mark.parametrize(
    ("reference", "valid"),
    [
        ("RF18 5390 0754 7034", True),
        ("RF19 5390 0754 7034", False),
        ("+++010/8068/17183+++", True),
        ("+++010/8068/17184+++", False),
    ],
)
def test_check_digits_are_checked(reference, valid):
    assert is_valid_creditor_reference(reference) is valid


@pytest.mark.parametrize(
    ("country", "reference", "wrong"),
    [
        ("CH", "21 00000 00003 13947 14300 09017", "21 00000 00003 13947 14300 09018"),
        ("FI", "1234561", "1234562"),
        ("NO", "2345676", "2345677"),  # modulus 10
        ("NO", "12345678911", "12345678912"),  # modulus 11
    ],
)
def test_national_references_are_checked_for_debtors_of_their_country(country, reference, wrong):
    assert is_valid_creditor_reference(reference, country)
    assert not is_valid_creditor_reference(wrong, country)
    assert not is_valid_creditor_reference(reference, "FR")
