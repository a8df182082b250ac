import shutil

import pytest

from benchmarks.delivery_notes import LANGUAGES, LAYOUTS, notes, picture
from recon_core.documents import DocumentKind, Origin, read_document
from recon_core.documents.fields import read_fields

NOTES = {note.name: note for note in notes()}


def check(data: bytes, name: str, origin: Origin) -> None:
    note, read = NOTES[name], read_document(data)
    assert read.kind is DocumentKind.DELIVERY_NOTE
    said = tuple(read.fields[n].value for n in ("number", "issue_date", "purchase_order"))
    assert said == (note.number, note.day, note.order)
    assert {field.origin for field in read.fields.values()} == {origin}


@pytest.mark.parametrize("name", NOTES)
def test_a_delivery_note_is_read_from_its_text(name):
    check(NOTES[name].pdf, name, Origin.TEXT)


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
@pytest.mark.parametrize(("language", "layout"), list(zip(LANGUAGES, LAYOUTS, strict=False)))
def test_a_delivery_note_is_read_from_its_picture(language, layout):
    name = f"{language}-{layout}-0"
    check(picture(NOTES[name].pdf), name, Origin.OCR)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("FACTURE N° 12", DocumentKind.INVOICE),
        ("FACTURE D'AVOIR N° 12", DocumentKind.REFUND),
        ("Gutschrift Nr. 12", DocumentKind.REFUND),
        ("2. Mahnung", DocumentKind.REMINDER),
        ("Payment reminder", DocumentKind.REMINDER),
        ("Lieferschein 4711", DocumentKind.DELIVERY_NOTE),
        ("Invoice 12    Delivery note 4711", DocumentKind.INVOICE),
        ("Delivery note 4711    Invoice to: Fenland Boats", DocumentKind.DELIVERY_NOTE),
    ],
)
def test_the_title_tells_the_kind(title, kind):
    assert read_fields(f"Harbour Works\n{title}", Origin.TEXT).kind is kind


def test_an_invoice_gives_the_delivery_note_it_is_for():
    read = read_fields("Rechnung Nr. 88-12\nLieferschein-Nr.: LS-4711", Origin.TEXT)
    assert read.fields["number"].value == "88-12"
    assert read.fields["delivery_note"].value == "LS-4711"
