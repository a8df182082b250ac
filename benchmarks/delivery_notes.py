"""Delivery notes of this project's own making, with what they say.

No company, number or address in them exists. ``python -m benchmarks.delivery_notes --out DIR``
writes them as PDFs with a text layer and as pictures, with ``truth.json`` beside them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

import pypdfium2
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

_HEIGHT = A4[1]
_DPI = 200


@dataclass(frozen=True)
class Words:
    """What a language calls the parts of a delivery note."""

    title: str
    number: str
    date: str
    order: str
    customer: str
    ordered: str
    article: str
    quantity: str
    signature: str
    day: Callable[[date], str]


@dataclass(frozen=True)
class Note:
    name: str
    pdf: bytes
    number: str
    day: date
    order: str


_ENGLISH = Words(
    "DELIVERY NOTE",
    "Delivery Note No",
    "Date",
    "Your Order No",
    "Deliver to",
    "Order Date",
    "Description",
    "Qty",
    "Received in good order",
    lambda day: f"{day:%d %B %Y}",
)
_FRENCH = Words(
    "BON DE LIVRAISON",
    "N° de bon de livraison",
    "Date",
    "Votre commande",
    "Livré à",
    "Date de commande",
    "Désignation",
    "Qté",
    "Reçu conforme",
    lambda day: f"{day:%d/%m/%Y}",
)
_GERMAN = Words(
    "LIEFERSCHEIN",
    "Lieferschein-Nr.",
    "Datum",
    "Ihre Bestellung",
    "Lieferadresse",
    "Bestelldatum",
    "Bezeichnung",
    "Menge",
    "Ware erhalten",
    lambda day: f"{day:%d.%m.%Y}",
)
LANGUAGES = {"en": _ENGLISH, "fr": _FRENCH, "de": _GERMAN}
_SENDERS = {
    "en": ("Harbour Rope Works Ltd", "4 Quay Street, Aberwick", "Fenland Boats"),
    "fr": ("Corderie du Goulet SARL", "8 rue des Voiles, Port-Neuf", "Chantier Mallard"),
    "de": ("Tauwerk Nordhafen GmbH", "Kaistraße 12, Neuhafen", "Bootsbau Ahlers"),
}
_ARTICLES = (("Rope 12 mm", 40), ("Shackle A4", 12), ("Fender 30 cm", 6))
Layout = Callable[[Canvas, Words, "Note", tuple[str, str, str]], None]


def _at(page: Canvas, left: float, top: float, text: str, size: float = 10) -> None:
    page.setFont("Helvetica", size)
    page.drawString(left, _HEIGHT - top, text)


def _goods(page: Canvas, words: Words, top: float) -> None:
    _at(page, 60, top, words.article)
    _at(page, 420, top, words.quantity)
    page.line(60, _HEIGHT - top - 4, 520, _HEIGHT - top - 4)
    for row, (article, quantity) in enumerate(_ARTICLES, 1):
        _at(page, 60, top + 18 * row, article)
        _at(page, 425, top + 18 * row, str(quantity))
    _at(page, 60, top + 120, f"{words.signature}: ____________________")


def _beside(page: Canvas, words: Words, note: Note, sender: tuple[str, str, str]) -> None:
    """Labels with a colon at the right, the title in the middle."""
    _at(page, 60, 60, sender[0], 14)
    _at(page, 60, 78, sender[1])
    _at(page, 220, 130, words.title, 18)
    for row, (label, value) in enumerate(
        (
            (words.number, note.number),
            (words.date, words.day(note.day)),
            (words.order, note.order),
        )
    ):
        _at(page, 330, 170 + 16 * row, f"{label} : {value}")
    _at(page, 60, 170, f"{words.customer} :")
    _at(page, 60, 186, sender[2])
    _goods(page, words, 280)


def _table(page: Canvas, words: Words, note: Note, sender: tuple[str, str, str]) -> None:
    """A row of labels with the values below, the order's date among them."""
    _at(page, 330, 60, sender[0], 12)
    _at(page, 330, 76, sender[1])
    _at(page, 60, 120, words.title, 16)
    _at(page, 60, 140, f"{words.customer} {sender[2]}")
    for left, label, value in (
        (60, words.number, note.number),
        (190, words.date, words.day(note.day)),
        (300, words.order, note.order),
        (420, words.ordered, words.day(note.day.replace(day=1))),
    ):
        _at(page, left, 190, label, 9)
        _at(page, left, 206, value, 9)
    _goods(page, words, 260)


def _title_line(page: Canvas, words: Words, note: Note, sender: tuple[str, str, str]) -> None:
    """The number behind the title, the rest below in two columns."""
    _at(page, 60, 60, f"{words.title} {note.number}", 15)
    _at(page, 60, 100, words.date)
    _at(page, 180, 100, words.day(note.day))
    _at(page, 60, 116, words.ordered)
    _at(page, 180, 116, words.day(note.day.replace(day=2)))
    _at(page, 60, 132, words.order)
    _at(page, 180, 132, note.order)
    _at(page, 330, 100, words.customer)
    _at(page, 330, 116, sender[2])
    _goods(page, words, 200)
    _at(page, 60, 780, f"{sender[0]} - {sender[1]}", 8)


def _typed(page: Canvas, words: Words, note: Note, sender: tuple[str, str, str]) -> None:
    """A list of an old machine: one width of letters, dots between label and value."""
    lines = [
        sender[0],
        sender[1],
        "",
        f"*** {words.title} ***",
        "",
        f"{words.number:.<26} {note.number}",
        f"{words.date:.<26} {words.day(note.day)}",
        f"{words.order:.<26} {note.order}",
        f"{words.customer:.<26} {sender[2]}",
        "-" * 60,
        *(f"{article:<50}{quantity:>10}" for article, quantity in _ARTICLES),
    ]
    page.setFont("Courier", 10)
    for row, line in enumerate(lines):
        page.drawString(60, _HEIGHT - 60 - 14 * row, line)


LAYOUTS: dict[str, Layout] = {
    "beside": _beside,
    "table": _table,
    "title": _title_line,
    "typed": _typed,
}
_NUMBERS = ("DN-20871", "2026/0415", "774120", "LS26-0093")
_ORDERS = ("PO-88123", "4500017788", "B-2291", "CD/7714")


def notes() -> Iterator[Note]:
    """Twenty-four notes: three languages, four layouts, two sets of numbers."""
    for index, (language, words) in enumerate(LANGUAGES.items()):
        for place, (layout, draw) in enumerate(LAYOUTS.items()):
            for variant in range(2):
                turn = index + place + variant
                note = Note(
                    f"{language}-{layout}-{variant}",
                    b"",
                    _NUMBERS[turn % len(_NUMBERS)],
                    date(2026, 3 + variant, 9 + turn),
                    _ORDERS[(turn + variant) % len(_ORDERS)],
                )
                target = BytesIO()
                page = Canvas(target, pagesize=A4, invariant=True)
                draw(page, words, note, _SENDERS[language])
                page.save()
                yield Note(note.name, target.getvalue(), note.number, note.day, note.order)


def picture(pdf: bytes) -> bytes:
    """The first page as a PNG of 200 dpi."""
    document = pypdfium2.PdfDocument(pdf)
    target = BytesIO()
    document[0].render(scale=_DPI / 72, grayscale=True).to_pil().save(target, "PNG")
    document.close()
    return target.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    folder = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    truth = {}
    for note in notes():
        for suffix, data in (("pdf", note.pdf), ("png", picture(note.pdf))):
            (folder / f"{note.name}.{suffix}").write_bytes(data)
            truth[f"{note.name}.{suffix}"] = {
                "invoice_number": note.number,
                "invoice_date": note.day.isoformat(),
                "order_ref": note.order,
            }
    (folder / "truth.json").write_text(json.dumps(truth, indent=1), "utf-8")
    print(f"{len(truth)} delivery notes in {folder}")


if __name__ == "__main__":
    main()
