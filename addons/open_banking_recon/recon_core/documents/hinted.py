"""Hints of a supplier's earlier bills, applied to the next one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from .candidates import Page
from .checks import checks
from .hint import Direction, Hint
from .kinds import ValueKind, kind_of, values_in
from .layout import Line
from .model import Box, Field, Origin, ReadDocument, Value
from .paper import Paper, paper_of

_LINES_BELOW = 3
_ASIDE = 8  # letters a value may stand to the side of the label above it
_NEAR = 0.06  # parts of the page, for a value without a label
_DOWN = 0.3  # a total moves down the page with the lines above it, hardly ever sideways
_CHECKED = 0.95
_HIGHEST = 0.98
_SUMS = ("net", "tax", "total")


@dataclass(frozen=True, slots=True)
class Hinted:
    """``used`` are the hints whose values stand in ``read`` now, by field."""

    read: ReadDocument
    used: Mapping[str, Hint] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposal:
    """``distance`` is how far the value has moved, in parts of the page."""

    value: Value
    hint: Hint
    page: int
    box: Box | None
    distance: float


def with_hints(read: ReadDocument, hints: Iterable[Hint]) -> Hinted:
    """What was read, put right by what the supplier's earlier bills taught.

    A hint takes the place of what labels say, never of a value whose check digits are right by one
    whose are wrong, nor of amounts that add up by others that do not.
    """
    proposals = _proposals(read, hints)
    values = {name: f.value for name, f in read.fields.items()}
    for name in _refused(values, proposals):
        del proposals[name]
    origin = next((f.origin for f in read.fields.values()), Origin.TEXT)
    fields = dict(read.fields)
    for name, found in proposals.items():
        fields[name] = _field(found, fields.get(name), origin)
    _settle_sums(fields, proposals)
    _settle_due(read.fields, fields)
    return Hinted(replace(read, fields=fields), {n: p.hint for n, p in proposals.items()})


def _proposals(read: ReadDocument, hints: Iterable[Hint]) -> dict[str, Proposal]:
    """The best proposal for each field: of the surest hint, nearest to where the value stood."""
    paper = paper_of(read.pages)
    best: dict[str, Proposal] = {}
    for hint in sorted(hints, key=_surest_first):
        if hint.is_trusted and hint.field not in best:
            found = proposal(paper, hint)
            if found:
                best[hint.field] = found
    return best


def _surest_first(hint: Hint) -> tuple[float, int]:
    return -hint.confidence, [*Direction].index(hint.direction)


def proposal(paper: Paper, hint: Hint) -> Proposal | None:
    """What the hint finds on the paper, nearest to where the value stood before."""
    return min(_found(paper, hint), key=lambda p: p.distance, default=None)


def _found(paper: Paper, hint: Hint) -> Iterator[Proposal]:
    finder = {
        Direction.RIGHT: _beside,
        Direction.BELOW: _below,
        Direction.PLACE: _placed,
    }[hint.direction]
    for page_number, page in paper.pages(hint.month_first):
        for number, start, end, value in finder(page, hint):
            box = page.lines[number].box(start, end)
            yield Proposal(value, hint, page_number, box, _distance(hint, box))


_At = tuple[int, int, int, Value]


def _beside(page: Page, hint: Hint) -> Iterator[_At]:
    """The first value behind each place of the label."""
    for number, line in enumerate(page.lines):
        for _, stop in _labels(line, hint.label):
            behind = [v for v in _values(page, number, hint.field, stop) if v[0] >= stop]
            if behind:
                yield number, *behind[0]


def _below(page: Page, hint: Hint) -> Iterator[_At]:
    """The first value under each place of the label."""
    for number, line in enumerate(page.lines):
        for start, stop in _labels(line, hint.label):
            left, right = line.span(start, stop)
            for under in range(number + 1, min(number + 1 + _LINES_BELOW, len(page.lines))):
                spans = [
                    (begin, end, value)
                    for begin, end, value in _values(page, under, hint.field)
                    if _overlap(page.lines[under].span(begin, end), left, right)
                ]
                if spans:
                    yield under, *spans[0]
                    break


def _placed(page: Page, hint: Hint) -> Iterator[_At]:
    for number, line in enumerate(page.lines):
        for start, end, value in _values(page, number, hint.field):
            box = line.box(start, end)
            if box and abs(box[0] - hint.left) < _NEAR and abs(box[1] - hint.top) < _NEAR:
                yield number, start, end, value


def _values(page: Page, number: int, name: str, at: int = 0) -> list[tuple[int, int, Value]]:
    """Values of the field's kind; for a reference of an unusual shape the word behind ``at``."""
    kind = kind_of(name)
    found = values_in(page, number, kind)
    if kind is ValueKind.REFERENCE and not any(start >= at for start, _, _ in found):
        words = re.finditer(r"\S*\d\S*", page.lines[number].text)
        found = [(m.start(), m.end(), m[0].strip(".,:;")) for m in words if m.start() >= at]
    return found


def _labels(line: Line, label: str) -> list[tuple[int, int]]:
    words = r"\W+".join(re.escape(word) for word in label.split())
    return [m.span() for m in re.finditer(rf"(?<![a-z0-9]){words}(?![a-z0-9])", line.folded)]


def _overlap(span: tuple[float, float], left: float, right: float) -> bool:
    return span[0] < right + _ASIDE and span[1] > left - _ASIDE


def _distance(hint: Hint, box: Box | None) -> float:
    if box is None:
        return 1.0
    return abs(box[0] - hint.left) + _DOWN * abs(box[1] - hint.top)


def _refused(values: Mapping[str, Value], proposals: Mapping[str, Proposal]) -> set[str]:
    """The fields whose check is right as they were read and wrong as they are proposed."""
    after = {**values, **{name: p.value for name, p in proposals.items()}}
    wrong = {check.name for check in checks(after) if not check.right}
    return {
        name
        for check in checks(values)
        if check.right and check.name in wrong
        for name in check.fields
        if name in proposals
    }


def _field(proposal: Proposal, known: Field | None, origin: Origin) -> Field:
    sure = proposal.hint.confidence
    if known and known.value == proposal.value:
        sure = max(known.confidence, min(_HIGHEST, 1 - (1 - sure) * (1 - known.confidence)))
    return Field(proposal.value, round(sure, 3), origin, proposal.page, proposal.box)


def _settle_sums(fields: dict[str, Field], proposals: Mapping[str, Proposal]) -> None:
    """Amounts of which one was taught are sure when they add up."""
    values = {name: f.value for name, f in fields.items()}
    adds_up = any(check.name == "sum" and check.right for check in checks(values))
    if adds_up and any(name in proposals for name in _SUMS):
        for name in _SUMS:
            sure = max(fields[name].confidence, _CHECKED)
            fields[name] = replace(fields[name], confidence=sure)


def _settle_due(before: Mapping[str, Field], fields: dict[str, Field]) -> None:
    """The amount due follows the total of which it was a copy."""
    due, total = before.get("amount_due"), before.get("total")
    if due and total and due.value == total.value and fields["amount_due"] == due:
        fields["amount_due"] = replace(fields["total"], confidence=due.confidence)
