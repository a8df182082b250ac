from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_core.matching.counterpart import (
    AmountTest,
    LabelTest,
    Line,
    Part,
    PartKind,
    Rule,
    whole_shares,
)
from recon_core.matching.rule_check import Finding, Problem, findings
from recon_core.matching.rule_outcome import Booking, Outcome, outcome

ALL = (Part(1, PartKind.OF_REST, "100"),)


def problems(parts=ALL, **values):
    values = {"label_test": LabelTest.CONTAINS, "label": "FRAIS", **values}
    return [finding.problem for finding in findings(Rule(1, tuple(parts), **values))]


def test_a_whole_rule_has_no_problem():
    assert problems() == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"label": "  "}, Problem.TEXT_MISSING),
        ({"label_test": LabelTest.REGEX, "label": "FRAIS ("}, Problem.PATTERN_BROKEN),
        (
            {"amount_test": AmountTest.BETWEEN, "amount_min": Decimal(9), "amount_max": Decimal(3)},
            Problem.RANGE_REVERSED,
        ),
        ({"label_test": None}, Problem.NO_CONDITION),
        ({"parts": ()}, Problem.NO_PART),
        ({"parts": [Part(1, PartKind.OF_LINE, "50")]}, Problem.REST_LEFT),
        ({"parts": [Part(1, PartKind.OF_LINE, "120")]}, Problem.SHARE_TOO_LARGE),
        ({"parts": [Part(1, PartKind.OF_LINE, "-5")]}, Problem.NUMBER_BROKEN),
        ({"parts": [Part(1, PartKind.FIXED, "ten")]}, Problem.NUMBER_BROKEN),
        ({"parts": [Part(1, PartKind.FIXED, "NaN")]}, Problem.NUMBER_BROKEN),
        ({"parts": [Part(1, PartKind.FROM_LABEL, r"NET [\d,]+")]}, Problem.GROUP_MISSING),
        ({"parts": [Part(1, PartKind.FROM_LABEL, "NET (")]}, Problem.PATTERN_BROKEN),
    ],
)
def test_each_problem_is_found(values, expected):
    assert problems(**values) == [expected]


def test_shares_of_the_line_beyond_all_of_it_are_refused():
    parts = (Part(1, PartKind.OF_LINE, "60"), Part(2, PartKind.OF_LINE, "50"))
    assert findings(Rule(1, parts, LabelTest.CONTAINS, "x")) == [
        Finding(Problem.SHARE_TOO_LARGE, {"percent": "110"})
    ]


def test_a_broken_pattern_says_where():
    found = findings(Rule(1, ALL, LabelTest.REGEX, "FRAIS [A-"))
    assert found[0].params["position"] == "7"


def test_a_fixed_amount_may_be_negative_and_leave_a_rest():
    assert problems([Part(1, PartKind.FIXED, "-2.50")]) == []


@given(st.lists(st.integers(1, 100), min_size=1, max_size=4))
def test_percentages_without_a_problem_make_up_every_line(percents):
    parts = tuple(Part(n, PartKind.OF_LINE, str(value)) for n, value in enumerate(percents))
    rule = Rule(1, parts, LabelTest.CONTAINS, "x")
    found = {finding.problem for finding in findings(rule)}
    whole = sum(percents) == 100
    assert (not found) is whole
    assert found <= {Problem.SHARE_TOO_LARGE, Problem.REST_LEFT}
    assert bool(whole_shares(rule, Line("x", Decimal(100), 1))) is whole


@pytest.mark.parametrize(
    ("booking", "expected", "is_conflict"),
    [
        (None, Outcome.WAITING, False),
        (Booking(frozenset({627})), Outcome.SAME, False),
        (Booking(frozenset({627, 658})), Outcome.OTHER, True),
        (Booking(frozenset({627}), has_document=True), Outcome.DOCUMENT, True),
    ],
)
def test_a_line_that_was_booked_otherwise_is_a_conflict(booking, expected, is_conflict):
    found = outcome(frozenset({627}), booking)
    assert (found, found.is_conflict) == (expected, is_conflict)
