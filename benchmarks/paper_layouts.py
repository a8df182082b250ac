"""Ten ways to print a bill, none of them with the words or the places of another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from reportlab.lib.colors import HexColor, black, white
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A4


@dataclass(frozen=True)
class Bill:
    """What is printed. ``words`` are the labels by field, ``money`` and ``day`` print values."""

    name: str
    seller: str
    address: str
    buyer: str
    title: str
    number: str
    issued: date
    net: Decimal
    tax: Decimal
    rate: str
    currency: str
    words: dict[str, str]
    money: Callable[[Decimal], str]
    day: Callable[[date], str]
    due: date | None = None
    vat: str = ""
    iban: str = ""
    order: str = ""
    delivery: str = ""
    reference: str = ""
    goods: tuple[tuple[str, str], ...] = field(default=())

    @property
    def total(self) -> Decimal:
        return self.net + self.tax

    def rows(self) -> list[tuple[str, str]]:
        """(label, value) of what stands at the head."""
        w = self.words
        rows = [(w["number"], self.number), (w["date"], self.day(self.issued))]
        rows += [(w["due"], self.day(self.due))] if self.due else []
        rows += [(w["order"], self.order)] if self.order else []
        rows += [(w["delivery"], self.delivery)] if self.delivery else []
        return rows

    def sums(self) -> list[tuple[str, str]]:
        w = self.words
        return [
            (w["net"], self.money(self.net)),
            (f"{w['tax']} {self.rate}".strip(), self.money(self.tax)),
            (w["total"], self.money(self.total)),
        ]

    def bank(self) -> list[str]:
        lines = [f"{self.words['vat']} {self.vat}"] if self.vat else []
        lines += [f"IBAN {self.iban}"] if self.iban else []
        lines += [f"{self.words['reference']} {self.reference}"] if self.reference else []
        return lines


Layout = Callable[[Canvas, Bill], None]


class Pen:
    """Writes on a canvas from its upper edge, in one family of letters."""

    def __init__(self, page: Canvas, font: str = "Helvetica", bold: str = "Helvetica-Bold") -> None:
        self.page, self.font, self.strong = page, font, bold

    def at(self, x: float, y: float, text: str, size: float = 10, bold: bool = False) -> None:
        self.page.setFont(self.strong if bold else self.font, size)
        self.page.drawString(x, HEIGHT - y, text)

    def until(self, x: float, y: float, text: str, size: float = 10, bold: bool = False) -> None:
        self.page.setFont(self.strong if bold else self.font, size)
        self.page.drawRightString(x, HEIGHT - y, text)

    def bar(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        self.page.setFillColor(HexColor(colour))
        self.page.rect(x, HEIGHT - y - height, width, height, stroke=0, fill=1)
        self.page.setFillColor(black)

    def goods(self, bill: Bill, y: float, left: float = 60, right: float = 535) -> float:
        for text, amount in bill.goods:
            self.at(left, y, text)
            self.until(right, y, amount)
            y += 16
        return y


def classic(page: Canvas, bill: Bill) -> None:
    """Seller left, labels with a colon right, the sums below the goods, the bank at the foot."""
    pen = Pen(page)
    pen.at(60, 60, bill.seller, 13, bold=True)
    pen.at(60, 76, bill.address)
    pen.at(330, 110, bill.buyer)
    pen.at(60, 160, bill.title, 16, bold=True)
    for row, (label, value) in enumerate(bill.rows()):
        pen.at(330, 160 + 15 * row, f"{label} : {value}")
    end = pen.goods(bill, 280)
    for row, (label, value) in enumerate(bill.sums()):
        pen.at(360, end + 24 + 16 * row, label)
        pen.until(535, end + 24 + 16 * row, value)
    for row, line in enumerate(bill.bank()):
        pen.at(60, 780 + 12 * row, line, 8)


def letter(page: Canvas, bill: Bill) -> None:
    """A business letter: the facts in a row under their labels, prose, a foot in three columns."""
    pen = Pen(page, "Times-Roman", "Times-Bold")
    pen.until(535, 60, bill.seller, 15, bold=True)
    pen.at(60, 110, f"{bill.seller} · {bill.address}", 7)
    pen.at(60, 130, bill.buyer, 11)
    for place, (label, value) in enumerate(bill.rows()):
        pen.at(60 + 105 * place, 230, label, 8)
        pen.at(60 + 105 * place, 243, value, 10)
    pen.at(60, 280, f"{bill.title} {bill.number}", 13, bold=True)
    end = pen.goods(bill, 320)
    for row, (label, value) in enumerate(bill.sums()):
        pen.at(300, end + 20 + 15 * row, label, 10, bold=row == 2)
        pen.until(535, end + 20 + 15 * row, value, 10, bold=row == 2)
    for place, line in enumerate(bill.bank()):
        pen.at(60 + 165 * place, 800, line, 8)


def dark_head(page: Canvas, bill: Bill) -> None:
    """White labels on dark bars, values below them."""
    pen = Pen(page)
    pen.bar(0, 0, WIDTH, 70, "#23395d")
    page.setFillColor(white)
    pen.at(40, 45, bill.title, 24, bold=True)
    pen.until(555, 45, bill.seller, 12)
    page.setFillColor(black)
    pen.at(40, 100, bill.buyer)
    rows = bill.rows()
    pen.bar(40, 150, 515, 22, "#23395d")
    for place, (label, value) in enumerate(rows):
        page.setFillColor(white)
        pen.at(46 + 128 * place, 165, label, 10, bold=True)
        page.setFillColor(black)
        pen.at(46 + 128 * place, 190, value, 10)
    end = pen.goods(bill, 240, 46, 550)
    for row, (label, value) in enumerate(bill.sums()):
        pen.until(440, end + 24 + 16 * row, label)
        pen.until(550, end + 24 + 16 * row, value)
    for row, line in enumerate(bill.bank()):
        pen.at(46, 700 + 14 * row, line, 9)


def total_first(page: Canvas, bill: Bill) -> None:
    """What is to be paid stands in a box at the top, how it came to be far below."""
    pen = Pen(page)
    pen.at(50, 50, bill.seller, 12, bold=True)
    page.rect(330, HEIGHT - 130, 215, 80)
    pen.at(340, 70, bill.words["total"], 10)
    pen.at(340, 95, bill.money(bill.total), 18, bold=True)
    if bill.due:
        pen.at(340, 120, f"{bill.words['due']} {bill.day(bill.due)}", 9)
    pen.at(50, 80, f"{bill.title} {bill.words['number']} {bill.number}", 11)
    pen.at(50, 96, f"{bill.words['date']} {bill.day(bill.issued)}")
    if bill.order:
        pen.at(50, 112, f"{bill.words['order']} {bill.order}")
    pen.at(50, 150, bill.buyer)
    end = pen.goods(bill, 220, 50, 545)
    for row, (label, value) in enumerate(bill.sums()[:2]):
        pen.at(50, end + 20 + 15 * row, label)
        pen.until(545, end + 20 + 15 * row, value)
    for row, line in enumerate(bill.bank()):
        pen.at(50, end + 80 + 14 * row, line)


def far_columns(page: Canvas, bill: Bill) -> None:
    """Labels in one column, values far away in another, everything in it, smallest letters."""
    pen = Pen(page, "Helvetica", "Helvetica-Bold")
    pen.at(200, 50, bill.seller.upper(), 14)
    pen.at(200, 64, bill.address, 8)
    pen.at(60, 110, bill.title, 12, bold=True)
    rows = [*bill.rows(), *bill.sums(), *(tuple(line.rsplit(" ", 1)) for line in bill.bank()[:1])]
    for row, (label, value) in enumerate(rows):
        pen.at(60, 140 + 14 * row, label, 9)
        pen.at(380, 140 + 14 * row, value, 9)
    for row, line in enumerate(bill.bank()[1:]):
        pen.at(60, 330 + 14 * row, line, 9)
    pen.goods(bill, 420)
    pen.at(60, 600, bill.buyer, 9)


def typewriter(page: Canvas, bill: Bill) -> None:
    """A list of an old machine: one width of letters, dots between label and value."""
    pen = Pen(page, "Courier", "Courier-Bold")
    lines = [bill.seller, bill.address, "", f"*** {bill.title} ***", ""]
    lines += [f"{label:.<28} {value}" for label, value in bill.rows()]
    lines += ["", bill.buyer, "-" * 60]
    lines += [f"{text:<44}{amount:>16}" for text, amount in bill.goods]
    lines += ["-" * 60, *(f"{label:<44}{value:>16}" for label, value in bill.sums()), "=" * 60]
    for row, line in enumerate([*lines, *bill.bank()]):
        pen.at(60, 60 + 13 * row, line, 10)


def receipt(page: Canvas, bill: Bill) -> None:
    """A narrow slip: all in the middle, the sum in large letters."""
    pen = Pen(page)
    y = 60.0
    for text, size in (
        (bill.seller, 13),
        (bill.address, 8),
        (bill.title, 10),
        *((f"{label}: {value}", 9) for label, value in bill.rows()),
    ):
        page.setFont("Helvetica", size)
        page.drawCentredString(170, HEIGHT - y, text)
        y += size + 6
    y = pen.goods(bill, y + 10, 70, 270)
    for label, value in bill.sums():
        size = 14 if label == bill.sums()[2][0] else 9
        pen.at(70, y + 10, label, size)
        pen.until(270, y + 10, value, size)
        y += size + 6
    for line in bill.bank():
        pen.at(70, y + 20, line, 7)
        y += 10


def boxes(page: Canvas, bill: Bill) -> None:
    """A grid of boxes with small labels in their upper corners."""
    pen = Pen(page)
    pen.at(40, 50, bill.seller, 16, bold=True)
    pen.until(555, 50, bill.title, 16)
    cells = [*bill.rows(), *bill.sums()]
    for place, (label, value) in enumerate(cells):
        x, y = 40 + 172 * (place % 3), 90 + 48 * (place // 3)
        page.rect(x, HEIGHT - y - 44, 168, 44)
        pen.at(x + 4, y + 10, label, 7)
        pen.at(x + 8, y + 32, value, 11)
    pen.at(40, 260, bill.buyer)
    pen.goods(bill, 300, 40, 555)
    for row, line in enumerate(bill.bank()):
        pen.at(40, 760 + 12 * row, line, 9)


def sums_left(page: Canvas, bill: Bill) -> None:
    """The sums in one row at the foot, under their labels; the number below the title's line."""
    pen = Pen(page, "Times-Roman", "Times-Bold")
    pen.at(60, 60, bill.title, 20)
    page.line(60, HEIGHT - 66, 535, HEIGHT - 66)
    for row, (label, value) in enumerate(bill.rows()):
        pen.until(180, 90 + 15 * row, label, 10)
        pen.at(190, 90 + 15 * row, value, 10, bold=True)
    pen.at(360, 90, bill.seller, 11, bold=True)
    pen.at(360, 104, bill.address, 9)
    pen.at(360, 150, bill.buyer, 10)
    pen.goods(bill, 240)
    for place, (label, value) in enumerate(bill.sums()):
        pen.until(200 + 165 * place, 640, label, 9)
        pen.until(200 + 165 * place, 655, value, 11, bold=True)
    for row, line in enumerate(bill.bank()):
        pen.at(60, 700 + 13 * row, line, 9)


def grey_bands(page: Canvas, bill: Bill) -> None:
    """Values left of nothing: label and value on one line each, grey behind every other one."""
    pen = Pen(page)
    pen.until(555, 60, bill.seller, 12)
    pen.until(555, 74, bill.address, 8)
    pen.at(40, 60, f"{bill.title} #{bill.number}", 18, bold=True)
    rows = [*bill.rows()[1:], *bill.sums()]
    for row, (label, value) in enumerate(rows):
        if row % 2 == 0:
            pen.bar(40, 110 + 20 * row, 515, 20, "#e4e4e4")
        pen.at(48, 124 + 20 * row, label)
        pen.until(548, 124 + 20 * row, value)
    pen.at(40, 320, bill.buyer)
    pen.goods(bill, 360, 48, 548)
    for row, line in enumerate(bill.bank()):
        pen.at(40, 740 + 13 * row, line, 9)


LAYOUTS: dict[str, Layout] = {
    "classic": classic,
    "letter": letter,
    "dark_head": dark_head,
    "total_first": total_first,
    "far_columns": far_columns,
    "typewriter": typewriter,
    "receipt": receipt,
    "boxes": boxes,
    "sums_left": sums_left,
    "grey_bands": grey_bands,
}
