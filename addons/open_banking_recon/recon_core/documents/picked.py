"""The value that a person means who points at words of a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .candidates import Page
from .kept import page_words
from .kinds import ValueKind, typed, values_in
from .layout import Word
from .model import Box, ReadPage, Value
from .paper import paper_of


@dataclass(frozen=True, slots=True)
class Picked:
    """``box`` is that of all words of the value, also of those that were not pointed at."""

    value: Value
    box: Box | None


def value_at(
    page: ReadPage, positions: Sequence[int], kind: ValueKind, month_first: bool | None = None
) -> Picked | None:
    """The value of this kind to which the words at ``positions`` belong: one group of digits is
    enough for an IBAN, the month for a date. Without such a value, what the words alone say; None
    where they say nothing of the kind.

    ``month_first`` says how dates like 02/11 are read; None: as the page shows.
    """
    words = page_words(page).words
    chosen = [words[at] for at in positions if 0 <= at < len(words)]
    [(_, shown)] = paper_of([page]).pages(month_first)
    if kind is not ValueKind.TEXT:
        best = max(_touched(shown, chosen, kind), key=lambda p: p[0], default=None)
        if best:
            return best[1]
    value = typed(kind, " ".join(word.text for word in chosen))
    return None if value is None else Picked(value, _around(page, positions))


def _touched(page: Page, chosen: Sequence[Word], kind: ValueKind) -> Iterable[tuple[int, Picked]]:
    """(how many of the chosen words it holds, value), for each value that holds any."""
    for number, line in enumerate(page.lines):
        if not any(word in chosen for _, word in line.places):
            continue
        for start, end, value in values_in(page, number, kind):
            held = sum(word in chosen for word in line.words(start, end))
            if held:
                yield held, Picked(value, line.box(start, end))


def _around(page: ReadPage, positions: Sequence[int]) -> Box | None:
    boxes = [page.words[at].box for at in positions if 0 <= at < len(page.words)]
    if not boxes:
        return None
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return (min(lefts), min(tops), max(rights), max(bottoms))
