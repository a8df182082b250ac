"""The words of the pages, kept with what was read: for the eyes of a person and for learning."""

from __future__ import annotations

from collections.abc import Sequence

from .layout import PageWords, Word, part_of_page
from .model import ReadPage, ReadWord

FIRST_PAGES, LAST_PAGES = (
    3,
    2,
)  # a bill begins on its first page and ends, in its total, on its last
MAX_WORDS = 3_000  # of a page


def kept_pages(pages: Sequence[PageWords]) -> tuple[ReadPage, ...]:
    """The first and the last of the pages that were looked at, with their words in parts of the
    page; a page of no size is left out."""
    numbered = [*enumerate(pages, 1)]
    if len(numbered) > FIRST_PAGES + LAST_PAGES:
        numbered = numbered[:FIRST_PAGES] + numbered[-LAST_PAGES:]
    return tuple(_kept(page, number) for number, page in numbered if page.width and page.height)


def page_words(page: ReadPage) -> PageWords:
    """The page again as the reader takes it, one high and ``ratio`` wide."""
    words = tuple(
        Word(
            w.text,
            w.box[0] * page.ratio,
            w.box[1],
            w.box[2] * page.ratio,
            w.box[3],
            w.confidence,
        )
        for w in page.words
    )
    return PageWords(words, page.ratio, 1.0, page.column_gap, page.index, page.angle)


def _kept(page: PageWords, number: int) -> ReadPage:
    words = tuple(
        ReadWord(
            word.text,
            part_of_page((word.left, word.top, word.right, word.bottom), page.width, page.height),
            round(word.confidence, 2),
        )
        for word in page.words[:MAX_WORDS]
    )
    ratio = round(page.width / page.height, 6)
    return ReadPage(number, page.index, words, ratio, page.angle, page.column_gap)
