"""Values beside or below their labels, each with the trust its place deserves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from .labels import BEFORE, BEHIND, PATTERNS
from .layout import Line
from .model import Value
from .numbers import ibans, vats
from .printed import AMOUNT, find_dates

_TRUST = (0.85, 0.8, 0.7, 0.65, 0.6, 0.4, 0.35)  # of the first, second... label of a field
_BELOW = 0.85  # a value under its label is a little less sure than one beside it
_APART = 0.6  # other words stand between the label and the value
_GUESS, _SUREST = 0.5, 0.96
_ALONE = 0.1  # no other value is proposed
_RIVAL = 0.7
_REACH = 8  # letters a value may stand to the side of the label above it
_REFERENCE = re.compile(
    r"(?<![\w/.@-])#?((?!(?:NO|NR|EUR|USD|GBP|CHF|TEL|FAX|PO) )(?:[A-Z]{1,4} )?"
    r"(?:[A-Za-z]{0,8}:?[-/_]?(?<!:)\d[\w/.-]*|[A-Za-z]{1,12}[\w/-]*\d[\w/-]*))(?!\w|@| ?%)",
    re.ASCII,
)
_COUNTED = re.compile(r" ?(?:tage|days|jours|dagen|pcs|stk|st\.|x )")  # a quantity, no number
_MOST_CHARACTERS = 30


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of all pages, and whether their dates have the month first."""

    lines: tuple[Line, ...]
    month_first: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A value that stands at ``start`` to ``end`` of the line with this index."""

    value: Value
    trust: float
    line: int
    start: int = 0
    end: int = 0


Finder = Callable[[Page, int], list[tuple[int, int, Value]]]


def labelled(page: Page, name: str, finder: Finder) -> list[Found]:
    """Values beside or below the labels of ``name``, best first."""
    found: list[Found] = []
    for rank, pattern in enumerate(PATTERNS[name]):
        for number, line in enumerate(page.lines):
            for label in pattern.finditer(line.folded):
                if not _foreign(name, line.folded, label):
                    found += _near(page, number, label, _TRUST[rank], finder)
    return sorted(found, key=lambda f: -f.trust)


def best_labelled(page: Page, name: str, finder: Finder) -> Found | None:
    """The most trusted value of ``name``; a little surer where no label proposes another."""
    found = labelled(page, name, finder)
    if not found:
        return None
    best = found[0]
    rival = any(f.value != best.value and f.trust > _RIVAL * best.trust for f in found)
    sure = best.trust if rival or best.trust < _GUESS else min(_SUREST, best.trust + _ALONE)
    return replace(best, trust=sure)


def _foreign(name: str, folded: str, label: re.Match[str]) -> bool:
    """Whether the words around the label make it that of another thing."""
    before, behind = BEFORE.get(name), BEHIND.get(name)
    return bool(
        (before and before.search(folded[: label.start()]))
        or (behind and behind.search(folded[label.end() :]))
    )


def _near(
    page: Page, number: int, label: re.Match[str], trust: float, finder: Finder
) -> Iterator[Found]:
    line = page.lines[number]
    beside = [v for v in _behind(line, finder(page, number), label.end()) if v[0] >= label.end()]
    if beside:
        start, end, value = beside[0]
        between = line.folded[label.end() : start].strip(" :.#-n°o*")
        yield Found(value, trust if len(between) < 4 else trust * _APART, number, start, end)
    yield from _under(page, number, label, trust * _BELOW, finder)


def _behind(
    line: Line, values: list[tuple[int, int, Value]], at: int
) -> list[tuple[int, int, Value]]:
    """Values without the words of the label: "NOTE 774" behind "DELIVERY NOTE" is 774."""
    return [
        (at + 1, end, line.text[at:end].strip(" .,-/"))
        if start < at < end and isinstance(value, str) and line.text[at] == " "
        else (start, end, value)
        for start, end, value in values
    ]


def _under(
    page: Page, number: int, label: re.Match[str], trust: float, finder: Finder
) -> Iterator[Found]:
    """Values in the two lines below that stand under the label, measured on the paper."""
    left, right = page.lines[number].span(label.start(), label.end())
    for below in range(number + 1, min(number + 3, len(page.lines))):
        if page.lines[below].page != page.lines[number].page:
            return
        for start, end, value in finder(page, below):
            begin, stop = page.lines[below].span(start, end)
            if begin < right + _REACH and stop > left - _REACH:
                shift = min(abs(begin - left), abs(stop - right), 20)
                farther = 0.95 if below > number + 1 else 1
                yield Found(value, trust * farther * (1 - shift / 100), below, start, end)


def references(page: Page, number: int) -> list[tuple[int, int, Value]]:
    """What may be a number of a document: letters and digits, and neither a date nor an amount nor
    the number of a company or an account."""
    line = page.lines[number]
    taken = [(s, e) for s, e, _ in find_dates(line.folded, page.month_first)]
    taken += [m.span() for m in AMOUNT.finditer(line.text)]
    taken += [(start, end) for start, end, *_ in (*ibans(line.text), *vats(line.text, ""))]
    return [
        (m.start(1), m.end(1), m[1].strip(".,-/ ").replace(":", ""))
        for m in _REFERENCE.finditer(line.text)
        if not any(s < m.end(1) and m.start(1) < e for s, e in taken)
        and len(m[1]) <= _MOST_CHARACTERS
        and not _COUNTED.match(line.folded, m.end(1))
    ]


def dates(page: Page, number: int) -> list[tuple[int, int, Value]]:
    return [*find_dates(page.lines[number].folded, page.month_first)]


def settle_dates(page: Page, found: dict[str, Found]) -> None:
    """Without a label the first date of the page is the date of the bill; one that falls due before
    it was written, or is the very date that was taken for the other, was misread."""
    if "issue_date" not in found:
        for number in range(len(page.lines)):
            if printed := dates(page, number):
                start, end, value = printed[0]
                found["issue_date"] = Found(value, 0.45, number, start, end)
                break
    issue, due = found.get("issue_date"), found.get("due_date")
    if issue and due and isinstance(issue.value, date) and isinstance(due.value, date):
        if due.value < issue.value:
            weaker = "due_date" if due.trust <= issue.trust else "issue_date"
            found[weaker] = _trusted(found[weaker], found[weaker].trust * 0.5)
        elif issue.trust >= 0.7:
            found["issue_date"] = _trusted(issue, min(0.95, issue.trust + 0.1))


def _trusted(found: Found, trust: float) -> Found:
    return replace(found, trust=trust)
