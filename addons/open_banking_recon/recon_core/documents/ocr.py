"""Words of scans through the tesseract program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from statistics import median

import pytesseract
from PIL import Image, ImageDraw

from ..errors import FinalError, RetryableError
from .layout import PageWords, Word
from .scans import Scan

_COLUMN = 4  # page segmentation of tesseract: one column of text of several sizes...
_SPARSE = 11  # ...or as much text as there is, in no order
_COLUMN_GAP = 0.9
_TIMEOUT_S = 60
_SURE = 0.6  # confidence of a word that is not read again
_MARGIN = 4  # pixels around such a word
_LEAST_CONTRAST = 40  # of 255, between paper and print
# The model of French knows the letters of English too: one language takes three quarters of the
# time of two. Others are added for what the first one left.
_LANGUAGES = ("fra", "eng", "deu")


def recognise(scan: Scan) -> PageWords:
    """The words of a page, read as one column.

    Raises FinalError: ``ocr_unavailable``, ``ocr_no_language``, ``ocr_failed``;
    RetryableError("ocr_timeout").
    """
    words = _recognised(scan.picture, _COLUMN, _languages()[:1])
    return PageWords(
        tuple(_even(words)),
        scan.picture.width,
        scan.picture.height,
        _COLUMN_GAP,
        scan.index,
        scan.angle,
    )


def recognise_rest(scan: Scan, page: PageWords) -> PageWords:
    """The page with what the first reading left out or was unsure of, read piece by piece where it
    stands: the sure words are taken off the picture. Raises as :func:`recognise`."""
    sure = tuple(word for word in page.words if word.confidence >= _SURE)
    rest = _recognised(_without(scan.picture, sure), _SPARSE, _languages())
    return replace(page, words=sure + tuple(_even(rest)))


def _without(picture: Image.Image, words: tuple[Word, ...]) -> Image.Image:
    """Black and white, without these words. What is paper is decided while they are there: on an
    almost empty page recognition takes its noise for letters."""
    counts = picture.histogram()
    ink, paper = _value_at(counts, 0.01), _value_at(counts, 0.5)
    if paper - ink < _LEAST_CONTRAST:
        return Image.new("L", picture.size, 255)
    left = picture.point([255 * (value > (ink + paper) // 2) for value in range(256)])
    draw = ImageDraw.Draw(left)
    for w in words:
        box = (w.left - _MARGIN, w.top - _MARGIN, w.right + _MARGIN, w.bottom + _MARGIN)
        draw.rectangle(box, fill=255)
    return left


def _value_at(counts: list[int], part: float) -> int:
    """The value below which this part of the pixels is."""
    wanted, seen = part * sum(counts), 0
    for value, count in enumerate(counts):
        seen += count
        if seen >= wanted:
            return value
    return 255


def _languages() -> tuple[str, ...]:
    try:
        known = set(pytesseract.get_languages())
    except pytesseract.TesseractNotFoundError as error:
        raise FinalError("ocr_unavailable") from error
    found = tuple(name for name in _LANGUAGES if name in known)
    if not found:
        raise FinalError("ocr_no_language")
    return found


def _recognised(picture: Image.Image, mode: int, languages: tuple[str, ...]) -> list[Word]:
    picture.format = "PPM"  # for the way to tesseract: to pack it would cost time
    try:
        found = pytesseract.image_to_data(
            picture,
            lang="+".join(languages),
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
    return [
        Word(text.strip(), left, top, left + width, top + height, max(0.0, float(sure)) / 100)
        for text, left, top, width, height, sure in zip(
            *(found[key] for key in ("text", "left", "top", "width", "height", "conf")),
            strict=True,
        )
        if text.strip() and width and height
    ]


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
