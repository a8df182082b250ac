"""The words of the pages go with what was read, and both survive a way through JSON."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pypdfium2.raw as pdfium
import pytest
from document_samples import CII, text_pdf

from recon_core.documents import read_document
from recon_core.documents.kept import kept_pages, page_words
from recon_core.documents.layout import PageWords, Word, lines_of
from recon_core.documents.model import Field, Origin, ReadDocument
from recon_core.documents.serial import from_json, to_json

LINES = [
    "Verrerie du Gier SAS",
    "FACTURE",
    "Facture N° : F2610-778",
    "Date de facture : 11/02/2026",
    "Total HT : 110,20 EUR",
    "TVA 20 % : 22,04 EUR",
    "Total TTC : 132,24 EUR",
]


def page(count: int = 1, index: int = 0) -> PageWords:
    words = tuple(Word(f"w{n}", 10, 10 * n, 30, 10 * n + 8, 0.9) for n in range(count))
    return PageWords(words, 200, 10 * count + 10, index=index)


def test_the_words_of_the_paper_are_kept_in_parts_of_the_page():
    read = read_document(text_pdf(LINES))
    (kept,) = read.pages
    assert (kept.number, kept.index, kept.angle) == (1, 0, 0.0)
    number = next(word for word in kept.words if word.text == "F2610-778")
    assert read.fields["number"].box == number.box
    assert all(0 <= edge <= 1 for word in kept.words for edge in word.box)


def test_a_field_stands_on_the_page_of_its_number():
    pages = kept_pages([page(index=index) for index in (0, 1, 2, 3, 4, 5, 98, 99)])
    assert [(kept.number, kept.index) for kept in pages] == [
        (1, 0),
        (2, 1),
        (3, 2),
        (7, 98),
        (8, 99),
    ]


def test_a_page_as_full_as_a_book_is_kept_in_part():
    assert len(kept_pages([page(5000)])[0].words) == 3000


def test_kept_words_make_the_same_lines_again():
    read = read_document(text_pdf(LINES))
    lines = lines_of([page_words(kept) for kept in read.pages])
    assert [" ".join(line.text.split()) for line in lines] == LINES


@pytest.mark.parametrize("code", [0, 0xD83D, 0xDE00, 0xFFFF, 0x110000])
def test_what_is_no_character_is_a_gap(monkeypatch, code):
    get = pdfium.FPDFText_GetUnicode
    odd = {ord("T"): code}
    monkeypatch.setattr(pdfium, "FPDFText_GetUnicode", lambda *at: odd.get(get(*at), get(*at)))
    read = read_document(text_pdf([*LINES, "Toutes les marchandises voyagent à vos risques"]))
    texts = [word.text for word in read.pages[0].words]
    assert "outes" in texts
    assert "".join(texts).encode()


def test_what_was_read_goes_through_json_without_a_loss():
    read = read_document(text_pdf(LINES))
    fields = dict(read.fields) | {
        "total": replace(read.fields["total"], value=Decimal("132.240")),
        "iban": Field("FR76", 0.5, Origin.OCR),
    }
    read = replace(read, fields=fields, problems=("not_xml",))
    again = from_json(to_json(read))
    assert again == read
    assert str(again.fields["total"].value) == "132.240"
    assert again.fields["issue_date"].value == date(2026, 2, 11)
    assert isinstance(again.pages[0].words[0].box, tuple)


def test_an_electronic_invoice_without_paper_goes_through_json():
    read = read_document(CII.encode())
    assert read.pages == ()
    assert from_json(to_json(read)) == read
    assert from_json(to_json(ReadDocument())) == ReadDocument()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"kind":"invoice","fields":[],"text":"","problems":[],"pages":[]}',
        '{"kind":"x","fields":{},"text":"","problems":[],"pages":[]}',
        '{"kind":"invoice","fields":{},"text":"","problems":[],"pages":[{"words":[]}]}',
        '{"kind":"invoice","fields":{"total":{"value":{"decimal":"x"},"confidence":1,'
        '"origin":"xml","page":null,"box":null}},"text":"","problems":[],"pages":[]}',
    ],
)
def test_what_is_no_document_is_refused(text):
    with pytest.raises(ValueError):
        from_json(text)
