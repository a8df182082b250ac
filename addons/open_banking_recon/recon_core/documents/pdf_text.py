"""PDF files: the e-invoice inside, the text layer, the number of pages."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PdfReadError, PyPdfError

from ..errors import FinalError

# What is odd in a file is told to its user by our errors, not to the administrator as a warning.
logging.getLogger("pypdf").setLevel(logging.ERROR)

MAX_PAGES = 20
MAX_ATTACHMENT_BYTES = 20_000_000
_ENOUGH_CHARACTERS = 50


@dataclass(frozen=True, slots=True)
class PdfContent:
    """``pages`` holds the text of each page as it stands on the paper, empty for a picture."""

    pages: tuple[str, ...]
    attachments: tuple[bytes, ...]

    @property
    def has_text(self) -> bool:
        return sum(c.isalnum() for page in self.pages for c in page) >= _ENOUGH_CHARACTERS


def read_pdf(data: bytes) -> PdfContent:
    """Text and XML attachments of the first ``MAX_PAGES`` pages.

    Raises FinalError: ``pdf_unreadable``, ``pdf_encrypted``.
    """
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise FinalError("pdf_encrypted")
        pages = tuple(
            page.extract_text(extraction_mode="layout") for page in reader.pages[:MAX_PAGES]
        )
        return PdfContent(pages, _xml_attachments(reader))
    except (PyPdfError, PdfReadError, ValueError, KeyError, TypeError, AttributeError) as error:
        # pypdf lets the errors of a broken object tree through as they come.
        raise FinalError("pdf_unreadable", type(error).__name__) from error


def _xml_attachments(reader: PdfReader) -> tuple[bytes, ...]:
    """Attachments that begin like XML, whatever their name."""
    return tuple(
        content
        for contents in reader.attachments.values()
        for content in contents
        if len(content) <= MAX_ATTACHMENT_BYTES
        and content[:200].lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<"
    )
