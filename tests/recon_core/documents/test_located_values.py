"""The values of an e-invoice are shown where its paper prints them."""

from datetime import date
from decimal import Decimal

from document_samples import CII, text_pdf

from recon_core.documents import read_document
from recon_core.documents.located import located
from recon_core.documents.model import Field, Origin, ReadDocument

LINES = [
    "Facture F-2026-7 du 11 février 2026 pour la restauration du vitrail",
    "Vitrail 120,00",
    "Total 120,00",
]


def of_xml(value):
    return Field(value, 1.0, Origin.XML)


def words_of(read, name):
    field = read.fields[name]
    left, top, right, bottom = field.box
    return " ".join(
        word.text
        for word in read.pages[field.page - 1].words
        if left <= word.box[0]
        and word.box[2] <= right
        and top <= word.box[1]
        and word.box[3] <= bottom
    )


def test_a_value_is_found_as_the_paper_writes_it():
    pages = read_document(text_pdf(LINES)).pages
    fields = {
        "number": of_xml("F-2026-7"),
        "issue_date": of_xml(date(2026, 2, 11)),
        "total": of_xml(Decimal("120.00")),
        "iban": of_xml("FR7630006000011234567890189"),
    }
    read = located(ReadDocument(fields=fields, pages=pages))
    assert words_of(read, "number") == "F-2026-7"
    assert words_of(read, "issue_date") == "11 février 2026"
    assert words_of(read, "total") == "120,00"
    total = next(word for word in pages[0].words if word.text == "Total")
    assert abs(read.fields["total"].box[1] - total.box[1]) < 0.005
    assert read.fields["iban"].box is None


def test_a_place_that_is_known_stays():
    read = read_document(text_pdf([*LINES, "Facture N° : F-9"]))
    assert located(read).fields["number"] == read.fields["number"]


def test_without_paper_nothing_changes():
    read = read_document(CII.encode())
    assert located(read) == read
