"""Rules of the user for lines that pay no document: charges, taxes, salaries, rent.

A rule says which lines it takes (label, amount, partner, journal) and on which accounts their
amount goes. Conditions and kinds of amounts are those of Odoo's ``account.reconcile.model``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import Enum

from . import patterns

_NUMBER = re.compile(r"[^\d,.-]")
_GROUPED = re.compile(r"[,.](?=.*[,.])")  # every separator but the last


class LabelTest(str, Enum):
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    REGEX = "match_regex"


class AmountTest(str, Enum):
    LOWER = "lower"
    GREATER = "greater"
    BETWEEN = "between"


class PartKind(str, Enum):
    FIXED = "fixed"
    OF_REST = "percentage"
    OF_LINE = "percentage_st_line"
    FROM_LABEL = "regex"


@dataclass(frozen=True, slots=True)
class Part:
    """Where a share of the line goes. ``value`` is a number, or a regex for FROM_LABEL."""

    key: int
    kind: PartKind
    value: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Takes a line when all of its conditions hold; one without any condition takes none, nor does
    one whose text to look for is empty."""

    id: int
    parts: tuple[Part, ...]
    label_test: LabelTest | None = None
    label: str = ""
    amount_test: AmountTest | None = None
    amount_min: Decimal = Decimal(0)
    amount_max: Decimal = Decimal(0)
    partner_ids: frozenset[int] = frozenset()
    journal_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Line:
    """What the rules look at. ``amount`` is signed as the bank's."""

    text: str
    amount: Decimal
    journal_id: int
    partner_id: int = 0


def first_match(
    rules: Iterable[Rule], line: Line, unit: Decimal = Decimal("0.01")
) -> tuple[Rule, list[tuple[Part, Decimal]]] | None:
    """The first rule that takes ``line`` and explains its amount to the last ``unit``, with the
    share of each part (signed as the line); None when there is none."""
    for rule in rules:
        if not takes(rule, line):
            continue
        shares = whole_shares(rule, line, unit)
        if shares:
            return rule, shares
    return None


def whole_shares(
    rule: Rule, line: Line, unit: Decimal = Decimal("0.01")
) -> list[tuple[Part, Decimal]]:
    """[(part, share)] of ``line`` by the parts of ``rule``, whatever its conditions say; shares are
    signed as the line. Empty when they do not make up its amount to the last ``unit``."""
    shares = _shares(rule, line, unit)
    return shares if sum(amount for _part, amount in shares) == line.amount else []


def takes(rule: Rule, line: Line) -> bool:
    """Whether all conditions of ``rule`` hold for ``line``."""
    if not (rule.label_test or rule.amount_test or rule.partner_ids):
        return False
    return (
        (not rule.journal_ids or line.journal_id in rule.journal_ids)
        and (not rule.partner_ids or line.partner_id in rule.partner_ids)
        and _label_holds(rule, line.text)
        and _amount_holds(rule, abs(line.amount))
    )


def _label_holds(rule: Rule, text: str) -> bool:
    if rule.label_test is None:
        return True
    if not rule.label:  # every text contains nothing at all
        return False
    if rule.label_test is LabelTest.REGEX:
        return patterns.search(rule.label, text, ignore_case=True) is not None
    found = rule.label.casefold() in text.casefold()
    return found is (rule.label_test is LabelTest.CONTAINS)


def _amount_holds(rule: Rule, amount: Decimal) -> bool:
    if rule.amount_test is AmountTest.LOWER:
        return amount <= rule.amount_max
    if rule.amount_test is AmountTest.GREATER:
        return amount >= rule.amount_min
    if rule.amount_test is AmountTest.BETWEEN:
        return rule.amount_min <= amount <= rule.amount_max
    return True


def _shares(rule: Rule, line: Line, unit: Decimal) -> list[tuple[Part, Decimal]]:
    """[(part, share)]; empty when a share cannot be told."""
    rest, shares = line.amount, []
    for part in rule.parts:
        share = _share(part, line, rest)
        if share is None:
            return []
        share = share.quantize(unit, ROUND_HALF_UP)
        rest -= share
        shares.append((part, share))
    return shares


def _share(part: Part, line: Line, rest: Decimal) -> Decimal | None:
    if part.kind is PartKind.FROM_LABEL:
        return _from_label(part.value, line)
    number = _decimal(part.value)
    if number is None or part.kind is PartKind.FIXED:
        return number
    return (rest if part.kind is PartKind.OF_REST else line.amount) * number / 100


def _from_label(pattern: str, line: Line) -> Decimal | None:
    groups = patterns.search(pattern, line.text)
    if not groups:
        return None
    number = _decimal(_GROUPED.sub("", _NUMBER.sub("", groups[0] or "")).replace(",", "."))
    return number if number is None else abs(number).copy_sign(line.amount)


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
