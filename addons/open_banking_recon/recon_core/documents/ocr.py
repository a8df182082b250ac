"""Text of pictures and scans through the tesseract program, within limits."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from io import BytesIO

import pypdfium2
import pytesseract
from PIL import Image, UnidentifiedImageError

from ..errors import FinalError, RetryableError

MAX_PIXELS = 50_000_000  # an A4 page at 600 dpi has 35 million
MAX_PAGES = 5
_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP")
_DPI = 300
_LOW_WIDTH = 1500  # pixels: below that a page is enlarged first
_TIMEOUT_S = 60
_LANGUAGES = ("fra", "eng", "deu", "nld", "spa", "ita")


def read_image(data: bytes) -> str:
    """The text of a picture, page by page for a TIFF.

    Raises FinalError: ``image_unreadable``, ``image_too_large``, ``ocr_unavailable``;
    RetryableError("ocr_timeout").
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=_FORMATS) as picture:
                _check_size(picture.width, picture.height)
                return "\n\f\n".join(_text(frame) for frame in _frames(picture))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise FinalError("image_too_large") from error
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise FinalError("image_unreadable", type(error).__name__) from error


def read_scanned_pdf(data: bytes) -> str:
    """The text of the first ``MAX_PAGES`` pages of a PDF without a text layer. Raises as
    :func:`read_image`, and FinalError("pdf_unreadable")."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise FinalError("pdf_unreadable") from error
    texts = []
    for number in range(min(len(document), MAX_PAGES)):
        page = document[number]
        scale = _DPI / 72
        _check_size(page.get_width() * scale, page.get_height() * scale)
        texts.append(_text(page.render(scale=scale, grayscale=True).to_pil()))
    return "\n\f\n".join(texts)


def _check_size(width: float, height: float) -> None:
    if width * height > MAX_PIXELS:
        raise FinalError("image_too_large", f"{int(width)} x {int(height)}")


def _frames(picture: Image.Image) -> Iterator[Image.Image]:
    for number in range(min(getattr(picture, "n_frames", 1), MAX_PAGES)):
        picture.seek(number)
        _check_size(picture.width, picture.height)
        yield picture.convert("L")


def _text(picture: Image.Image) -> str:
    if picture.width < _LOW_WIDTH:
        factor = min(3.0, _LOW_WIDTH * 1.4 / picture.width)
        size = (int(picture.width * factor), int(picture.height * factor))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    try:
        known = set(pytesseract.get_languages())
        language = "+".join(name for name in _LANGUAGES[:3] if name in known) or "eng"
        options = "--psm 4 -c preserve_interword_spaces=1"
        found = pytesseract.image_to_string(
            picture, lang=language, config=options, timeout=_TIMEOUT_S
        )
    except pytesseract.TesseractNotFoundError as error:
        raise FinalError("ocr_unavailable") from error
    except pytesseract.TesseractError as error:
        raise FinalError("ocr_failed", str(error.status)) from error
    except RuntimeError as error:
        raise RetryableError("ocr_timeout") from error
    return str(found)
