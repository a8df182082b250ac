"""Where a corrected value stands on the paper, as a hint for the next bill of this supplier."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from .candidates import Page
from .hint import Direction, Hint
from .hinted import proposal
from .kinds import kind_of, values_in
from .layout import Line, fold
from .model import Box, ReadPage, Value
from .paper import Paper, paper_of

_MOST_WORDS = 4  # of a label
_LINES_ABOVE = 3
_ASIDE = 8  # letters a value may stand to the side of the label above it
_LABEL = re.compile(r"[^\W\d_]\D*")  # begins with a letter and has no digit
_EDGES = " :.,;#*-–=()[]|/"


@dataclass(frozen=True, slots=True)
class Place:
    """``text[start:end]`` of a line of a page; ``number`` is that of the page."""

    page: Page
    number: int
    line: int
    start: int
    end: int

    @property
    def box(self) -> Box:
        return self.page.lines[self.line].box(self.start, self.end) or (0.0, 0.0, 0.0, 0.0)


def hints_for(
    pages: Sequence[ReadPage], name: str, value: Value, at: tuple[int, Box] | None = None
) -> list[Hint]:
    """How to find ``value`` of the field ``name`` the next time, the likeliest way first; empty where
    it is not on the paper or nothing leads to it.

    ``at`` is the page (its ``number``) and the box a person pointed at. A hint is only believed when
    it finds this value on this paper. What stands to the left may be a label or the value of another
    column, and the next bill shows which: both ways are learned. A mere place on the page is the
    last resort.
    """
    paper = paper_of(pages)
    places, month_first = _written(paper, name, value)
    if at and (pointed := [place for place in places if _is_at(place, at)]):
        places = pointed
    best: dict[Direction, Hint] = {}
    for hint in (hint for place in places for hint in _hints(name, place, month_first)):
        if hint.direction not in best:
            found = proposal(paper, hint)
            if found and found.value == value:
                best[hint.direction] = hint
    by_label = [best[way] for way in (Direction.RIGHT, Direction.BELOW) if way in best]
    return by_label or list(best.values())


def _written(paper: Paper, name: str, value: Value) -> tuple[list[Place], bool | None]:
    """Where the value stands, and whether its dates have the month first where that was misread."""
    places = places_of(paper, paper.month_first, name, value)
    if places or not isinstance(value, date):
        return places, None
    other = not paper.month_first
    return places_of(paper, other, name, value), other


def label_before(line: Line, start: int) -> str:
    """The last words in front of a place, of the nearest column that has any; numbers between them
    and it, as the rate of a tax, are passed over. Empty where there are none."""
    for column in reversed(re.split(r"\s{2,}", line.folded[:start])):
        words: list[str] = []
        for word in reversed(column.split()):
            bare = word.strip(_EDGES)
            if _LABEL.fullmatch(bare) and len(words) < _MOST_WORDS:
                words.insert(0, bare)
            elif words and bare:
                break
        if label := _enough(words):
            return label
    return ""


def label_above(page: Page, number: int, start: int, end: int) -> str:
    """The words over a place, in one of the lines above it."""
    left, right = page.lines[number].span(start, end)
    for above in range(number - 1, max(-1, number - 1 - _LINES_ABOVE), -1):
        line = page.lines[above]
        for piece in re.finditer(r"\S+(?: \S+)*", line.folded):
            begin, stop = line.span(piece.start(), piece.end())
            if begin < right + _ASIDE and stop > left - _ASIDE:
                words = [word.strip(_EDGES) for word in piece[0].split()]
                if all(_LABEL.fullmatch(word) for word in words if word):
                    return _enough([word for word in words if word][:_MOST_WORDS])
    return ""


def _enough(words: list[str]) -> str:
    label = " ".join(words)
    return label if sum(character.isalpha() for character in label) >= 2 else ""


def places_of(paper: Paper, month_first: bool, name: str, value: Value) -> list[Place]:
    """Where the paper says this value of the field ``name``, from the first page on."""
    kind = kind_of(name)
    found = [
        Place(page, page_number, number, start, end)
        for page_number, page in paper.pages(month_first)
        for number in range(len(page.lines))
        for start, end, printed in values_in(page, number, kind)
        if printed == value
    ]
    return found or ([*_literal(paper, value)] if isinstance(value, str) else [])


def _literal(paper: Paper, value: str) -> Iterator[Place]:
    words = r"\s+".join(re.escape(word) for word in fold(value).split())
    pattern = re.compile(rf"(?<![a-z0-9]){words}(?![a-z0-9])")
    for page_number, page in paper.pages():
        for number, line in enumerate(page.lines):
            for match in pattern.finditer(line.folded):
                yield Place(page, page_number, number, match.start(), match.end())


def _is_at(place: Place, at: tuple[int, Box]) -> bool:
    number, box = at
    across = min(place.box[2], box[2]) - max(place.box[0], box[0])
    down = min(place.box[3], box[3]) - max(place.box[1], box[1])
    return place.number == number and across > 0 and down > 0


def _hints(name: str, place: Place, month_first: bool | None) -> Iterator[Hint]:
    """A label in the same column leaves no doubt, one in another column does."""
    left, top, *_ = place.box
    line = place.page.lines[place.line]
    if before := label_before(line, place.start):
        yield Hint(name, before, Direction.RIGHT, left, top, month_first)
        if not line.text[: place.start].endswith("  "):
            return
    if above := label_above(place.page, place.line, place.start, place.end):
        yield Hint(name, above, Direction.BELOW, left, top, month_first)
    yield Hint(name, "", Direction.PLACE, left, top, month_first)
