import pytest

from recon_core.documents import Origin
from recon_core.documents.agreement import in_doubt, together
from recon_core.documents.fields import read_fields

LETTER = """Association des riverains
12 rue des Lilas
Brest, le 3 mars 2026
Objet : travaux du 12/04/2026
Merci de verser 250,00 pour la plantation, dossier no 4711."""
BILL = """Harbour Works Ltd    INVOICE
Invoice Number: HW-2291    Date: 02/13/2026
Total: $85.00"""


@pytest.mark.parametrize(
    "text",
    [
        LETTER,
        "Minutes of 2 March 2026\nRoom 12.50\nAttended: 14",
        "4711 22.10 12/03/2026",
        "|| ~ 7",
    ],
)
def test_a_page_that_is_no_bill_gives_guesses_at_most(text):
    fields = read_fields(text, Origin.OCR).fields
    for name in ("number", "issue_date", "total", "net", "tax", "amount_due", "due_date"):
        assert name not in fields or fields[name].confidence < 0.5


def test_what_stands_beside_its_label_on_a_bill_is_sure():
    fields = read_fields(BILL, Origin.TEXT).fields
    assert min(fields[name].confidence for name in ("number", "issue_date")) >= 0.9


def test_a_name_is_never_sure():
    assert read_fields(BILL, Origin.TEXT).fields["supplier_name"].confidence < 0.9


def test_two_readings_that_agree_are_surer_and_those_that_differ_less_sure():
    one = read_fields(BILL, Origin.OCR)
    same = together(one, one).fields["total"].confidence
    other = together(one, read_fields(BILL.replace("2291", "2297"), Origin.OCR))
    assert same > one.fields["total"].confidence
    assert other.fields["number"].confidence < one.fields["number"].confidence


def test_what_one_reading_lacks_comes_from_the_other():
    half = read_fields("Harbour Works Ltd    INVOICE\nInvoice Number: HW-2291", Origin.OCR)
    assert in_doubt(half)
    both = together(half, read_fields(BILL, Origin.OCR))
    assert str(both.fields["total"].value) == "85.00"


def test_the_amounts_come_from_the_reading_whose_sum_is_right():
    wrong = "Invoice\nInvoice No: 12-A\nNet amount 100.00\nTotal 190.00"
    right = "Invoice\nInvoice No: 12-A\nNet amount 100.00\nVAT 19.00\nGrand total 119.00"
    read = together(read_fields(wrong, Origin.OCR), read_fields(right, Origin.OCR))
    assert {str(read.fields[n].value) for n in ("net", "tax", "total")} == {
        "100.00",
        "19.00",
        "119.00",
    }
