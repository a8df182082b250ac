"""Where words stand on a page, and the lines and columns they make.

Both the text layer of a PDF and the recognition of a picture give words with boxes; the lines built
here keep the way back from any piece of a line to its box.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from .model import Box

_MOST_COLUMNS = 400
_GAP_LETTERS = 1.5  # a column is at least as far away


@dataclass(frozen=True, slots=True)
class Word:
    """Edges are in any unit, from the left upper corner; ``confidence`` is of the recognition."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    confidence: float = 1.0

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class PageWords:
    """The words of a page of ``width`` x ``height`` in the unit of the words. A gap wider than
    ``column_gap`` heights of a word begins another column: boxes of the text layer are as high as
    the line, those of recognised words as their letters. ``index`` counts the pages of the file
    from 0; the picture of the page was turned by ``angle`` degrees before it was read."""

    words: tuple[Word, ...]
    width: float
    height: float
    column_gap: float = 0.6
    index: int = 0
    angle: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """``text`` has one space between words and two or more between columns; ``folded`` is the same
    in lower case without accents, character by character. ``places`` are the words with the
    position at which each begins. ``unit`` is the width of a letter on the page."""

    text: str
    folded: str
    places: tuple[tuple[int, Word], ...]
    page: int
    size: tuple[float, float]
    unit: float

    def words(self, start: int, end: int) -> list[Word]:
        """The words that ``text[start:end]`` touches."""
        return [w for at, w in self.places if at < end and start < at + len(w.text)]

    def span(self, start: int, end: int) -> tuple[float, float]:
        """Left and right edge of ``text[start:end]`` in letters of the page."""
        edges = []
        for at, word in self.places:
            if at < end and start < at + len(word.text):
                letter = (word.right - word.left) / len(word.text)
                edges.append(word.left + letter * max(0, start - at))
                edges.append(word.left + letter * min(len(word.text), end - at))
        if not edges:
            return (float(start), float(end))
        return (min(edges) / self.unit, max(edges) / self.unit)

    def box(self, start: int, end: int) -> Box | None:
        """(left, top, right, bottom) of the words as parts of the page, 0 to 1."""
        words = self.words(start, end)
        if not words or not all(self.size):
            return None
        edges = (
            min(w.left for w in words),
            min(w.top for w in words),
            max(w.right for w in words),
            max(w.bottom for w in words),
        )
        return part_of_page(edges, *self.size)

    def confidence(self, start: int, end: int) -> float:
        """The least sure word of ``text[start:end]``."""
        return min((w.confidence for w in self.words(start, end)), default=1.0)


def part_of_page(box: Box, width: float, height: float) -> Box:
    """``box`` in parts of a page of that size, 0 to 1."""
    left, top, right, bottom = box
    return (_part(left, width), _part(top, height), _part(right, width), _part(bottom, height))


def _part(edge: float, size: float) -> float:
    return round(min(1.0, max(0.0, edge / size)), 4)


def fold(text: str) -> str:
    """Lower case without accents, of the same length."""
    return "".join((unicodedata.normalize("NFKD", c)[:1] or c).lower()[:1] or c for c in text)


def lines_of(pages: Sequence[PageWords]) -> tuple[Line, ...]:
    """The lines of all pages from top to bottom; ``page`` counts from 1."""
    return tuple(
        line
        for number, page in enumerate(pages, 1)
        for line in _page_lines(page, number)
        if any(character.isalnum() for character in line.text)  # rules of a table say nothing
    )


def words_of_text(text: str) -> PageWords:
    """Plain text as a page: each character is one wide and each line two high."""
    lines = text.splitlines()
    words = []
    for number, line in enumerate(lines):
        at = 0
        for piece in line.split():
            at = line.index(piece, at)
            words.append(Word(piece, at, 2 * number, at + len(piece), 2 * number + 2))
            at += len(piece)
    width = max((len(line) for line in lines), default=0)
    return PageWords(tuple(words), width, 2 * len(lines))


def _page_lines(page: PageWords, number: int) -> list[Line]:
    words = [word for word in page.words if word.text and word.height > 0]
    if not words:
        return []
    unit = median((word.right - word.left) / len(word.text) for word in words) or 1.0
    unit = max(unit, page.width / _MOST_COLUMNS, 1e-6)
    # letters of one width have wide gaps between their words
    gap = max(page.column_gap * median(word.height for word in words), _GAP_LETTERS * unit)
    return [_line(row, number, page, unit, gap) for row in _rows(words)]


def _rows(words: Iterable[Word]) -> list[list[Word]]:
    """Words side by side, whatever the order in which they came."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (w.middle, w.left)):
        for row in reversed(rows[-4:]):
            last = row[-1]
            if abs(word.middle - last.middle) < 0.5 * min(word.height, last.height) and not any(
                _covers(word, other) for other in row
            ):
                row.append(word)
                break
        else:
            rows.append([word])
    return [sorted(row, key=lambda w: w.left) for row in rows]


def _covers(one: Word, other: Word) -> bool:
    """Whether they stand over each other: two lines set very tight, not one."""
    shared = min(one.right, other.right) - max(one.left, other.left)
    return shared > 0.5 * min(one.right - one.left, other.right - other.left)


def _line(row: list[Word], page: int, size: PageWords, unit: float, gap: float) -> Line:
    text, places, right = "", [], 0.0
    for word in row:
        if not text:
            at = round(word.left / unit)
        elif word.left - right < max(gap, size.column_gap * word.height):
            at = len(text) + 1
        else:
            at = max(len(text) + 2, round(word.left / unit))
        text = text.ljust(at) + word.text
        places.append((at, word))
        right = max(right, word.right)
    return Line(text, fold(text), tuple(places), page, (size.width, size.height), unit)
