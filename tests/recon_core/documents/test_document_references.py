"""References to pay by, mandates, days of delivery, and what recognition makes of letters."""

from datetime import date
from decimal import Decimal

import pytest

from benchmarks.paper_invoices import bills, truth
from recon_core.documents import Origin, read_document
from recon_core.documents.fields import read_fields
from recon_core.documents.mended import mended

HEAD = "Corderie du Goulet SARL\nFACTURE N° FA-26-0117\nTotal TTC 120,00 EUR\n"


def found(text: str, origin: Origin = Origin.TEXT) -> dict[str, object]:
    return {name: field.value for name, field in read_fields(text, origin).fields.items()}


@pytest.mark.parametrize(
    ("printed", "reference"),
    [
        ("Communication : +++090/9337/55493+++", "+++090/9337/55493+++"),
        ("à verser avec RF18 5390 0754 7034", "RF18539007547034"),
        ("21 00000 00003 13947 14300 09017", "210000000003139471430009017"),
        ("Référence à rappeler : RF-4471-26", "RF-4471-26"),
        ("Betalingskenmerk 4471 2026 07", "4471 2026 07"),
    ],
)
def test_a_reference_to_pay_by_is_read(printed, reference):
    assert found(HEAD + printed)["payment_reference"] == reference


@pytest.mark.parametrize("printed", ["+++090/9337/55494+++", "RF19 5390 0754 7034"])
def test_a_reference_with_wrong_check_digits_is_not_believed(printed):
    assert "payment_reference" not in found(HEAD + f"Virement {printed}")


def test_who_is_asked_for_a_transfer_alone_quotes_the_number():
    read = read_fields(HEAD + "IBAN FR76 3000 6000 0112 3456 7890 189", Origin.TEXT)
    field = read.fields["payment_reference"]
    assert (field.value, field.confidence) == ("FA-26-0117", 0.5)


def test_a_mandate_a_day_of_delivery_and_a_siret_are_read():
    fields = found(
        HEAD + "Référence unique de mandat : FR-MD-0098\nDate de livraison : 02/03/2026\n"
        "SIRET 732 829 320 00074"
    )
    assert fields["mandate"] == "FR-MD-0098"
    assert fields["delivery_date"] == date(2026, 3, 2)
    assert (fields["supplier_siret"], fields["supplier_siren"]) == ("73282932000074", "732829320")


def test_a_post_office_box_is_no_purchase_order():
    assert "purchase_order" not in found(HEAD + "Fenland Boats, PO Box 17")


@pytest.mark.parametrize(
    ("seen", "meant"),
    [("invcice #2026", "invoice #2026"), ("fa11ig", "fa11ig"), ("rechnunq nr", "rechnung nr")],
)
def test_one_wrong_letter_in_the_word_of_a_label_is_set_right(seen, meant):
    assert mended(seen) == meant


def test_only_recognised_words_are_set_right():
    page = "Harbour Works\nINVCICE #2026-118\nTotal 12.00"
    assert found(page, Origin.OCR)["number"] == "2026-118"
    assert "number" not in found(page, Origin.TEXT)


@pytest.mark.parametrize("printed", ["ÆCN-441", "CN:-441"])
def test_signs_that_recognition_adds_to_a_number_are_left_out(printed):
    assert found(f"INVOICE\nInvoice No  {printed}", Origin.OCR)["number"] == "CN-441"


def test_a_total_that_cannot_be_read_is_the_sum_of_net_and_tax_that_fit_the_rate():
    fields = found(
        "Rechnung Nr. 88-12\nNettobetrag 812,40\nMwSt. 19 % 154,36\nRechnungsbetrag 9%66,76",
        Origin.OCR,
    )
    assert fields["total"] == Decimal("966.76")


def test_a_total_below_the_net_amount_is_in_doubt():
    read = read_fields("Rechnung Nr. 88-12\nNettobetrag 812,40\nRechnungsbetrag 66,76", Origin.OCR)
    assert read.fields["total"].confidence < 0.6


@pytest.mark.parametrize("sign", ["'", '"', "\u2019", "`"])
def test_every_sign_between_thousands_is_known(sign):
    fields = found(f"Rechnung Nr. 88-12\nGesamtbetrag CHF 1{sign}234.50")
    assert fields["total"] == Decimal("1234.50")


@pytest.mark.parametrize(("bill", "pdf"), [*bills()], ids=[bill.name for bill, _ in bills()])
def test_a_bill_of_an_odd_layout_is_read_from_its_text(bill, pdf):
    fields, said = read_document(pdf).fields, truth(bill)
    names = ("number", "total", "supplier_vat", "iban", "purchase_order", "payment_reference")
    wanted = ("invoice_number", "total", "vat", "iban", "order_ref", "payment_ref")
    for name, key in zip(names, wanted, strict=True):
        assert key not in said or str(fields[name].value) == said[key], name
    assert fields["issue_date"].value == bill.issued
