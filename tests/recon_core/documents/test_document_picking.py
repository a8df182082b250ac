"""A person points at words or types a value."""

from datetime import date
from decimal import Decimal

import pytest
from document_samples import text_pdf

from recon_core.documents import read_document
from recon_core.documents.checks import checks
from recon_core.documents.kinds import ValueKind, kind_of, typed
from recon_core.documents.picked import value_at

LINES = [
    "Verrerie du Gier SAS",
    "Notre réf ZX-77 du 11 février 2026",
    "à régler: 1 132,24 EUR le 13/03/2026",
    "IBAN FR76 3000 6000 0112 3456 7890 189",
    "TVA FR15658541925 SIREN 658 541 925",
]


@pytest.fixture(scope="module")
def page():
    return read_document(text_pdf([*LINES, "Total TTC : 1 132,24 EUR"])).pages[0]


def at(page, *texts):
    return [next(n for n, word in enumerate(page.words) if word.text == text) for text in texts]


@pytest.mark.parametrize(
    ("name", "texts", "value"),
    [
        ("issue_date", ["février"], date(2026, 2, 11)),
        ("total", ["132,24"], Decimal("1132.24")),
        ("total", ["1"], Decimal("1132.24")),
        ("due_date", ["13/03/2026"], date(2026, 3, 13)),
        ("iban", ["0112"], "FR7630006000011234567890189"),
        ("supplier_vat", ["FR15658541925"], "FR15658541925"),
        ("supplier_siren", ["541"], "658541925"),
        ("number", ["ZX-77"], "ZX-77"),
        ("supplier_name", ["Verrerie", "du", "Gier"], "Verrerie du Gier"),
        ("purchase_order", ["Notre"], "Notre"),
        ("currency", ["EUR"], "EUR"),
    ],
)
def test_one_word_of_a_value_is_enough(page, name, texts, value):
    assert value_at(page, at(page, *texts), kind_of(name)).value == value


def test_the_box_holds_the_whole_value(page):
    picked = value_at(page, at(page, "février"), ValueKind.DATE)
    words = [page.words[n].box for n in at(page, "11", "2026")]
    assert picked.box[0] == words[0][0]
    assert picked.box[2] == words[1][2]


def test_words_that_hold_no_such_value_give_none(page):
    assert value_at(page, at(page, "Verrerie"), ValueKind.DATE) is None
    assert value_at(page, at(page, "Verrerie"), ValueKind.IBAN) is None
    assert value_at(page, [9999, -1], ValueKind.TEXT) is None


def test_a_date_is_picked_the_american_way_for_who_writes_so(page):
    read = read_document(text_pdf(["Invoice 7 of 02/11/2026", "Total 10.00 EUR", *LINES[3:]]))
    (page,) = read.pages
    word = at(page, "02/11/2026")
    assert value_at(page, word, ValueKind.DATE).value == date(2026, 11, 2)
    assert value_at(page, word, ValueKind.DATE, month_first=True).value == date(2026, 2, 11)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("132.24", "132.24"),
        ("1 132,24", "1132.24"),
        ("1.132,24 €", "1132.24"),
        ("1,132.24", "1132.24"),
        ("1'132.50", "1132.50"),
        ("1.132", "1132"),
        ("500", "500"),
        ("12,5", "12.50"),
        (",", None),
        ("no", None),
    ],
)
def test_typed_amounts(text, amount):
    assert typed(ValueKind.AMOUNT, text) == (amount and Decimal(amount))


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (ValueKind.DATE, "2026-02-11", date(2026, 2, 11)),
        (ValueKind.DATE, "11/2/2026", date(2026, 2, 11)),
        (ValueKind.DATE, "31/02/2026", None),
        (ValueKind.IBAN, "fr76 3000 6000 0112 3456 7890 189", "FR7630006000011234567890189"),
        (ValueKind.IBAN, "FR76 3000 6000 0112 3456 7890 188", None),
        (ValueKind.VAT, "fr 15 658541925", "FR15658541925"),
        (ValueKind.CURRENCY, "chf", "CHF"),
        (ValueKind.CURRENCY, "€", "EUR"),
        (ValueKind.REFERENCE, "  F-1  / 2 ", "F-1 / 2"),
        (ValueKind.TEXT, "   ", None),
    ],
)
def test_typed_values(kind, text, value):
    assert typed(kind, text) == value


def test_what_the_values_say_about_each_other():
    values = {
        "net": Decimal("110.20"),
        "tax": Decimal("22.04"),
        "total": Decimal("132.24"),
        "issue_date": date(2026, 3, 13),
        "due_date": date(2026, 2, 11),
        "iban": "FR7630006000011234567890189",
        "supplier_vat": "FR15658541926",
    }
    assert {check.name: check.right for check in checks(values)} == {
        "sum": True,
        "dates": False,
        "iban": True,
        "supplier_vat": False,
    }
    assert [c.right for c in checks({**values, "tax": Decimal(22)}) if c.name == "sum"] == [False]


def test_a_number_whose_key_nobody_knows_is_not_judged():
    assert checks({"supplier_vat": "US12-3456789"}) == []
