"""Words of pictures and scans through the tesseract program, within limits."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from statistics import median

import pypdfium2
import pytesseract
from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

from ..errors import FinalError, RetryableError
from .layout import PageWords, Word
from .pdf_text import open_pdf
from .skew import skew_of

MAX_PIXELS = 50_000_000  # an A4 page at 600 dpi has 35 million
MAX_PAGES = 5
COLUMN = 4  # page segmentation of tesseract: one column of text of several sizes...
SPARSE = 11  # ...or as much text as there is, in no order
FORMATS = ("PNG", "JPEG", "TIFF", "WEBP")
_DPI = 300
_LOW_WIDTH = 1500  # pixels: below that a page is enlarged first
_COLUMN_GAP = 0.9
_TIMEOUT_S = 60
_LANGUAGES = ("fra", "eng", "deu", "nld", "spa", "ita")
BROKEN = (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, MemoryError)


def read_image(data: bytes, mode: int = COLUMN) -> list[PageWords]:
    """The words of a picture, page by page for a TIFF. ``mode`` is tesseract's page segmentation.

    Raises FinalError: ``image_unreadable``, ``image_too_large``, ``ocr_unavailable``,
    ``ocr_failed``; RetryableError("ocr_timeout").
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=FORMATS) as picture:
                check_size(picture.width, picture.height)
                return [
                    replace(_words(frame, mode), index=index)
                    for index, frame in enumerate(_frames(picture))
                ]
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise FinalError("image_too_large") from error
    except BROKEN as error:
        raise FinalError("image_unreadable", type(error).__name__) from error


def read_pdf_page(data: bytes, index: int, mode: int = COLUMN) -> PageWords:
    """The words of the picture of one page of a PDF. Raises as :func:`read_image`, and
    FinalError("pdf_unreadable")."""
    document = open_pdf(data)
    try:
        page = document[index]
        scale = _DPI / 72
        check_size(page.get_width() * scale, page.get_height() * scale)
        picture = page.render(scale=scale, grayscale=True).to_pil()
    except pypdfium2.PdfiumError as error:
        raise FinalError("pdf_unreadable", f"page {index + 1}") from error
    finally:
        document.close()
    return replace(_words(picture, mode), index=index)


def check_size(width: float, height: float) -> None:
    """Raises FinalError("image_too_large") before a picture is unpacked."""
    if width * height > MAX_PIXELS:
        raise FinalError("image_too_large", f"{int(width)} x {int(height)}")


def _frames(picture: Image.Image) -> Iterator[Image.Image]:
    for number in range(min(getattr(picture, "n_frames", 1), MAX_PAGES)):
        picture.seek(number)
        check_size(picture.width, picture.height)
        yield _flat(picture)


def _flat(picture: Image.Image) -> Image.Image:
    """Grey, on white where it is transparent, and upright as the camera says."""
    picture = ImageOps.exif_transpose(picture)
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    return picture.convert("L")


def _words(picture: Image.Image, mode: int) -> PageWords:
    if picture.width < _LOW_WIDTH:
        factor = min(3.0, _LOW_WIDTH * 1.4 / picture.width)
        size = (max(1, int(picture.width * factor)), max(1, int(picture.height * factor)))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    picture, angle = _prepared(picture)
    return replace(_recognised(picture, mode), angle=angle)


def _prepared(picture: Image.Image) -> tuple[Image.Image, float]:
    """A skewed scan set straight and its speckles taken away, with the angle by which it was turned;
    a clean page as it is."""
    angle = skew_of(picture)
    if abs(angle) < 0.3:
        return picture, 0.0
    smooth = picture.filter(ImageFilter.MedianFilter(3))
    return smooth.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255), angle


def _recognised(picture: Image.Image, mode: int) -> PageWords:
    try:
        known = set(pytesseract.get_languages())
        language = "+".join(name for name in _LANGUAGES[:3] if name in known) or "eng"
        found = pytesseract.image_to_data(
            picture,
            lang=language,
            config=f"--psm {mode}",
            timeout=_TIMEOUT_S,
            output_type=pytesseract.Output.DICT,
        )
    except pytesseract.TesseractNotFoundError as error:
        raise FinalError("ocr_unavailable") from error
    except pytesseract.TesseractError as error:
        raise FinalError("ocr_failed", str(error.status)) from error
    except RuntimeError as error:
        raise RetryableError("ocr_timeout") from error
    words = [
        Word(text.strip(), left, top, left + width, top + height, max(0.0, float(sure)) / 100)
        for text, left, top, width, height, sure in zip(
            *(found[key] for key in ("text", "left", "top", "width", "height", "conf")),
            strict=True,
        )
        if text.strip() and width and height
    ]
    return PageWords(tuple(_even(words)), picture.width, picture.height, _COLUMN_GAP)


def _even(words: list[Word]) -> Iterator[Word]:
    """Boxes of recognised words are as high as their letters: a dash and a bar get the usual
    height around their middle, so that lines and gaps can be judged as in print."""
    usual = median([word.height for word in words]) if words else 0.0
    for word in words:
        if 0.6 * usual <= word.height <= 2.5 * usual:
            yield word
        elif word.height < 0.6 * usual or len(word.text) > 1:
            middle = word.middle
            height = usual if word.height < usual else word.height
            yield Word(
                word.text,
                word.left,
                middle - height / 2,
                word.right,
                middle + height / 2,
                word.confidence,
            )
