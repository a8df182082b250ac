"""A bill as it comes from a scanner: an image, a little askew and not quite white."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image

_DPI = 200
_SKEW_DEGREES = 0.7
_PAPER = (250, 249, 244)
_TIMEOUT_S = 60


def available() -> bool:
    """True where poppler's ``pdftoppm`` is installed."""
    return shutil.which("pdftoppm") is not None


def scan(pdf: bytes) -> bytes:
    """The first page as PNG. Needs ``pdftoppm``."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "bill.pdf"), Path(folder, "page")
        source.write_bytes(pdf)
        command = ["pdftoppm", "-r", str(_DPI), "-png", "-singlefile", str(source), str(target)]
        subprocess.run(command, check=True, timeout=_TIMEOUT_S, stdin=subprocess.DEVNULL)  # noqa: S603
        image = Image.open(target.with_suffix(".png")).convert("RGB")
    turned = image.rotate(_SKEW_DEGREES, Image.Resampling.BICUBIC, fillcolor=(255, 255, 255))
    paper = Image.new("RGB", turned.size, _PAPER)
    result = BytesIO()
    Image.blend(turned, paper, 0.12).convert("L").save(result, "PNG", optimize=True)
    return result.getvalue()
