"""The scorer: what counts as right, and the figures that follow."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import plot, score
from benchmarks.score import Prediction, Truth, Verdict

TRUTH = {
    1: Truth({10: Decimal("100.00")}, "exact"),
    2: Truth({11: Decimal("60.00"), 12: Decimal("40.00")}, "several"),
    3: Truth({}, "salary"),
    4: Truth({13: Decimal("5.00")}, "exact"),
    5: Truth({}, "salary"),
}


def said(line_id: int, confidence: float = 0.9, **parts: str) -> Prediction:
    amounts = {int(item[1:]): Decimal(amount) for item, amount in parts.items()}
    return Prediction(line_id, amounts, confidence, "rule")


@pytest.mark.parametrize(
    ("prediction", "verdict"),
    [
        (said(1, d10="100.00"), Verdict.RIGHT),
        (said(1, d10="98.00"), Verdict.AMOUNTS),
        (said(1, d11="100.00"), Verdict.WRONG),
        (said(2, d11="60.00"), Verdict.WRONG),
        (said(2, d12="40.00", d11="60.00"), Verdict.RIGHT),
        (said(3, d10="100.00"), Verdict.FALSE),
    ],
)
def test_a_match_is_right_with_exactly_the_documents_and_amounts_paid(prediction, verdict):
    line = prediction.line_id

    assert score.judge(TRUTH, {line: prediction})[line] is verdict


def test_a_line_without_match_is_missed_if_it_pays_something_and_quiet_if_not():
    verdicts = score.judge(TRUTH, {})

    assert [verdicts[n] for n in TRUTH] == [
        *(Verdict.MISSED, Verdict.MISSED, Verdict.QUIET, Verdict.MISSED, Verdict.QUIET)
    ]


def test_rates_count_right_matches_among_payable_lines_and_among_matches():
    found = [said(1, d10="100.00"), said(2, d11="60.00"), said(3, d10="1.00")]
    figures = score.figures(score.judge(TRUTH, {p.line_id: p for p in found}).values())

    assert figures.auto_match == pytest.approx(1 / 3)
    assert figures.precision == pytest.approx(1 / 3)
    assert figures.payable == 3


def test_classes_are_judged_apart():
    verdicts = score.judge(TRUTH, {1: said(1, d10="100.00")})
    classes = score.by_class(TRUTH, verdicts)

    assert list(classes) == ["exact", "salary", "several"]
    assert classes["exact"].auto_match == 0.5
    assert classes["salary"].counts == {Verdict.QUIET: 2}


def test_the_curve_adds_matches_from_the_surest_on_and_keeps_equals_together():
    found = {1: said(1, 0.9, d10="100.00"), 3: said(3, 0.5, d10="1.00"), 4: said(4, 0.5, d13="5")}
    points = score.curve(score.judge(TRUTH, found), found)

    assert [confidence for confidence, _figures in points] == [0.9, 0.5]
    assert [round(f.auto_match, 3) for _confidence, f in points] == [0.333, 0.667]
    assert [round(f.precision, 3) for _confidence, f in points] == [1.0, 0.667]


def test_the_interval_is_that_of_the_literature():
    low, high = score.wilson(95, 100)

    assert (round(low, 4), round(high, 4)) == (0.8882, 0.9785)


@given(st.integers(1, 10**5).flatmap(lambda made: st.tuples(st.integers(0, made), st.just(made))))
def test_the_interval_holds_the_share(counts):
    right, made = counts
    low, high = score.wilson(right, made)

    assert 0 <= low <= right / made + 1e-12
    assert right / made - 1e-12 <= high <= 1


def test_a_line_that_is_predicted_twice_is_refused(tmp_path):
    row = '{"line_id": 1, "allocations": [[10, 100.0]]}\n'
    (tmp_path / "twice.jsonl").write_text(row * 2, "utf-8")

    with pytest.raises(ValueError, match="line 1 is predicted twice"):
        score.read_predictions(tmp_path / "twice.jsonl")


def test_the_plot_puts_higher_precision_higher_and_escapes_names():
    drawn = plot.svg({"a & b": [(0.2, 1.0), (0.8, 0.97)]}, {"a & b": (0.8, 0.97)})
    points = drawn.split('points="')[1].split('"')[0].split()
    (x1, y1), (x2, y2) = (map(float, point.split(",")) for point in points)

    assert x1 < x2
    assert y1 < y2  # SVG counts downwards
    assert "a &amp; b" in drawn
