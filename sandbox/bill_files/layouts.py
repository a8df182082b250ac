"""How vendors print their bills: a ledger, a letter, a modern grid. Coordinates in points, A4."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from .model import Bill

WIDTH, HEIGHT = A4
_LEFT, _RIGHT = 50, WIDTH - 50
_REGULAR, _BOLD = "Helvetica", "Helvetica-Bold"


def money(amount: Decimal) -> str:
    """French writing: 1 234,56"""
    return f"{amount:,.2f}".replace(",", " ").replace(".", ",")


def _spaced(iban: str) -> str:
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def _pdf(bill: Bill, draw: Callable[[Canvas, Bill], None]) -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=True)
    canvas.setTitle(f"Facture {bill.number}")
    canvas.setAuthor(bill.seller.name)
    draw(canvas, bill)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _text(
    canvas: Canvas, x: float, y: float, text: str, size: float = 10, font: str = _REGULAR
) -> None:
    canvas.setFont(font, size)
    canvas.drawString(x, y, text)


def _right(
    canvas: Canvas, x: float, y: float, text: str, size: float = 10, font: str = _REGULAR
) -> None:
    canvas.setFont(font, size)
    canvas.drawRightString(x, y, text)


def _lines(canvas: Canvas, x: float, y: float, lines: list[str], size: float = 10) -> None:
    for at, line in enumerate(lines):
        _text(canvas, x, y - at * (size + 4), line, size)


def ledger(bill: Bill) -> bytes:
    """Seller left, buyer in a window right, a ruled table, totals at its foot."""
    return _pdf(bill, _draw_ledger)


def _draw_ledger(canvas: Canvas, bill: Bill) -> None:
    seller, buyer = bill.seller, bill.buyer
    _text(canvas, _LEFT, 780, seller.name, 15, _BOLD)
    _lines(
        canvas,
        _LEFT,
        762,
        [
            seller.street,
            f"{seller.zip} {seller.city}",
            f"SIREN {seller.siren}",
            f"N° TVA : {seller.vat}",
        ],
    )
    _lines(canvas, 340, 700, [buyer.name, buyer.street, f"{buyer.zip} {buyer.city}"], 11)
    _text(canvas, _LEFT, 620, f"Facture N° {bill.number}", 14, _BOLD)
    _text(canvas, _LEFT, 600, f"Date de facture : {bill.invoice_date:%d/%m/%Y}")
    _text(canvas, _LEFT, 585, f"Date d'échéance : {bill.due_date:%d/%m/%Y}")
    y = _table(canvas, bill, 550)
    for label, amount in (
        ("Total HT", bill.untaxed),
        (f"TVA {bill.tax_rate.normalize():f} %", bill.tax),
        ("Total TTC", bill.total),
    ):
        y -= 18
        _text(canvas, 380, y, label, 10, _BOLD)
        _right(canvas, _RIGHT, y, f"{money(amount)} €", 10, _BOLD)
    _text(canvas, _LEFT, 130, f"Règlement par virement : IBAN {_spaced(bill.iban)}  BIC {bill.bic}")
    _text(canvas, _LEFT, 115, f"Merci de rappeler la référence {bill.number}.")
    _text(canvas, _LEFT, 90, "Pas d'escompte. Pénalités de retard : trois fois le taux légal.", 8)
    _text(canvas, _LEFT, 79, "Indemnité forfaitaire pour frais de recouvrement : 40 €.", 8)


def _table(canvas: Canvas, bill: Bill, y: float) -> float:
    columns = ((_LEFT, "Désignation"), (330, "Qté"), (400, "P.U. HT"), (_RIGHT, "Montant HT"))
    canvas.line(_LEFT, y + 14, _RIGHT, y + 14)
    _text(canvas, columns[0][0], y, columns[0][1], 10, _BOLD)
    for x, title in columns[1:]:
        _right(canvas, x + (40 if x < _RIGHT else 0), y, title, 10, _BOLD)
    canvas.line(_LEFT, y - 5, _RIGHT, y - 5)
    for item in bill.items:
        y -= 20
        _text(canvas, _LEFT, y, item.description)
        _right(canvas, 370, y, str(item.quantity))
        _right(canvas, 440, y, money(item.unit_price))
        _right(canvas, _RIGHT, y, money(item.untaxed))
    canvas.line(_LEFT, y - 8, _RIGHT, y - 8)
    return y - 10


def letter(bill: Bill) -> bytes:
    """Everything in sentences and in one column, as a small firm writes it."""
    return _pdf(bill, _draw_letter)


def _draw_letter(canvas: Canvas, bill: Bill) -> None:
    seller, buyer = bill.seller, bill.buyer
    canvas.setFont(_BOLD, 16)
    canvas.drawCentredString(WIDTH / 2, 785, seller.name)
    canvas.setFont(_REGULAR, 9)
    canvas.drawCentredString(
        WIDTH / 2, 770, f"{seller.street} - {seller.zip} {seller.city} - {seller.email}"
    )
    lines = [
        f"{seller.city}, le {bill.invoice_date:%d.%m.%Y}",
        "",
        f"Client : {buyer.name}, {buyer.street}, {buyer.zip} {buyer.city}",
        "",
        f"Numéro de facture : {bill.number}",
        "",
        "Nous vous prions de trouver ci-dessous le détail de nos prestations.",
        "",
    ]
    lines += [
        f"- {item.description} : {item.quantity} x {money(item.unit_price)} EUR = {money(item.untaxed)} EUR HT"
        for item in bill.items
    ]
    lines += [
        "",
        f"Montant hors taxes : {money(bill.untaxed)} EUR",
        f"Taxe sur la valeur ajoutée ({bill.tax_rate.normalize():f} %) : {money(bill.tax)} EUR",
        f"Net à payer : {money(bill.total)} EUR",
        "",
        f"À régler avant le {bill.due_date:%d.%m.%Y} sur le compte {bill.iban}",
        "",
        f"SIREN {seller.siren} - TVA intracommunautaire {seller.vat}",
    ]
    _lines(canvas, 70, 720, lines, 11)


def grid(bill: Bill) -> bytes:
    """Labels above their values in coloured boxes, as invoicing software prints it."""
    return _pdf(bill, _draw_grid)


def _draw_grid(canvas: Canvas, bill: Bill) -> None:
    seller, buyer = bill.seller, bill.buyer
    canvas.setFillColorRGB(0.13, 0.24, 0.42)
    canvas.rect(0, HEIGHT - 90, WIDTH, 90, stroke=0, fill=1)
    canvas.setFillColorRGB(1, 1, 1)
    _text(canvas, _LEFT, HEIGHT - 55, "FACTURE", 24, _BOLD)
    _right(canvas, _RIGHT, HEIGHT - 52, seller.name, 13, _BOLD)
    canvas.setFillColorRGB(0, 0, 0)
    boxes = (
        ("Facture n°", bill.number),
        ("Émise le", f"{bill.invoice_date:%d/%m/%Y}"),
        ("Échéance", f"{bill.due_date:%d/%m/%Y}"),
        ("Total TTC", f"{money(bill.total)} €"),
    )
    for at, (label, value) in enumerate(boxes):
        x = _LEFT + at * 125
        _text(canvas, x, 715, label, 9)
        _text(canvas, x, 698, value, 12, _BOLD)
    _lines(
        canvas,
        _LEFT,
        655,
        ["Émetteur", seller.street, f"{seller.zip} {seller.city}", f"TVA {seller.vat}"],
    )
    _lines(
        canvas, 320, 655, ["Destinataire", buyer.name, buyer.street, f"{buyer.zip} {buyer.city}"]
    )
    y = _table(canvas, bill, 560)
    for label, amount in (
        ("Sous-total HT", bill.untaxed),
        ("TVA", bill.tax),
        ("À payer", bill.total),
    ):
        y -= 20
        _right(canvas, 450, y, label, 11)
        _right(canvas, _RIGHT, y, f"{money(amount)} €", 11, _BOLD)
    _text(canvas, _LEFT, 120, "Coordonnées bancaires", 9, _BOLD)
    _text(canvas, _LEFT, 105, f"IBAN : {_spaced(bill.iban)}   BIC : {bill.bic}")
