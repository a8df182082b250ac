"""Reading of vendor bills and delivery notes: :func:`read_document`, surest source first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..errors import FileFormatError, FinalError
from .agreement import in_doubt, together
from .einvoice import read_einvoice
from .fields import read_pages
from .kept import kept_pages
from .layout import PageWords
from .model import DocumentKind, Field, Origin, ReadDocument
from .ocr import recognise, recognise_rest
from .pdf_text import PdfContent, has_text, read_pdf
from .scans import Scan, first_and_last, scans_of_image, scans_of_pdf

MAX_BYTES = 30_000_000
_BEFORE_XML = b"\xef\xbb\xbf\xff\xfe\x00 \r\n\t"  # marks of UTF-8 and UTF-16, and blanks


def read_document(data: bytes, filename: str = "") -> ReadDocument:
    """What the document says: from its XML, else from its text, else from its picture.

    ``problems`` of the result are codes of what could not be used on the way, for example a broken
    XML inside a PDF that was then read from its text. ``filename`` is only for the error.
    Raises FinalError: ``document_too_large``, ``document_unknown``, ``pdf_unreadable``,
    ``pdf_encrypted``, ``image_unreadable``, ``image_too_large``, ``document_too_heavy``,
    ``ocr_unavailable``, ``ocr_no_language``, ``ocr_failed``; FileFormatError for an XML that is no
    invoice; RetryableError("ocr_timeout").
    """
    if len(data) > MAX_BYTES:
        raise FinalError("document_too_large", filename)
    head = data[:1024]
    if b"%PDF-" in data[:1024]:
        return _read_pdf(data)
    if like_xml(data):
        return read_einvoice(data)
    if head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"RIFF")):
        return _read_scans(scans_of_image(data))
    raise FinalError("document_unknown", filename)


def like_xml(data: bytes) -> bool:
    """Whether the file begins as XML does, and as nothing else."""
    head = data[:1024]
    return b"%PDF-" not in head and head.lstrip(_BEFORE_XML).startswith(b"<")


def _read_pdf(data: bytes) -> ReadDocument:
    content = read_pdf(data)
    problems: list[str] = []
    for attachment in content.attachments:
        try:
            read = read_einvoice(attachment)
            return replace(read, pages=kept_pages([words for _, words in content.pages]))
        except FileFormatError as error:
            problems.append(error.code)
    return replace(_read_paper(data, content), problems=tuple(problems))


def _read_paper(data: bytes, content: PdfContent) -> ReadDocument:
    """From the text layer; from the pictures of the pages where no page has one. Pages that are
    broken are passed over while there are others."""
    pages = [words for _, words in content.pages]
    if any(has_text(page) for page in pages):
        return read_pages(pages, Origin.TEXT)
    indexes = [index for index, page in content.pages if page.width]
    if not indexes:
        raise FinalError("pdf_unreadable", "no page")
    return _read_scans(scans_of_pdf(data, first_and_last(indexes)))


def _read_scans(scans: Iterable[Scan]) -> ReadDocument:
    """Read once, and where that leaves a doubt the first and the last page a second time: that
    reading finds what the first one left out."""
    pages: list[PageWords] = []
    kept: dict[int, Scan] = {}
    for number, scan in enumerate(scans):
        pages.append(recognise(scan))
        kept = {n: kept[n] for n in (0,) if n in kept} | {number: scan}
    first = read_pages(pages, Origin.OCR)
    if not in_doubt(first):
        return first
    for number, scan in kept.items():
        pages[number] = recognise_rest(scan, pages[number])
    return together(first, read_pages(pages, Origin.OCR))
