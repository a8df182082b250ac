"""What is wrong with a rule of the user, before a line is ever shown to it.

An error is a rule that cannot mean what was written: it must not be stored. A limit is a rule that
is allowed and takes no line: people are told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import Enum

import regex

from .counterpart import AmountTest, LabelTest, Part, PartKind, Rule

_OF_AMOUNT = (PartKind.OF_REST, PartKind.OF_LINE)
_ALL = Decimal(100)


class Problem(str, Enum):
    """Errors first, then limits."""

    TEXT_MISSING = "text_missing"
    PATTERN_BROKEN = "pattern_broken"  # pattern, error, position (from 1)
    RANGE_REVERSED = "range_reversed"
    NUMBER_BROKEN = "number_broken"  # value
    GROUP_MISSING = "group_missing"  # pattern
    SHARE_TOO_LARGE = "share_too_large"  # percent
    NO_CONDITION = "no_condition"
    NO_PART = "no_part"
    REST_LEFT = "rest_left"  # percent


LIMITS = frozenset({Problem.NO_CONDITION, Problem.NO_PART, Problem.REST_LEFT})


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem with the values that its sentence needs; ``params`` are as :class:`Problem` says."""

    problem: Problem
    params: dict[str, str] = field(default_factory=dict)


def findings(rule: Rule) -> list[Finding]:
    """All that is wrong with ``rule``, errors before limits."""
    found = [*_conditions(rule), *_parts(rule)]
    return sorted(found, key=lambda finding: finding.problem in LIMITS)


def _conditions(rule: Rule) -> Iterator[Finding]:
    if rule.label_test and not rule.label.strip():
        yield Finding(Problem.TEXT_MISSING)
    elif rule.label_test is LabelTest.REGEX:
        yield from _pattern(rule.label)
    if rule.amount_test is AmountTest.BETWEEN and rule.amount_min > rule.amount_max:
        yield Finding(Problem.RANGE_REVERSED)
    if not (rule.label_test or rule.amount_test or rule.partner_ids):
        yield Finding(Problem.NO_CONDITION)


def _pattern(pattern: str) -> Iterator[Finding]:
    try:
        re.compile(pattern)  # says best where it is broken, and Odoo wants it so
        regex.compile(pattern)  # this one searches
    except (re.error, regex.error) as error:
        position = str((error.pos or 0) + 1)
        params = {"pattern": pattern, "error": error.msg, "position": position}
        yield Finding(Problem.PATTERN_BROKEN, params)


def _parts(rule: Rule) -> Iterator[Finding]:
    broken = [finding for part in rule.parts for finding in _part(part)]
    yield from broken
    if not rule.parts:
        yield Finding(Problem.NO_PART)
    elif not broken and all(part.kind in _OF_AMOUNT for part in rule.parts):
        yield from _sum(rule)


def _part(part: Part) -> Iterator[Finding]:
    if part.kind is PartKind.FROM_LABEL:
        broken = list(_pattern(part.value))
        yield from broken
        if not broken and not regex.compile(part.value).groups:
            yield Finding(Problem.GROUP_MISSING, {"pattern": part.value})
        return
    number = _number(part.value)
    if not number or (part.kind in _OF_AMOUNT and number < 0):
        yield Finding(Problem.NUMBER_BROKEN, {"value": part.value})
    elif part.kind in _OF_AMOUNT and number > _ALL:
        yield Finding(Problem.SHARE_TOO_LARGE, {"percent": part.value})


def _sum(rule: Rule) -> Iterator[Finding]:
    """What the percentages leave of a line, or take beyond it."""
    rest = _ALL
    for part in rule.parts:
        number = Decimal(part.value)
        rest -= rest * number / _ALL if part.kind is PartKind.OF_REST else number
    if rest < 0:
        yield Finding(Problem.SHARE_TOO_LARGE, {"percent": _plain(_ALL - rest)})
    elif rest > 0:
        yield Finding(Problem.REST_LEFT, {"percent": _plain(rest)})


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
