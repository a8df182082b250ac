"""Reading of vendor bills and delivery notes: :func:`read_document`, surest source first."""

from __future__ import annotations

from dataclasses import replace

from ..errors import FileFormatError, FinalError
from .einvoice import read_einvoice
from .fields import read_fields
from .model import DocumentKind, Field, Origin, ReadDocument
from .ocr import read_image, read_scanned_pdf
from .pdf_text import PdfContent, read_pdf

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
        return read_fields(read_image(data), Origin.OCR)
    raise FinalError("document_unknown", filename)


def _read_pdf(data: bytes) -> ReadDocument:
    content = read_pdf(data)
    problems: list[str] = []
    for attachment in content.attachments:
        try:
            return read_einvoice(attachment)
        except FileFormatError as error:
            problems.append(error.code)
    return replace(_read_paper(data, content), problems=tuple(problems))


def _read_paper(data: bytes, content: PdfContent) -> ReadDocument:
    if content.has_text:
        return read_fields("\n".join(content.pages), Origin.TEXT)
    return read_fields(read_scanned_pdf(data), Origin.OCR)
