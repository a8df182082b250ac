"""What banks say in their free text only, each bank in its own way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_core.normalisers.bank_words import completed
from recon_core.normalisers.identity import identity_v1
from recon_core.types import BankTransaction, TransactionStatus

BARE = BankTransaction(Decimal("-10.00"), "EUR", TransactionStatus.BOOKED, date(2026, 3, 1))
IN = replace(BARE, amount=Decimal("10.00"))


def read(text: str, found: BankTransaction = BARE) -> BankTransaction:
    return completed(replace(found, remittance_unstructured=text))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        # BoursoBank, Fortuneo and other French banks
        ("CARTE 01/03/25 BOULANGERIE PAUL CB*4567", "BOULANGERIE PAUL"),
        ("CARTE 01/03 BOULANGERIE PAUL", "BOULANGERIE PAUL"),
        ("CARTE 01/03/2025 BOULANGERIE PAUL 7428347", "BOULANGERIE PAUL"),
        ("ANN CARTE BOULANGERIE PAUL", "BOULANGERIE PAUL"),
        ("ANN CARTE 01/03 BOULANGERIE PAUL", "BOULANGERIE PAUL"),
        ("VIR INST Claire Martin\nloyer", "Claire Martin"),
        ("loyer\nVIR SEPA Claire Martin", "Claire Martin"),
        ("PRLV SEPA EDF CLIENTS\nECHEANCE", "EDF CLIENTS"),
        ("PRLV EDF CLIENTS", "EDF CLIENTS"),
        ("VIR loyer de mars\nClaire Martin\nRéf : 123", "Claire Martin"),
        # KBC, CBC
        (
            "DELHAIZE 4 BE1000 BRUXELLES Betaling met KBC-Debetkaart 28-08-2024",
            "DELHAIZE 4 BE1000 BRUXELLES",
        ),
        ("Telenet BV Domiciliëring klant 1", "Telenet BV"),
        # ABN AMRO
        ("BEA, Betaalpas\nBakkerij Smit,PAS123\nNR:1, 09.12.23/15:43\nDELFT", "Bakkerij Smit"),
        # easybank, BAWAG
        ("Bezahlung Karte MC/000001234POS 1234 K001 12.12. 23:59BILLA 123\\\\WIEN\\1", "BILLA 123"),
        # Swedbank
        ("PIRKUMS 424242******4242 28.10.24 13:37 22.99 EUR (111111) RIMI", "RIMI"),
        ("PIRKUMS 424242******4242 28.10.2024 22.99 EUR (111111) RIMI LATVIA", "RIMI LATVIA"),
        # LHV
        ("(..1234) 2025-01-02 09:32 Selver\\Tallinn\\EE", "Selver"),
        # Virgin Money
        ("FPS, Joe Bloggs, Food", "Joe Bloggs"),
        ("Card 99, Tesco Express", "Tesco Express"),
        ("MOB, Joe Bloggs", "Joe Bloggs"),
        # BNP Paribas Fortis
        ("atmPosName: COLRUYT 1234, narrative: ['x']", "COLRUYT 1234"),
    ],
)
def test_a_name_in_the_words_of_the_bank_is_found(text, name):
    found = read(text)
    assert found.counterparty_name == name
    assert found.remittance_unstructured == text
    assert found.read_from_text == {"counterparty_name"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "BOULANGERIE PAUL",
        "RETRAIT DAB 01/03/25 LYON PART DIEU CB*9876",
        "ECH PRET:1823918329832913",
        "VIR FACTURE 12",
        "VIR loyer\nClaire Martin\nParis",
        "VIR SEPA RECU /DE CLAIRE /MOTIF LOYER",
        "GEA, Betaalpas\nGeldautomaat,PAS123",
        "Auszahlung Karte MC/000001234AUTOMAT 00012345 K001 31.12. 23:59",
        "DIRECT DEBIT PAYMENT",
        "FAC, 2026, 12",
        "CARTE 01/03/25 CB*4567",
        "CARTE VISA PREMIER COTISATION ANNUELLE",
        "CARTE X1234 10/03 BOULANGERIE PAUL",
        "VIR INST RE 567812345678\nDE: CLAIRE MARTIN",
        "VIR INST RE 567812345678 DE: CLAIRE MARTIN DATE: 01/03/2026",
        "PRLV EUROPEEN EMETTEUR:EDF",
        "PRLV REJETE",
        "PRLV 12345678",
    ],
)
def test_words_that_name_nobody_name_nobody(text):
    assert read(text).counterparty_name == ""


def test_the_lines_of_a_bank_that_shuffles_them_say_the_same():
    lines = ["VIR loyer", "Claire Martin", "Réf : VIR 123"]
    orders = ([0, 1, 2], [2, 1, 0], [1, 0, 2], [0, 2, 1])
    found = [read("\n".join(lines[n] for n in order)) for order in orders]
    assert {t.counterparty_name for t in found} == {"Claire Martin"}
    assert len({identity_v1(t) for t in found}) == 1


@pytest.mark.parametrize(
    ("text", "end_to_end_id", "mandate_id", "creditor_id"),
    [
        # Commerzbank: labels, cut at 35 characters wherever that is
        (
            "mention it is long\nEnd-to-En\nd-Ref.: 901234\nMandatsref: ABC123\nGläubiger-ID:\n"
            "DE98ZZZ09999999999\nSEPA-BASISLASTSCHRIFT",
            "901234",
            "ABC123",
            "DE98ZZZ09999999999",
        ),
        ("End-to-End-Ref.: NOTPROVIDED\nDauerauftrag", "", "", ""),
        ("Miete\nEndToEndID: NOTPROVIDED", "", "", ""),
        # the tags of the German field 86, as ING and savings banks pass them on
        (
            "EREF+RG 4711-2026 MREF+M-12 CRED+DE98ZZZ09999999999 SVWZ+Rechnung 4711",
            "RG4711-2026",
            "M-12",
            "DE98ZZZ09999999999",
        ),
        ("SVWZ+EREF+X", "", "", ""),
        # ABN AMRO, Rabobank
        (
            "/TRTP/SEPA Incasso/CSID/NL19ZZZ321096450000/NAME/Vitens/MARF/M1/REMI/water/EREF/E1",
            "E1",
            "M1",
            "NL19ZZZ321096450000",
        ),
        # ING in the Netherlands
        (
            "Naam: Vitens Omschrijving: water maart IBAN: NL91ABNA0417164300 Kenmerk: E1"
            " Machtiging ID: M1 Incassant ID: NL19ZZZ321096450000 Doorlopende incasso",
            "E1",
            "M1",
            "NL19ZZZ321096450000",
        ),
    ],
)
def test_ids_in_labelled_words_are_found(text, end_to_end_id, mandate_id, creditor_id):
    found = read(text)
    assert (found.end_to_end_id, found.mandate_id, found.creditor_id) == (
        end_to_end_id,
        mandate_id,
        creditor_id,
    )
    assert found.remittance_unstructured == text


def test_a_name_and_an_account_in_labelled_words_are_found():
    slashed = read("/TRTP/SEPA/IBAN/NL91ABNA0417164300/BIC/ABNANL2A/NAME/J. de Vries/REMI/huur")
    labelled = read("Naam: J. de Vries Omschrijving: huur IBAN: NL91 ABNA 0417 1643 00")
    for found in (slashed, labelled):
        assert (found.counterparty_name, found.counterparty_iban) == (
            "J. de Vries",
            "NL91ABNA0417164300",
        )


def test_what_stands_in_the_additional_information_is_read_after_the_text():
    note = "atmPosName: COLRUYT 1234, narrative: ['x']\nMandatsref: M1"
    text = replace(BARE, remittance_unstructured="BANCONTACT\nEnd-to-End-Ref.: E1")
    found = completed(text, note)
    assert (found.counterparty_name, found.end_to_end_id, found.mandate_id) == (
        "COLRUYT 1234",
        "E1",
        "M1",
    )
    assert found.remittance_unstructured == text.remittance_unstructured


def test_a_slash_in_an_ordinary_text_is_no_label():
    assert read("huur 2026/03/NAME/x").read_from_text == frozenset()


def test_what_the_bank_tells_in_its_own_field_is_not_replaced():
    told = replace(BARE, counterparty_name="Boulangerie", end_to_end_id="E1")
    found = read("CARTE 01/03/25 BAKERY\nEnd-to-End-Ref.: E2", told)
    assert (found.counterparty_name, found.end_to_end_id) == ("Boulangerie", "E1")
    assert found.read_from_text == frozenset()


def test_the_wrapping_of_ing_is_not_the_text():
    found = read("mandatereference:M1,creditorid:DE98ZZZ09999999999,remittanceinformation:Gas, 3")
    assert (found.remittance_unstructured, found.mandate_id, found.creditor_id) == (
        "Gas, 3",
        "M1",
        "DE98ZZZ09999999999",
    )
    bare = read("mandatereference:,creditorid:,remittanceinformation:Gehalt 80/6586")
    assert (bare.remittance_unstructured, bare.mandate_id) == ("Gehalt 80/6586", "")


@pytest.mark.parametrize(("found", "amount"), [(BARE, "-1234.80"), (IN, "1234.80")])
def test_what_was_paid_in_another_currency_is_found(found, amount):
    told = read("CARTE 03/02/25 SHOP CB*1234\n1 234,80 NZD / 1 euro = 1,818181818", found)
    assert (told.instructed_amount, told.instructed_currency) == (Decimal(amount), "NZD")


def test_money_in_is_no_card_payment_of_kbc():
    assert read("DELHAIZE Betaling met kaart", IN).counterparty_name == ""


def test_what_was_read_from_the_text_is_no_part_of_the_identity():
    """Else each bank that is learned to read would have its history booked again."""
    text = "CARTE 01/03/25 PAUL\nEnd-to-End-Ref.: E2"
    before = replace(BARE, remittance_unstructured=text)
    after = completed(before)
    assert after != before
    assert identity_v1(after) == identity_v1(before)


def test_the_name_that_the_bank_tells_is_part_of_the_identity():
    text = "CARTE 01/03/25 PAUL"
    told = replace(BARE, remittance_unstructured=text, counterparty_name="PAUL")
    assert identity_v1(completed(told)) != identity_v1(read(text))


@given(st.text(max_size=200))
def test_any_text_can_be_read_and_twice_says_the_same(text):
    once = read(text)
    assert completed(once) == once


@pytest.mark.parametrize("text", ["CARTE 01/03/25 " + "x " * 5000, "E " * 5000, "/NAME/" * 5000])
def test_a_long_text_is_read_in_no_time(text):
    assert read(text).remittance_unstructured == text
