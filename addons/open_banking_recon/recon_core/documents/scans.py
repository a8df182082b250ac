"""Pictures of pages, made ready for recognition: grey, upright, straight, dark print on light ground."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from ctypes import byref, c_float, c_uint
from dataclasses import dataclass
from io import BytesIO
from math import sqrt

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

from ..errors import FinalError
from .contrast import dark_on_light
from .kept import FIRST_PAGES, LAST_PAGES
from .pdf_text import open_pdf
from .skew import skew_of

MAX_PIXELS = 50_000_000  # an A4 page at 600 dpi has 35 million
FORMATS = ("PNG", "JPEG", "TIFF", "WEBP")
BROKEN = (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError)
_DPI = 300
_ENOUGH_PIXELS = 9_500_000  # A4 at 300 dpi has 8.7 million: more costs time and shows nothing new
_MOST_OF_PAGE = 0.5
_LOW_WIDTH = 1500  # pixels: below that a page is enlarged first
_LEAST_SKEW = 0.3  # degrees


@dataclass(frozen=True, slots=True)
class Scan:
    """A page that is ready. ``index`` counts the pages of the file from 0; the picture was turned by
    ``angle`` degrees counter-clockwise."""

    picture: Image.Image
    index: int
    angle: float


def scans_of_image(data: bytes) -> Iterator[Scan]:
    """The pages that are looked at: the first and the last of a TIFF.

    Raises FinalError: ``image_unreadable``, ``image_too_large``, ``document_too_heavy``.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=FORMATS) as picture:
                check_size(picture.width, picture.height)
                for index in first_and_last(range(getattr(picture, "n_frames", 1))):
                    picture.seek(index)
                    check_size(picture.width, picture.height)
                    yield _ready(_flat(picture), index)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise FinalError("image_too_large") from error
    except MemoryError as error:
        raise FinalError("document_too_heavy") from error
    except BROKEN as error:
        raise FinalError("image_unreadable", type(error).__name__) from error


def scans_of_pdf(data: bytes, indexes: Sequence[int]) -> Iterator[Scan]:
    """The pages of a PDF with these indexes. A page larger than paper is seen from farther away.

    Raises FinalError("pdf_unreadable").
    """
    document = open_pdf(data)
    try:
        for index in indexes:
            page = document[index]
            picture = page.render(scale=_scale(page), grayscale=True).to_pil()
            page.close()
            yield _ready(picture, index)
    except pypdfium2.PdfiumError as error:
        raise FinalError("pdf_unreadable", f"page {index + 1}") from error
    finally:
        document.close()


def _scale(page: pypdfium2.PdfPage) -> float:
    """Pixels for a point: no more than paper needs, and than the picture has that fills the page."""
    width, height = page.get_size()
    most = min(_DPI / 72, sqrt(_ENOUGH_PIXELS / max(1.0, width * height)))
    pictures = page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=2)
    filling = (_fineness(picture, width * height) for picture in pictures)
    return min(most, max(filling, default=0.0) or most)


def _fineness(picture: pypdfium2.PdfObject, page_area: float) -> float:
    """Pixels for a point of a picture that fills most of the page, 0 for others."""
    pixels, tall = c_uint(), c_uint()
    left, bottom, right, top = c_float(), c_float(), c_float(), c_float()
    edges = (byref(edge) for edge in (left, bottom, right, top))
    known = pdfium.FPDFImageObj_GetImagePixelSize(picture.raw, byref(pixels), byref(tall))
    if not known or not pdfium.FPDFPageObj_GetBounds(picture.raw, *edges):
        return 0.0
    area = (right.value - left.value) * (top.value - bottom.value)
    return sqrt(pixels.value * tall.value / area) if area > _MOST_OF_PAGE * page_area else 0.0


def first_and_last(indexes: Sequence[int]) -> list[int]:
    """Those of the pages that are looked at."""
    if len(indexes) <= FIRST_PAGES + LAST_PAGES:
        return [*indexes]
    return [*indexes[:FIRST_PAGES], *indexes[-LAST_PAGES:]]


def check_size(width: float, height: float) -> None:
    """Raises FinalError("image_too_large") before a picture is unpacked."""
    if width * height > MAX_PIXELS:
        raise FinalError("image_too_large", f"{int(width)} x {int(height)}")


def _flat(picture: Image.Image) -> Image.Image:
    """Grey, on white where it is transparent, and upright as the camera says."""
    picture = ImageOps.exif_transpose(picture)
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    return picture.convert("L")


def _ready(picture: Image.Image, index: int) -> Scan:
    picture, angle = _straight(_sized(picture))
    return Scan(dark_on_light(picture), index, angle)


def _sized(picture: Image.Image) -> Image.Image:
    """As large as recognition needs it."""
    factor = min(1.0, sqrt(_ENOUGH_PIXELS / (picture.width * picture.height)))
    if picture.width < _LOW_WIDTH:
        factor = min(3.0, _LOW_WIDTH * 1.4 / picture.width)
    if factor == 1.0:
        return picture
    size = (max(1, int(picture.width * factor)), max(1, int(picture.height * factor)))
    return picture.resize(size, Image.Resampling.LANCZOS)


def _straight(picture: Image.Image) -> tuple[Image.Image, float]:
    """A skewed scan set straight and its speckles taken away, with the angle by which it was turned;
    a clean page as it is."""
    angle = skew_of(picture)
    if abs(angle) < _LEAST_SKEW:
        return picture, 0.0
    smooth = picture.filter(ImageFilter.MedianFilter(3))
    return smooth.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255), angle
