"""The kept pages of a document as lines, for all that looks for a value on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .candidates import Page
from .kept import page_words
from .layout import Line, lines_of
from .model import ReadPage
from .printed import month_comes_first


@dataclass(frozen=True, slots=True)
class Paper:
    """``sheets`` are the lines of each page by the number of the page; ``month_first`` is how the
    pages show that their dates are written."""

    sheets: tuple[tuple[int, tuple[Line, ...]], ...]
    month_first: bool

    def pages(self, month_first: bool | None = None) -> list[tuple[int, Page]]:
        """(number of the page, page); dates as the pages show, unless ``month_first`` says."""
        order = self.month_first if month_first is None else month_first
        return [(number, Page(lines, order)) for number, lines in self.sheets]


def paper_of(pages: Sequence[ReadPage]) -> Paper:
    sheets = tuple((page.number, lines_of([page_words(page)])) for page in pages)
    text = "\n".join(line.folded for _, lines in sheets for line in lines)
    return Paper(sheets, month_comes_first(text))
