import pytest

from recon_core.statements import read_statement
from recon_core.statements.mt940_details import Details, read_field_86

GERMAN = (
    "166?00GUTSCHRIFT?100399?20EREF+RE 2026-12?21MREF+M-7?22CRED+DE98ZZZ09999999999\n"
    "?23SVWZ+Rechnung Nummer 2026-1?242 vom 2. Maerz?30BYLADEM1001?31DE02120300000\n"
    "000202051?32Hafenwerk Gesellschaft mit ?33Haftung"
)


def test_numbered_parts_are_told_apart_and_full_ones_go_on_inside_of_a_word():
    assert read_field_86(GERMAN) == Details(
        end_to_end_id="RE 2026-12",
        mandate_id="M-7",
        creditor_id="DE98ZZZ09999999999",
        counterparty_name="Hafenwerk Gesellschaft mit Haftung",
        counterparty_iban="DE02120300000000202051",
        remittance="Rechnung Nummer 2026-12 vom 2. Maerz",
    )


@pytest.mark.parametrize("separator", "?<~^#")
def test_any_sign_may_number_the_parts(separator):
    found = read_field_86("020<00X<20FAKTURA 12<32HUTA".replace("<", separator))
    assert (found.remittance, found.counterparty_name) == ("FAKTURA 12", "HUTA")


def test_a_purpose_without_tags_is_the_text_and_short_parts_are_lines():
    assert read_field_86("051?20Gehalt Oktober?21Firma Muster").remittance == (
        "Gehalt Oktober Firma Muster"
    )


def test_without_a_purpose_the_bank_says_what_it_did():
    assert read_field_86("808?00KONTOFUEHRUNG").remittance == "KONTOFUEHRUNG"


def test_a_payment_that_comes_back_has_its_reason_and_the_end_to_end_id_ends_before_the_message():
    found = read_field_86("159?00RETOURE?20EREF+RE 12?21MTLG:IBAN ungueltig?34901")
    assert (found.end_to_end_id, found.return_reason) == ("RE 12", "AC01")
    assert found.remittance == "IBAN ungueltig"
    assert read_field_86("109?20SVWZ+X?34977").return_reason == "MS03"


def test_named_parts_end_where_the_next_one_begins():
    found = read_field_86(
        "/TRTP/SEPA OVERBOEKING/IBAN/NL91ABNA0417164300/BIC/ABNANL2A/NAME/Havenwerk"
        "/REMI/FAC/2026/00012/EREF/NOTPROVIDED"
    )
    assert found == Details(
        counterparty_name="Havenwerk",
        counterparty_iban="NL91ABNA0417164300",
        remittance="FAC/2026/00012",
    )


def test_a_counterparty_in_one_part_is_taken_apart():
    found = read_field_86(
        "/EREF/E2E-1//CNTP/NL91ABNA0417164300/ABNANL2A/Havenwerk BV/Rotterdam//REMI/USTD//factuur 12/"
    )
    assert (found.counterparty_iban, found.counterparty_name) == (
        "NL91ABNA0417164300",
        "Havenwerk BV",
    )
    assert (found.remittance, found.end_to_end_id) == ("factuur 12", "E2E-1")
    structured = read_field_86(
        "/CNTP/NL91ABNA0417164300/ABNANL2A/X//REMI/STRD/CUR/1234567890123456/"
    )
    assert structured.creditor_reference == "1234567890123456"


def test_a_long_text_is_kept_to_its_end():
    text = " ".join(f"word{number:03d}" for number in range(200))
    lines = "\n".join(text[start : start + 65] for start in range(0, len(text), 65))
    message = f":20:A\n:25:1234567\n:60F:C260301EUR0,\n:61:2603020302C1,00NTRFNONREF\n:86:{lines}\n:62F:C260302EUR1,00\n"
    (entry,) = read_statement(message.encode())[0].transactions
    assert entry.remittance_unstructured.endswith("word199")


def test_an_account_in_the_place_of_the_customers_reference_is_no_reference():
    message = (
        ":20:A\n:25:1234567\n:60F:C260301EUR0,\n:61:2603020302C1,00NTRFNL47INGB0001234567\n"
        ":86:betaling\n:62F:C260302EUR1,00\n"
    )
    (entry,) = read_statement(message.encode())[0].transactions
    assert (entry.counterparty_iban, entry.end_to_end_id) == ("NL47INGB0001234567", "")


@pytest.mark.parametrize(
    ("field_61", "day"), [("2512310102", "2026-01-02"), ("2601021231", "2025-12-31")]
)
def test_a_booking_around_new_year_gets_the_nearer_year(field_61, day):
    message = f":20:A\n:25:1234567\n:60F:C251231EUR0,\n:61:{field_61}C1,00NTRFNONREF\n:62F:C260102EUR1,00\n"
    (entry,) = read_statement(message.encode())[0].transactions
    assert entry.booking_date.isoformat() == day
