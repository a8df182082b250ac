"""One correction teaches where a supplier prints a value; a wrong lesson is unlearned."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen import canvas

from recon_core.documents import read_document
from recon_core.documents.hint import Direction, Hint
from recon_core.documents.hinted import with_hints
from recon_core.documents.learning import hints_for
from recon_core.documents.model import ReadDocument, ReadPage, ReadWord, Value

Placed = Sequence[tuple[float, float, str]]


def read(placed: Placed) -> ReadDocument:
    """A page with texts at (left, distance from the top) in points."""
    out = BytesIO()
    page = canvas.Canvas(out, pagesize=(595, 842), invariant=True)
    page.setFontSize(10)
    for left, down, text in placed:
        page.drawString(left, 842 - down, text)
    page.save()
    return read_document(out.getvalue())


def garage(number: str, day: str, total: str, goods: int = 2) -> Placed:
    """Labels that no other supplier uses, on a page whose total moves with the goods."""
    down = 260 + 20 * goods
    return [
        (60, 60, "Garage de l'Étang"),
        (330, 60, "Nos repères"),
        (330, 78, f"Dossier atelier : {number}"),
        (330, 96, f"Véhicule rendu le 03/01/2026, pièce établie {day}"),
        (60, 200, "Main d'oeuvre selon devis D-4711"),
        *((60, 240 + 20 * n, f"Pièce {n}") for n in range(goods)),
        *((480, 240 + 20 * n, f"{9000 + n},50") for n in range(goods)),
        (60, down, "Vous nous devez"),
        (480, down, total),
    ]


def columns(number: str, order: str) -> Placed:
    """Values below their labels, the columns of other documents beside them."""
    return [
        (60, 60, "Imprimerie Chaussat SARL, 4 place du Marché aux Grains"),
        (60, 140, "Suite du"),
        (180, 140, "Votre chantier"),
        (330, 140, "Nos écritures"),
        (60, 156, "12/01/2026"),
        (180, 156, order),
        (330, 156, number),
        (60, 300, "Total TTC 120,00 EUR"),
    ]


def bare(number: str) -> Placed:
    """A number that stands alone in a corner."""
    return [
        (60, 60, "FACTURE des travaux de couverture"),
        (60, 90, "Facture : voir en haut à droite"),
        (480, 40, number),
        (60, 120, "Dossier 2026-1"),
        (60, 300, "Total TTC 120,00 EUR"),
    ]


CASES = [
    (
        "number",
        [
            (garage("AT-5521", "04/02/2026", "811,20"), "AT-5521"),
            (garage("AT-5607", "11/03/2026", "96,00", 5), "AT-5607"),
            (garage("AT-5700", "02/04/2026", "1 240,10", 1), "AT-5700"),
            (garage("AT-6001", "19/05/2026", "77,70", 8), "AT-6001"),
        ],
    ),
    (
        "total",
        [
            (garage("AT-5521", "04/02/2026", "811,20"), Decimal("811.20")),
            (garage("AT-5607", "11/03/2026", "96,00", 5), Decimal("96.00")),
            (garage("AT-5700", "02/04/2026", "1 240,10", 1), Decimal("1240.10")),
            (garage("AT-6001", "19/05/2026", "77,70", 8), Decimal("77.70")),
        ],
    ),
    (
        "issue_date",
        [
            (garage("AT-5521", "04/02/2026", "811,20"), date(2026, 2, 4)),
            (garage("AT-5607", "11/03/2026", "96,00", 5), date(2026, 3, 11)),
            (garage("AT-5700", "02/04/2026", "1 240,10", 1), date(2026, 4, 2)),
            (garage("AT-6001", "19/05/2026", "77,70", 8), date(2026, 5, 19)),
        ],
    ),
    (
        "number",
        [
            (columns("7731", "Mur sud"), "7731"),
            (columns("7802", "Toit 4"), "7802"),
            (columns("7990/B", "Cour"), "7990/B"),
            (columns("8003", "Mur nord"), "8003"),
        ],
    ),
    (
        "number",
        [
            (bare("K-90012"), "K-90012"),
            (bare("K-90013"), "K-90013"),
            (bare("K-90177"), "K-90177"),
            (bare("K-95510"), "K-95510"),
        ],
    ),
]


@pytest.mark.parametrize(("name", "bills"), CASES)
def test_after_one_correction_the_next_three_bills_are_right(name, bills):
    (first, corrected), *next_ones = bills
    wrong = read(first)
    assert name not in wrong.fields or wrong.fields[name].value != corrected
    hints = hints_for(wrong.pages, name, corrected)
    for placed, value in next_ones:
        before = read(placed)
        assert name not in before.fields or before.fields[name].value != value
        hinted = with_hints(before, hints)
        assert hinted.read.fields[name].value == value
        used = hinted.used[name]
        hints[hints.index(used)] = replace(used, right=used.right + 1)
    assert max(hint.confidence for hint in hints) >= 0.9


def test_a_value_knows_its_place_also_when_it_was_taught():
    hints = hints_for(read(CASES[0][1][0][0]).pages, "number", "AT-5521")
    found = with_hints(read(CASES[0][1][1][0]), hints).read
    word = next(word for word in found.pages[0].words if word.text == "AT-5607")
    assert (found.fields["number"].page, found.fields["number"].box) == (1, word.box)


def test_of_two_places_that_of_the_person_is_learned():
    first = read([(60, 60, "Dossier 771"), (60, 90, "Rappel pièce 771"), (60, 120, "Facture")])
    word = [word for word in first.pages[0].words if word.text == "771"][1]
    hint = hints_for(first.pages, "number", "771", at=(1, word.box))[0]
    assert (hint.label, hint.direction) == ("rappel piece", Direction.RIGHT)


def test_how_a_supplier_writes_dates_is_learned():
    first = read([(60, 60, "Acme"), (60, 90, "Invoice date: 02/03/2026"), (60, 120, "Invoice 7")])
    assert first.fields["issue_date"].value == date(2026, 3, 2)
    (hint,) = hints_for(first.pages, "issue_date", date(2026, 2, 3))
    assert hint.month_first is True
    later = read([(60, 60, "Acme"), (60, 90, "Invoice date: 05/04/2026"), (60, 120, "Invoice 8")])
    found = with_hints(later, [hint]).read
    assert found.fields["issue_date"].value == date(2026, 5, 4)


def test_a_value_that_is_not_on_the_paper_teaches_nothing():
    assert hints_for(read(bare("K-90012")).pages, "number", "other") == []
    assert hints_for((), "number", "K-90012") == []


def test_a_lesson_that_failed_is_unlearned_and_a_proven_one_bears_a_failure():
    lesson = Hint("number", "dossier", Direction.RIGHT, 0.5, 0.1)
    assert lesson.is_trusted and lesson.confidence < 0.9
    assert not replace(lesson, wrong=1).is_trusted
    assert replace(lesson, right=4, wrong=1).is_trusted
    assert not replace(lesson, right=4, wrong=2).is_trusted
    page = read([(60, 60, "Dossier 771"), (60, 120, "Facture 12")])
    assert with_hints(page, [lesson]).read.fields["number"].value == "771"
    assert with_hints(page, [replace(lesson, wrong=1)]).read.fields["number"].value == "12"


SUM = [
    (60, 60, "Facture 12"),
    (60, 90, "Total HT 100,00"),
    (60, 110, "TVA 20 % 20,00"),
    (60, 130, "Total TTC 120,00"),
    (60, 160, "Escompte possible 117,60"),
]


def test_a_hint_never_beats_amounts_that_add_up():
    hint = Hint("total", "escompte possible", Direction.RIGHT, 0.1, 0.2, right=9)
    hinted = with_hints(read(SUM), [hint])
    assert hinted.read.fields["total"].value == Decimal("120.00")
    assert hinted.used == {}


def test_a_hint_never_beats_check_digits():
    vat = "FR15658541925"
    page = read(
        [(60, 60, "Facture 12"), (60, 90, f"TVA {vat}"), (60, 130, "Code TVA FR99123456789")]
    )
    assert page.fields["supplier_vat"].value == vat
    hint = Hint("supplier_vat", "code tva", Direction.RIGHT, 0.1, 0.2, right=9)
    assert with_hints(page, [hint]).read.fields["supplier_vat"].value == vat


def test_amounts_that_were_taught_and_add_up_are_sure():
    odd = [
        (60, 60, "Facture 12"),
        (60, 90, "Valeur 100,00"),
        (60, 110, "Part du fisc 20,00"),
        (60, 130, "Ensemble 120,00"),
        (60, 150, "Caution 500,00"),
    ]
    hints = [
        hint
        for name, value in (("net", "100.00"), ("tax", "20.00"), ("total", "120.00"))
        for hint in hints_for(read(odd).pages, name, Decimal(value))
    ]
    found = with_hints(read(odd), hints).read.fields
    assert [found[name].confidence >= 0.95 for name in ("net", "tax", "total")] == [True] * 3
    assert found["amount_due"].value == Decimal("120.00")


def test_without_hints_nothing_changes():
    page = read(SUM)
    assert with_hints(page, []).read == page


@given(
    st.lists(
        st.tuples(
            st.floats(0, 0.9), st.floats(0, 0.9), st.text("AB12 :./-,é€%", min_size=1, max_size=20)
        ),
        max_size=12,
    ),
    st.sampled_from(["number", "total", "issue_date", "iban", "supplier_name"]),
    st.sampled_from(Direction),
    st.text("ab .()[]*+", max_size=6),
)
def test_no_page_and_no_hint_makes_it_fail(placed, name, direction, label):
    words = tuple(ReadWord(text, (x, y, x + 0.1, y + 0.02)) for x, y, text in placed)
    page = ReadDocument(pages=(ReadPage(1, 0, words, 0.7),))
    hinted = with_hints(page, [Hint(name, label, direction, 0.5, 0.5)])
    value: Value = hinted.read.fields[name].value if name in hinted.used else "A1"
    hints_for(page.pages, name, value)
