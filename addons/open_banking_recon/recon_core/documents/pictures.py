"""Pictures of the pages, for the eyes of a person, on which the boxes of the words lie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from io import BytesIO

import pypdfium2
from PIL import Image, ImageOps

from ..errors import FinalError
from .model import ReadDocument, ReadPage
from .pdf_text import open_pdf
from .scans import BROKEN, FORMATS, check_size

_DPI = 130  # letters of 8 points are read without strain, a page takes some 200 kB
_LONGEST_SIDE = 2_000  # pixels, whatever the size of the paper
_QUALITY = 80


def with_pictures(data: bytes, read: ReadDocument) -> ReadDocument:
    """``read``, whose pages have their pictures. ``data`` is the file it was read from.

    A page whose picture cannot be made is left without one: its words can still be used.
    """
    pictures = page_pictures(data, read.pages)
    pages = (replace(page, picture=p) for page, p in zip(read.pages, pictures, strict=True))
    return replace(read, pages=tuple(pages))


def page_pictures(data: bytes, pages: Sequence[ReadPage]) -> list[bytes]:
    """A JPEG of each of these pages of the file, turned as the page was when its words were read;
    empty where none can be made."""
    if not pages:
        return []
    pictures: dict[int, bytes] = {}
    with suppress(FinalError, pypdfium2.PdfiumError, MemoryError, *BROKEN):
        source = _from_pdf if b"%PDF-" in data[:1024] else _from_image
        for index, picture in source(data, [page.index for page in pages]):
            angle = next(page.angle for page in pages if page.index == index)
            pictures[index] = _jpeg(picture, angle)
    return [pictures.get(page.index, b"") for page in pages]


def _from_pdf(data: bytes, indexes: Sequence[int]) -> Iterator[tuple[int, Image.Image]]:
    document = open_pdf(data)
    try:
        for index in indexes:
            with suppress(pypdfium2.PdfiumError):
                page = document[index]
                scale = min(_DPI / 72, _LONGEST_SIDE / max(page.get_size()))
                yield index, page.render(scale=scale).to_pil()
    finally:
        document.close()


def _from_image(data: bytes, indexes: Sequence[int]) -> Iterator[tuple[int, Image.Image]]:
    with Image.open(BytesIO(data), formats=FORMATS) as picture:
        for index in indexes:
            picture.seek(index)
            check_size(picture.width, picture.height)
            yield index, _on_white(ImageOps.exif_transpose(picture))


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    return picture.convert("RGB")


def _jpeg(picture: Image.Image, angle: float) -> bytes:
    picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    if angle:
        picture = picture.rotate(angle, Image.Resampling.BICUBIC, fillcolor="white")
    out = BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
