"""The angle by which a scan is turned, from the profile of its rows."""

from __future__ import annotations

from PIL import Image, ImageOps

_WIDTH = 600  # pixels of the picture that is measured
_WIDEST = 3.0  # degrees
_COARSE, _FINE = 0.5, 0.1
_GAIN = 1.05  # how much sharper the lines must become before a page is turned


def skew_of(picture: Image.Image) -> float:
    """Degrees, counter-clockwise, that set the lines of text level; 0 for a straight page.

    Printed lines make rows that are either dark or white: the angle at which the rows differ most
    is that of the text (projection profile).
    """
    small = picture.resize(
        (_WIDTH, max(1, picture.height * _WIDTH // picture.width)), Image.Resampling.BOX
    )
    dark = ImageOps.invert(ImageOps.autocontrast(small))
    steps = int(_WIDEST / _COARSE)
    best = max((_COARSE * step for step in range(-steps, steps + 1)), key=lambda a: _rows(dark, a))
    fine = [best + _FINE * step for step in range(-4, 5)]
    best = max(fine, key=lambda a: _rows(dark, a))
    return best if _rows(dark, best) > _GAIN * _rows(dark, 0.0) else 0.0


def _rows(dark: Image.Image, angle: float) -> float:
    """The variance between neighbouring rows of the picture turned by ``angle``."""
    turned = dark.rotate(angle, Image.Resampling.BILINEAR) if angle else dark
    sums = turned.resize((1, turned.height), Image.Resampling.BOX).tobytes()
    return float(sum((a - b) ** 2 for a, b in zip(sums, sums[1:], strict=False)))
