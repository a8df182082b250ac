"""PDF files: the e-invoice inside, the words of the text layer with their boxes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from ctypes import byref
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from ..errors import FinalError
from .layout import PageWords, Word
from .model import Box

MAX_PAGES = 6  # what is read of a bill stands on its first pages...
MAX_LAST_PAGES = 2  # ...and on its last
MAX_CHARACTERS = 12_000  # of a page: more is a book, or an attack
MAX_ATTACHMENT_BYTES = 20_000_000
MAX_ATTACHMENTS = 20
_ENOUGH_CHARACTERS = 50
_GAP = 0.3  # of the height of the letters: a wider gap parts two words


@dataclass(frozen=True, slots=True)
class PdfContent:
    """``pages`` are those that are looked at: (index in the file, words, empty for a picture)."""

    pages: tuple[tuple[int, PageWords], ...]
    attachments: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class _Shown:
    """How a page is looked at: turned clockwise by ``turn`` degrees, and cut to ``edges``, (left,
    bottom, right, top) with y upwards, which need not begin at 0."""

    turn: int
    edges: Box

    def place(self, box: Box) -> Box:
        """(left, top, right, bottom) with y upwards as the same with y downwards, as looked at."""
        left, top, right, bottom = box
        first, lowest, last, highest = self.edges
        if self.turn == 90:
            return (bottom - lowest, left - first, top - lowest, right - first)
        if self.turn == 180:
            return (last - right, bottom - lowest, last - left, top - lowest)
        if self.turn == 270:
            return (highest - top, last - right, highest - bottom, last - left)
        return (left - first, highest - top, right - first, highest - bottom)


def has_text(page: PageWords) -> bool:
    """Whether the page has a text layer worth reading."""
    return sum(c.isalnum() for word in page.words for c in word.text) >= _ENOUGH_CHARACTERS


def read_pdf(data: bytes) -> PdfContent:
    """XML attachments, and the words of the first ``MAX_PAGES`` and last ``MAX_LAST_PAGES`` pages.

    Raises FinalError: ``pdf_unreadable``, ``pdf_encrypted``.
    """
    document = open_pdf(data)
    try:
        found = _xml_attachments(document)
        count = len(document)
        if not count:
            raise FinalError("pdf_unreadable", "no page")
        indexes = [i for i in range(count) if i < MAX_PAGES or i >= count - MAX_LAST_PAGES]
        pages = [(i, _words(document, i)) for i in indexes]
        return PdfContent(tuple(pages), found)
    finally:
        document.close()


def open_pdf(data: bytes) -> pypdfium2.PdfDocument:
    """Raises FinalError: ``pdf_unreadable``, ``pdf_encrypted``."""
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD
        raise FinalError("pdf_encrypted" if locked else "pdf_unreadable") from error


def _words(document: pypdfium2.PdfDocument, index: int) -> PageWords:
    """The words of a page; none for a page that is broken."""
    try:
        page = document[index]
        text = page.get_textpage()
    except pypdfium2.PdfiumError:
        return PageWords((), 0, 0, index=index)
    try:
        shown = _Shown(page.get_rotation(), page.get_bbox())
        width, height = page.get_size()
        seen: dict[tuple[str, int, int], Word] = {}  # bold is often the same word printed twice
        for word in _joined(text, shown):
            seen.setdefault((word.text, round(word.left / 2), round(word.top / 2)), word)
        return PageWords(tuple(seen.values()), width, height, index=index)
    finally:
        text.close()
        page.close()


def _joined(text: Any, shown: _Shown) -> Iterator[Word]:
    """Characters put together to words: a space, a gap or another line parts them."""
    word: Word | None = None
    for character, (left, top, right, bottom) in _characters(text, shown):
        if character.isspace():
            if word:
                yield word
            word = None
            continue
        if word and not (
            -word.height < left - word.right < _GAP * word.height
            and abs((top + bottom) / 2 - word.middle) < 0.5 * word.height
        ):
            yield word
            word = None
        if word is None:
            word = Word(character, left, top, right, bottom)
        else:
            word = Word(
                word.text + character,
                word.left,
                min(word.top, top),
                max(word.right, right),
                max(word.bottom, bottom),
            )
    if word:
        yield word


def _characters(text: Any, shown: _Shown) -> Iterator[tuple[str, Box]]:
    """Each character with (left, top, right, bottom) in points as the page is looked at."""
    rect = pdfium.FS_RECTF()
    for index in range(min(text.count_chars(), MAX_CHARACTERS)):
        code = pdfium.FPDFText_GetUnicode(text.raw, index)
        if code < 32 or code in (0xFFFE, 0xFFFF, 0xAD) or not _is_character(code):
            yield " ", (0.0, 0.0, 0.0, 0.0)
            continue
        if not pdfium.FPDFText_GetLooseCharBox(text.raw, index, byref(rect)):
            continue
        yield chr(code), shown.place((rect.left, rect.top, rect.right, rect.bottom))


def _is_character(code: int) -> bool:
    """Not a half of a pair of UTF-16, which no database takes as text."""
    return code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF


def _xml_attachments(document: pypdfium2.PdfDocument) -> tuple[bytes, ...]:
    """Attachments that begin like XML, whatever their name; those that are broken are left out."""
    found: list[bytes] = []
    for index in range(min(document.count_attachments(), MAX_ATTACHMENTS)):
        with suppress(pypdfium2.PdfiumError):
            content = bytes(document.get_attachment(index).get_data())
            found += [content] if _like_xml(content) else []
    return tuple(found)


def _like_xml(content: bytes) -> bool:
    head = content[:200].lstrip(b"\xef\xbb\xbf\xfe\xff \r\n\t\x00")
    return len(content) <= MAX_ATTACHMENT_BYTES and head[:1] == b"<"
