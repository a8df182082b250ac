"""Logistic regression that only corrects a probability which is already there.

The logit of the given probability enters as an offset; the weights of the features say how far to
move away from it. The ridge draws all weights towards 0, so that little data leaves the given
probability as it is. Newton's method (iteratively reweighted least squares), plain Python.
Source: Hastie, Tibshirani, Friedman (2009), "The Elements of Statistical Learning", 4.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from operator import mul

_ROUNDS = 12
_ENOUGH = 1e-6  # the largest step of a weight at which the search ends
_FAR = 4.0  # standard deviations beyond which a feature counts no more: outliers do not lever
_EDGE = 1e-4
_BASE_RIDGE = 1e-6  # of the intercept: keeps the system solvable when all outcomes are alike


def logit(probability: float) -> float:
    """The log odds; probabilities at the very edge are drawn in."""
    inside = min(max(probability, _EDGE), 1 - _EDGE)
    return log(inside / (1 - inside))


def sigmoid(value: float) -> float:
    """The probability of log odds."""
    if value >= 0:
        return 1 / (1 + exp(-value))
    return exp(value) / (1 + exp(value))


@dataclass(frozen=True, slots=True)
class Scale:
    """Centre and width of each feature in the data of the fit."""

    centres: tuple[float, ...]
    widths: tuple[float, ...]

    @classmethod
    def of(cls, rows: Sequence[Sequence[float]]) -> Scale:
        columns = list(zip(*rows, strict=True))
        centres = tuple(sum(column) / len(column) for column in columns)
        widths = tuple(
            sqrt(sum((value - centre) ** 2 for value in column) / len(column)) or 1.0
            for column, centre in zip(columns, centres, strict=True)
        )
        return cls(centres, widths)

    def apply(self, row: Sequence[float]) -> list[float]:
        return [
            min(max((value - centre) / width, -_FAR), _FAR)
            for value, centre, width in zip(row, self.centres, self.widths, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Correction:
    """A fitted correction: ``weights`` of the scaled features, the intercept first."""

    scale: Scale
    weights: tuple[float, ...]

    def apply(self, base: float, row: Sequence[float]) -> float:
        """The corrected probability; ``base`` is the one to start from."""
        return sigmoid(logit(base) + sum(self.parts(row)) + self.weights[0])

    def parts(self, row: Sequence[float]) -> list[float]:
        """What each feature adds to the log odds."""
        return list(map(mul, self.weights[1:], self.scale.apply(row)))


def fit(
    bases: Sequence[float],
    rows: Sequence[Sequence[float]],
    outcomes: Sequence[bool],
    counts: Sequence[float],
    ridge: float,
) -> Correction:
    """The correction with the least penalised log loss.

    ``counts``: what each row counts, 1 for a full one. ``ridge`` > 0 is the penalty of half a
    squared weight, in units of the log loss of a full row.
    """
    scale = Scale.of(rows)
    scaled = [scale.apply(row) for row in rows]
    columns = [[1.0] * len(rows), *map(list, zip(*scaled, strict=True))]
    offsets = [logit(base) for base in bases]
    penalties = [_BASE_RIDGE] + [ridge] * (len(columns) - 1)
    weights = [0.0] * len(columns)
    for _ in range(_ROUNDS):
        step = _newton_step(columns, offsets, outcomes, counts, weights, penalties)
        weights = [weight + change for weight, change in zip(weights, step, strict=True)]
        if max(map(abs, step)) < _ENOUGH:
            break
    return Correction(scale, tuple(weights))


def _newton_step(
    columns: Sequence[Sequence[float]],
    offsets: Sequence[float],
    outcomes: Sequence[bool],
    counts: Sequence[float],
    weights: Sequence[float],
    penalties: Sequence[float],
) -> list[float]:
    odds = list(offsets)
    for weight, column in zip(weights, columns, strict=True):
        if weight:
            odds = [value + weight * x for value, x in zip(odds, column, strict=True)]
    chances = [sigmoid(value) for value in odds]
    rows = zip(outcomes, chances, counts, strict=True)
    errors = [(outcome - p) * count for outcome, p, count in rows]
    curvature = [p * (1 - p) * count for p, count in zip(chances, counts, strict=True)]
    gradient = [
        sum(map(mul, errors, column)) - penalty * weight
        for column, penalty, weight in zip(columns, penalties, weights, strict=True)
    ]
    size = len(columns)
    matrix = [[0.0] * size for _ in range(size)]
    for i, column in enumerate(columns):
        weighted = list(map(mul, curvature, column))
        for j in range(i, size):
            matrix[i][j] = matrix[j][i] = sum(map(mul, weighted, columns[j]))
        matrix[i][i] += penalties[i]
    return solve(matrix, gradient)


def solve(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """x of ``matrix`` x = ``right``, for a symmetric positive definite matrix (Cholesky)."""
    size = len(right)
    lower = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = matrix[i][j] - sum(map(mul, lower[i][:j], lower[j][:j]))
            lower[i][j] = sqrt(rest) if i == j else rest / lower[j][j]
    forward: list[float] = []
    for i in range(size):
        forward.append((right[i] - sum(map(mul, lower[i][:i], forward))) / lower[i][i])
    found = [0.0] * size
    for i in reversed(range(size)):
        known = sum(lower[k][i] * found[k] for k in range(i + 1, size))
        found[i] = (forward[i] - known) / lower[i][i]
    return found
