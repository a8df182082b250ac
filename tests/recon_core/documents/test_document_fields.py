from datetime import date
from decimal import Decimal

import pytest

from recon_core.documents import DocumentKind, Origin
from recon_core.documents.fields import read_fields
from recon_core.documents.printed import find_amounts, find_dates, month_comes_first

FRENCH = """
ATELIER DU PORT SARL                                   FACTURE N° FA-2026-0042
12 quai des Brumes, 29200 Brest                        Date de facture : 02/03/2026
SIRET 732 829 320 00074                                Date d'échéance : 01/04/2026
TVA intracommunautaire FR44 732 829 320
                                                       Votre commande : BC-7781
Désignation                          Qté      P.U.          Total HT
Charnière inox                         4     25,00            100,00
Pose                                   1  1 150,50          1 150,50

                                             Total HT       1 250,50
                                             TVA 20 %         250,10
                                             Net à payer    1 500,60 €
Virement : IBAN FR76 3000 6000 0112 3456 7890 189   BIC AGRIFRPP
Client : n° TVA BE0403019261
"""
ENGLISH = """
Harbour Works Ltd
Invoice Number     Invoice Date      Due Date        PO Number
HW/2291            March 2, 2026     4/15/2026       4500001234

Subtotal                                   $1,000.00
Sales Tax                                     $85.00
Total                                      $1,085.00
"""


def found(text: str) -> dict[str, object]:
    return {n: f.value for n, f in read_fields(text, Origin.TEXT).fields.items()}


def test_a_french_bill_is_read():
    fields = found(FRENCH)
    assert fields["number"] == "FA-2026-0042"
    assert (fields["issue_date"], fields["due_date"]) == (date(2026, 3, 2), date(2026, 4, 1))
    assert (fields["net"], fields["tax"], fields["total"]) == (
        Decimal("1250.50"),
        Decimal("250.10"),
        Decimal("1500.60"),
    )
    assert fields["iban"] == "FR7630006000011234567890189"
    assert (fields["supplier_vat"], fields["buyer_vat"]) == ("FR44732829320", "BE0403019261")
    assert fields["supplier_siren"] == "732829320"
    assert (fields["currency"], fields["purchase_order"]) == ("EUR", "BC-7781")


def test_an_english_bill_with_values_below_their_labels_is_read():
    fields = found(ENGLISH)
    assert (fields["number"], fields["purchase_order"]) == ("HW/2291", "4500001234")
    assert (fields["issue_date"], fields["due_date"]) == (date(2026, 3, 2), date(2026, 4, 15))
    assert (fields["total"], fields["currency"]) == (Decimal("1085.00"), "USD")


def test_amounts_that_add_up_are_sure_and_others_are_not():
    sure = read_fields(FRENCH, Origin.TEXT).fields["total"].confidence
    unsure = read_fields(FRENCH.replace("250,10", "260,10"), Origin.TEXT).fields["total"].confidence
    assert sure >= 0.95 > unsure


def test_an_iban_with_wrong_check_digits_is_never_read():
    assert "iban" not in found(FRENCH.replace("FR76 3000", "FR77 3000"))


def test_a_vat_number_with_a_wrong_key_is_unsure():
    read = read_fields(FRENCH.replace("FR44 732", "FR45 732"), Origin.TEXT)
    assert read.fields["supplier_vat"].confidence < 0.6


def test_a_credit_note_is_a_refund():
    assert read_fields("AVOIR N° AV-3\nTotal TTC 12,00 €", Origin.TEXT).kind is DocumentKind.REFUND


def test_a_page_without_anything_gives_nothing():
    assert read_fields("", Origin.TEXT).fields == {}
    assert read_fields("Merci de votre visite", Origin.OCR).fields == {}


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1 234,56 €", "1234.56"),
        ("1.234,56", "1234.56"),
        ("$1,234.56", "1234.56"),
        ("-12,00", "-12.00"),
        ("$4,950", "4950"),
        ("0.05", "0.05"),
        ("Rs 1939", "1939"),
        ("EUR 12.500", "12500"),
        ("450 €", "450"),
    ],
)
def test_printed_amounts(text, amount):
    assert [value for _, value in find_amounts(text)] == [Decimal(amount)]


@pytest.mark.parametrize("text", ["02/03/2026", "12.34.56.78", "INV-12.50", "1,234"])
def test_what_is_no_amount(text):
    assert find_amounts(text) == []


@pytest.mark.parametrize(
    ("text", "month_first", "day"),
    [
        ("02/03/2026", False, date(2026, 3, 2)),
        ("02/03/2026", True, date(2026, 2, 3)),
        ("2.3.26", True, date(2026, 3, 2)),
        ("2026-03-02", False, date(2026, 3, 2)),
        ("le 1er mars 2026", False, date(2026, 3, 1)),
        ("march 2, 2026", True, date(2026, 3, 2)),
        ("2-mar-2026", False, date(2026, 3, 2)),
        ("2. marz 2026", False, date(2026, 3, 2)),
        ("august 3 , 2014", True, date(2014, 8, 3)),
        ("july 1 - july 31 , 2014", True, date(2014, 7, 31)),
    ],
)
def test_printed_dates(text, month_first, day):
    assert [value for _, _, value in find_dates(text, month_first)] == [day]


def test_another_date_of_the_page_tells_whether_the_month_comes_first():
    assert month_comes_first("02/11/2019 due 26/02/2019") is False
    assert month_comes_first("02/11/2019 due 02/26/2019") is True
    assert month_comes_first("02/11/2019 total $12") is True


def test_the_number_at_the_foot_of_the_page_is_the_suppliers():
    page = """Kundennummer: K100    USt-IdNr: DE136695976
Rechnung Nr. R-77
Pos    Artikel
1    Tau
2    Tau
Amtsgericht Nordhafen, HRB 77    USt-IdNr: DE129274202"""
    fields = found(page)
    assert (fields["supplier_vat"], fields["buyer_vat"]) == ("DE129274202", "DE136695976")


@pytest.mark.parametrize(
    "printed",
    ["FR76 3OOO 6000 0112 3456 789O 189", "FR763000 6000 0112 3456 7890 189"],
)
def test_letters_that_look_like_digits_are_set_right_in_an_iban(printed):
    assert found(f"IBAN: {printed}")["iban"] == "FR7630006000011234567890189"


@pytest.mark.parametrize("printed", ["DE1366959 76", "DE 136 695 976", "DEI3669S976"])
def test_a_vat_number_is_read_with_gaps_and_confused_letters(printed):
    assert found(f"USt-IdNr. {printed}")["supplier_vat"] == "DE136695976"


def test_a_label_of_another_thing_is_not_the_bills_own():
    page = """Facture N° : F-88    Date de facture : 05/03/2026
N° de facture associée : F-12
Date de facture associée : 01/01/2026
Date de livraison : 02/03/2026"""
    fields = found(page)
    assert (fields["number"], fields["issue_date"]) == ("F-88", date(2026, 3, 5))


def test_a_tax_as_high_as_the_net_amount_is_none():
    fields = found("Net amount 220.00\nVAT 0 % 220.00\nInvoice total 220.00\nBalance 440.00")
    assert fields["total"] == Decimal("220.00")


def test_each_field_knows_its_place_on_the_page():
    field = read_fields(FRENCH, Origin.TEXT).fields["iban"]
    left, top, right, bottom = field.box
    assert field.page == 1
    assert 0 < left < right <= 1 and 0 < top < bottom <= 1
