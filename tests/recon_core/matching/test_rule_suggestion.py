from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from recon_core.matching.counterpart import Line, first_match, takes
from recon_core.matching.rule_suggestion import (
    MIN_TIMES,
    Booked,
    Known,
    as_rule,
    suggest,
)

FEES, RENT, CARDS = 627, 613, 625
SINCE = date(2026, 1, 1)
_ids = count(1)


def row(text, account=FEES, day=None, partner=0, journal=7, **values):
    """A line that a person booked on ``account``."""
    number = next(_ids)
    return Booked(
        id=number,
        line=Line(text, Decimal("-12.50"), journal, partner),
        day=day or date(2026, 3, 1) + timedelta(days=number % 28),
        **{"is_booked": True, "account_id": account, "by_hand": True, **values},
    )


def fees(times=3, words="FRAIS TENUE DE COMPTE"):
    return [
        row(f"{words} 0{month}/2026", day=date(2026, month, 5)) for month in range(1, times + 1)
    ]


def document(text, **values):
    """A line that paid a document."""
    return row(text, account=0, by_hand=False, **values)


def labels(rows, known=()):
    return [found.label for found in suggest(rows, known, SINCE)]


def test_what_a_person_booked_three_times_becomes_a_suggestion():
    rows = fees()
    (found,) = suggest(rows, (), SINCE)
    assert found.label == "FRAIS TENUE DE COMPTE"
    assert (found.account_id, found.journal_id, found.partner_id) == (FEES, 7, 0)
    assert found.line_ids == (rows[2].id, rows[1].id, rows[0].id)
    assert (found.right, found.wrong, found.precision) == (3, 0, 1.0)


def test_twice_is_no_habit():
    assert labels(fees(2)) == []


def test_three_lines_of_one_day_are_no_habit():
    assert labels([row("FRAIS TENUE", day=date(2026, 3, 5)) for _ in range(3)]) == []


def test_dates_months_and_short_numbers_are_no_pattern():
    texts = ("LOYER MARS 2026 N 12", "LOYER MARS 2026 N 12", "LOYER MARS 2026 N 12")
    assert labels([row(text, RENT) for text in texts]) == ["LOYER"]


def test_a_contract_number_is_a_pattern():
    assert labels([row("CTR 0048812077 ECH 01") for _ in range(3)]) == ["CTR 0048812077 ECH"]


def test_words_of_any_payment_are_no_pattern():
    rows = [row(f"PRLV SEPA {word}") for word in ("AAAA", "BBBB", "CCCC")]
    assert labels(rows) == []


def test_two_habits_on_one_account_are_two_suggestions():
    rows = fees(4) + fees(3, "COMMISSION VIREMENT ETRANGER")
    assert labels(rows) == ["FRAIS TENUE DE COMPTE", "COMMISSION VIREMENT ETRANGER"]


def test_a_pattern_that_was_booked_otherwise_is_not_proposed():
    rows = [row(f"CARTE STATION TOTAL {n}") for n in range(3)]
    assert labels(rows) == ["CARTE STATION TOTAL"]
    assert labels([*rows, row("CARTE STATION TOTAL 4", CARDS)]) == []
    assert labels([*rows, document("CARTE STATION TOTAL 4")]) == []


def test_a_pattern_inside_a_longer_word_counts_as_booked_otherwise():
    rows = [row(f"FRAIS {n}") for n in range(3)]
    assert labels([*rows, document("FRAISIER DU JARDIN")]) == []


def test_the_words_that_tell_one_kind_from_the_other_are_chosen():
    rows = [row(f"CARTE STATION ELAN {n}") for n in range(3)]
    rows += [row(f"CARTE STATION LAVAGE {n}", CARDS) for n in range(3)]
    assert sorted(labels(rows)) == ["CARTE STATION ELAN", "CARTE STATION LAVAGE"]


def test_a_line_that_waits_speaks_neither_for_nor_against():
    waits = row("FRAIS TENUE DE COMPTE", account=0, is_booked=False, by_hand=False)
    (found,) = suggest([*fees(), waits], (), SINCE)
    assert waits.id not in found.line_ids
    assert found.wrong == 0


def test_words_that_waiting_money_of_the_other_direction_has_too_are_no_pattern():
    rows = [row(f"ROUX {word}") for word in ("AAAA", "BBBB", "CCCC")]
    comes_in = row("ROUX FACTURE 12", account=0, is_booked=False, by_hand=False)
    comes_in = replace(comes_in, line=replace(comes_in.line, amount=Decimal(900)))
    assert labels(rows) == ["ROUX"]
    assert labels([*rows, comes_in]) == []


def test_the_partner_tells_where_words_do_not():
    rows = [row(f"VIR {word}", partner=5) for word in ("AAAA", "BBBB", "CCCC")]
    (found,) = suggest(rows, (), SINCE)
    assert (found.label, found.partner_id) == ("", 5)
    assert labels([*rows, document("VIR DDDD", partner=5)]) == []


def test_words_and_partner_together_tell_where_neither_does():
    rows = [row("REDEVANCE PARKING", partner=5) for _ in range(3)]
    rows += [document("REDEVANCE PARKING", partner=6), document("FACTURE 12", partner=5)]
    (found,) = suggest(rows, (), SINCE)
    assert (found.label, found.partner_id) == ("REDEVANCE PARKING", 5)


def test_another_journal_is_another_habit():
    rows = fees()
    elsewhere = [row("FRAIS TENUE DE COMPTE", CARDS, journal=8)]
    assert labels(rows + elsewhere) == ["FRAIS TENUE DE COMPTE"]


def test_what_a_rule_takes_already_teaches_nothing():
    known = Known(as_rule("TENUE DE COMPTE", 0, 7))
    assert labels(fees(), [known]) == []


def test_a_refused_pattern_does_not_come_back_in_other_words():
    refused = Known(as_rule("FRAIS TENUE", 0, 7), FEES)
    assert labels(fees(6), [refused]) == []
    assert labels([replace(r, account_id=RENT) for r in fees(6)], [refused]) != []


def test_a_habit_that_ended_is_not_proposed():
    old = [row("FRAIS", day=date(2025, month, 5)) for month in (9, 10, 11)]
    assert labels(old) == []


def test_precision_counts_the_recent_lines():
    rows = [row("FRAIS TENUE") for _ in range(39)]
    rows += [row("FRAIS TENUE", CARDS), row("FRAIS TENUE", CARDS, day=date(2025, 12, 1))]
    (found,) = suggest(rows, (), SINCE)
    assert (found.right, found.wrong) == (39, 1)
    assert found.precision == pytest.approx(39 / 40)


HABITS = [
    ("FRAIS tenue", FEES),
    ("LOYER Straße 0048812077", RENT),
    ("l'Élan A&B", FEES),
    ("VIR SEPA", CARDS),
]
WORDS = st.sampled_from(["FRAIS", "VIR", "SEPA", "mars", "0312", "straße", "ROUX", ";", "A&B"])


@st.composite
def _rows(draw):
    """Bank lines of four habits among words of all kinds; one in ten was booked otherwise."""
    words, account = draw(st.sampled_from(HABITS))
    around = draw(st.lists(WORDS, max_size=3))
    is_otherwise = draw(st.integers(0, 9)) == 9
    return row(
        " ".join([*around[:1], words, *around[1:]]),
        draw(st.sampled_from([0, FEES, RENT])) if is_otherwise else account,
        day=draw(st.dates(date(2025, 11, 1), date(2026, 3, 31))),
        partner=draw(st.sampled_from([0, 5])),
        journal=draw(st.sampled_from([7, 7, 8])),
        by_hand=draw(st.integers(0, 9)) < 8,
    )


ROWS = st.lists(_rows(), min_size=10, max_size=40)


def test_the_lines_made_up_for_the_properties_show_habits():
    no_shrinking = settings(phases=[Phase.generate], database=None)
    assert find(ROWS, lambda rows: len(suggest(rows, (), SINCE)) > 1, settings=no_shrinking)


@given(ROWS)
def test_a_suggested_rule_takes_all_its_examples_as_it_will_be_executed(rows):
    by_id = {r.id: r for r in rows}
    for found in suggest(rows, (), SINCE):
        rule = as_rule(found.label, found.partner_id, found.journal_id)
        examples = [by_id[line_id] for line_id in found.line_ids]
        assert len(examples) >= MIN_TIMES
        assert {r.account_id for r in examples} == {found.account_id}
        for example in examples:
            match = first_match([rule], example.line)
            assert match is not None
            assert match[1][0][1] == example.line.amount


@given(ROWS)
def test_a_suggestion_is_contradicted_by_one_line_in_twenty_at_most(rows):
    for found in suggest(rows, (), SINCE):
        rule = as_rule(found.label, found.partner_id, found.journal_id)
        taken = [r for r in rows if r.is_booked and takes(rule, r.line)]
        otherwise = [r for r in taken if r.account_id != found.account_id]
        assert len(otherwise) <= 0.05 * len(taken)


@given(ROWS)
def test_what_was_suggested_and_made_is_not_suggested_again(rows):
    made = [
        Known(as_rule(found.label, found.partner_id, found.journal_id))
        for found in suggest(rows, (), SINCE)
    ]
    again = {(f.journal_id, f.label, f.partner_id) for f in suggest(rows, made, SINCE)}
    assert not again & {
        (next(iter(k.rule.journal_ids)), k.rule.label, next(iter(k.rule.partner_ids), 0))
        for k in made
    }
