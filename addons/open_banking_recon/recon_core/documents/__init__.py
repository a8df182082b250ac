"""Reading of vendor bills and delivery notes: :func:`read_document`, surest source first."""

from __future__ import annotations

from dataclasses import replace

from ..errors import FileFormatError, FinalError
from .einvoice import read_einvoice
from .fields import read_pages
from .model import DocumentKind, Field, Origin, ReadDocument
from .ocr import MAX_PAGES as MAX_SCANNED_PAGES
from .ocr import read_image, read_pdf_page
from .pdf_text import PdfContent, has_text, read_pdf

MAX_BYTES = 30_000_000


def read_document(data: bytes, filename: str = "") -> ReadDocument:
    """What the document says: from its XML, else from its text, else from its picture.

    ``problems`` of the result are codes of what could not be used on the way, for example a broken
    XML inside a PDF that was then read from its text. ``filename`` is only for the error.
    Raises FinalError: ``document_too_large``, ``document_unknown``, ``pdf_unreadable``,
    ``pdf_encrypted``, ``image_unreadable``, ``image_too_large``, ``ocr_unavailable``,
    ``ocr_failed``; FileFormatError for an XML that is no invoice; RetryableError("ocr_timeout").
    """
    if len(data) > MAX_BYTES:
        raise FinalError("document_too_large", filename)
    head = data[:1024].lstrip(b"\xef\xbb\xbf \r\n\t")
    if b"%PDF-" in data[:1024]:
        return _read_pdf(data)
    if head.startswith(b"<"):
        return read_einvoice(data)
    if head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"RIFF")):
        return read_pages(read_image(data), Origin.OCR)
    raise FinalError("document_unknown", filename)


def _read_pdf(data: bytes) -> ReadDocument:
    content = read_pdf(data)
    problems: list[str] = []
    for attachment in content.attachments:
        try:
            return read_einvoice(attachment)
        except FileFormatError as error:
            problems.append(error.code)
    if content.attachments:
        content = read_pdf(data, attachments=False)
    return replace(_read_paper(data, content), problems=tuple(problems))


def _read_paper(data: bytes, content: PdfContent) -> ReadDocument:
    """From the text layer, page by page; pages without one only where no page has one."""
    pages = [words for _, words in content.pages]
    if any(has_text(page) for page in pages):
        return read_pages(pages, Origin.TEXT)
    indexes = [index for index, _ in content.pages][:MAX_SCANNED_PAGES]
    return read_pages([read_pdf_page(data, index) for index in indexes], Origin.OCR)
