"""Light print on dark ground, as table heads have it, turned into dark print on light ground."""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

_STEP = 8  # pixels that are looked at as one
_DARK = 140  # of 255: recognition overlooks what stands on darker ground
_SOLID = 1  # steps to each side that are dark in a ground, and never in a letter
_GAP = 6  # steps to each side over which letters hide the ground
_FILLED = 0.5  # part of a bar that is dark; a frame around the page is no bar
_Box = tuple[int, int, int, int]


def dark_on_light(picture: Image.Image) -> Image.Image:
    """The grey picture with its dark bars turned to light ones; itself where it has none."""
    small = picture.reduce(_STEP)
    dark = small.point([255 * (value < _DARK) for value in range(256)])
    ground = _narrowed(dark, _SOLID)
    if ground.getbbox() is None:
        return picture
    bars = Image.new("L", small.size, 0)
    draw = ImageDraw.Draw(bars)
    for left, top, right, bottom in _areas(_narrowed(_widened(ground, _GAP), _GAP)):
        box = (left - _SOLID, top - _SOLID, right + _SOLID, bottom + _SOLID)
        part = dark.crop((left, top, right + 1, bottom + 1))
        if part.histogram()[255] >= _FILLED * part.width * part.height:
            draw.rectangle(box, fill=255)
    shade = small.filter(ImageFilter.MinFilter(5)).resize(picture.size, Image.Resampling.NEAREST)
    lettering = ImageChops.subtract(picture, shade).point([min(255, 2 * v) for v in range(256)])
    mask = bars.resize(picture.size, Image.Resampling.NEAREST)
    return Image.composite(ImageOps.invert(lettering), picture, mask)


def _areas(mask: Image.Image) -> Iterator[_Box]:
    """(left, top, right, bottom), all inclusive, of each connected area of the mask."""
    width = mask.width
    left = {at for at, value in enumerate(mask.tobytes()) if value}
    while left:
        edge = [left.pop()]
        seen = list(edge)
        while edge:
            at = edge.pop()
            near = {at - width, at + width, at - (at % width > 0), at + (at % width < width - 1)}
            found = near & left
            left -= found
            edge += found
            seen += found
        columns, rows = [at % width for at in seen], [at // width for at in seen]
        yield (min(columns), min(rows), max(columns), max(rows))


def _widened(mask: Image.Image, steps: int) -> Image.Image:
    return mask.filter(ImageFilter.BoxBlur(steps)).point([255 * (v > 0) for v in range(256)])


def _narrowed(mask: Image.Image, steps: int) -> Image.Image:
    return mask.filter(ImageFilter.BoxBlur(steps)).point([255 * (v == 255) for v in range(256)])
