"""Champion and challenger: when customers pay, and which of two models says it.

The champion is the smoothed late rate of the customer. The challenger corrects it by a logistic
regression on what else is known at issue. It takes over only where a rolling back-test on the past
shows it no worse, by AUC and by Brier score; with little history there is no contest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter
from statistics import median

from .risk_books import HALF_LIFE_DAYS
from .risk_delay import Delays
from .risk_drift import Drift
from .risk_features import Case
from .risk_logit import Correction, fit, logit, sigmoid
from .risk_measures import auc, brier, brier_gain

MIN_OUTCOMES = 200  # due invoices that a contest needs
MAX_OUTCOMES = 6_000  # newest ones that a fit reads: it stays a matter of seconds
RIDGES = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
_ORIGINS = (0.5, 0.6, 0.7, 0.8, 0.9)  # shares of the invoices: where the back-test looks ahead
_DAY = timedelta(days=1)
_MONTH = 30
_SURE = 1.64  # standard errors


@dataclass(frozen=True, slots=True)
class Contest:
    """The back-test: invoices predicted, AUC and Brier score of both, penalty of the challenger.

    ``brier_error``: standard error of the difference of the two Brier scores. An AUC is None where
    all invoices had the same outcome.
    """

    predicted: int
    ridge: float
    rate_auc: float | None
    rate_brier: float
    model_auc: float | None
    model_brier: float
    brier_error: float

    @property
    def won(self) -> bool:
        """Whether the challenger ranks no worse, and its Brier score is better by more than chance
        brings about one time in twenty (a one-sided paired z-test)."""
        if self.rate_auc is None or self.model_auc is None:
            return False
        gain = self.rate_brier - self.model_brier
        return self.model_auc >= self.rate_auc and gain > _SURE * self.brier_error


@dataclass(frozen=True, slots=True)
class Prediction:
    """Probabilities (0..1) that an invoice is paid late, more than 7 and more than 30 days late;
    ``days_late``: the median, 0 when it is rather paid in time."""

    late: float
    late_7: float
    late_30: float
    days_late: int


@dataclass(frozen=True, slots=True)
class RiskModel:
    """What was learned from the past: ``correction`` is None where the smoothed rate stands."""

    correction: Correction | None
    delays: Delays
    contest: Contest | None
    since: date

    def spread(self, late: float, own: Sequence[int]) -> Prediction:
        """The prediction for a probability of being late and the customer's late delays."""
        return Prediction(
            late=late,
            late_7=late * self.delays.beyond(own, 7),
            late_30=late * self.delays.beyond(own, 30),
            days_late=self.delays.median_with(late, own),
        )


def learn(cases: Sequence[Case], as_of: date) -> RiskModel:
    """The model of what was known on the evening of ``as_of``; ``cases`` may hold later ones."""
    past = sorted(_informed(_due(cases, as_of)), key=attrgetter("as_of"))[-MAX_OUTCOMES:]
    contest = _contest(past, as_of) if len(past) >= MIN_OUTCOMES else None
    correction = None
    if contest is not None and contest.won:
        correction = _fit(past, as_of, contest.ridge)
    since = past[0].as_of if past else as_of
    return RiskModel(correction, Delays.of(_late_delays(cases, as_of)), contest, since)


def forecast(model: RiskModel, cases: Sequence[Case]) -> Iterator[tuple[Case, Prediction]]:
    """Each case, in the order of issue, with what is said of it on the evening before.

    The model stays; how all customers drifted away from it since it was fitted is taken in.
    """
    chances = [case.rate for case in cases]
    if model.correction is not None:
        chances = list(_follow(model.correction, cases, model.since))
    for case, late in zip(cases, chances, strict=True):
        yield case, model.spread(late, case.late_delays)


def _follow(correction: Correction, cases: Iterable[Case], since: date) -> Iterator[float]:
    """The corrected chance of each case, moved by the drift of those from ``since`` on."""
    drift = Drift()
    for case in cases:
        odds = logit(correction.apply(case.rate, case.features))
        yield sigmoid(odds + drift.shift(case.as_of))
        if case.as_of >= since:
            drift.expect(case.invoice, sigmoid(odds))


def _due(cases: Sequence[Case], as_of: date) -> list[Case]:
    """Those that were due by then, so that late and punctual ones are known alike."""
    return [case for case in cases if case.invoice.due_date < as_of and case.as_of < as_of]


def _informed(cases: Sequence[Case]) -> list[Case]:
    """Without those from the beginning of the books, whose customers only look as if they were new.

    An invoice tells nothing of its customer before it is due, and a month later it is known what
    became of most.
    """
    if not cases:
        return []
    terms = median((case.invoice.due_date - case.invoice.invoice_date).days for case in cases)
    start = min(case.as_of for case in cases) + timedelta(days=terms + _MONTH)
    return [case for case in cases if case.as_of >= start]


def _late_delays(cases: Sequence[Case], as_of: date) -> list[int]:
    return [
        (case.invoice.settled_date - case.invoice.due_date).days
        for case in cases
        if case.invoice.settled_date is not None
        and case.invoice.due_date < case.invoice.settled_date <= as_of
    ]


def _fit(cases: Sequence[Case], as_of: date, ridge: float) -> Correction:
    return fit(
        [case.rate for case in cases],
        [case.features for case in cases],
        _outcomes(cases, as_of),
        [0.5 ** ((as_of - case.as_of).days / HALF_LIFE_DAYS) for case in cases],
        ridge,
    )


def _outcomes(cases: Sequence[Case], as_of: date) -> list[bool]:
    return [bool(case.invoice.late_on(as_of)) for case in cases]


def _contest(past: Sequence[Case], as_of: date) -> Contest | None:
    """Both models on the invoices after each origin, knowing what was known there."""
    rates: list[float] = []
    outcomes: list[bool] = []
    models: dict[float, list[float]] = {ridge: [] for ridge in RIDGES}
    for origin, until in _windows(past):
        known = _due(past, origin)
        seen = [case for case in past if case.as_of < until]
        ahead = [case for case in seen if case.as_of >= origin]
        if not known or not ahead:
            continue
        rates += [case.rate for case in ahead]
        outcomes += _outcomes(ahead, as_of)
        for ridge, found in models.items():
            correction = _fit(known, origin, ridge)
            found += list(_follow(correction, seen, past[0].as_of))[-len(ahead) :]
    if not outcomes:
        return None
    entries = [_entry(ridge, rates, found, outcomes) for ridge, found in models.items()]
    return min(entries, key=lambda entry: (not entry.won, entry.model_brier))


def _entry(
    ridge: float, rates: Sequence[float], found: Sequence[float], outcomes: Sequence[bool]
) -> Contest:
    return Contest(
        predicted=len(outcomes),
        ridge=ridge,
        rate_auc=auc(rates, outcomes),
        rate_brier=brier(rates, outcomes),
        model_auc=auc(found, outcomes),
        model_brier=brier(found, outcomes),
        brier_error=brier_gain(found, rates, outcomes)[1],
    )


def _windows(past: Sequence[Case]) -> list[tuple[date, date]]:
    starts = [past[int(share * len(past))].as_of for share in _ORIGINS]
    return list(zip(starts, [*starts[1:], past[-1].as_of + _DAY], strict=True))
