"""The files and commands that the pages show, for the tests that run them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE = re.compile(
    r"^`(?P<path>[\w/.]+\.\w+)`[^\n]*\n\n```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)


def files(page: str) -> dict[str, str]:
    """{path: text} of the files that ``page`` names above a block."""
    text = (ROOT / page).read_text("utf-8")
    return {found["path"]: found["text"] for found in FILE.finditer(text)}


def write(page: str, folder: Path, under: str) -> None:
    """The files of ``page`` whose path begins with ``under``, in ``folder``."""
    for path, text in files(page).items():
        if path.startswith(under):
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")
