"""The programs beside Python: taken with apt when we may, else named in one line each."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from ctypes.util import find_library
from dataclasses import dataclass
from pathlib import Path

from .console import note, run

TESSDATA = ("/usr/share/tesseract-ocr", "/usr/share/tessdata")


@dataclass(frozen=True)
class Program:
    """``command`` on the path proves it is there, or ``library`` among the shared libraries;
    without it ``loses`` does not work."""

    command: str
    packages: tuple[str, ...]
    loses: str
    library: str = ""

    def is_there(self) -> bool:
        if self.library:
            return find_library(self.library) is not None
        return shutil.which(self.command) is not None


PROGRAMS = (
    Program(
        "tesseract",
        ("tesseract-ocr", "tesseract-ocr-fra", "tesseract-ocr-deu"),
        "reading scanned invoices (OCR)",
    ),
    Program("chromium", ("chromium",), "the browser test and the screenshots"),
    Program("wkhtmltopdf", ("wkhtmltopdf",), "PDF reports"),
    Program("pdftoppm", ("poppler-utils",), "the scanned bill of the demo"),
    Program("softhsm2-util", ("softhsm2",), "the tests of keys in a security module"),
    Program("nginx", ("nginx-light",), "the test of the proxy"),
    Program("age", ("age",), "the test of encrypted backups"),
    Program("libatomic", ("libatomic1",), "the browser test", library="atomic"),
)


def _has_french() -> bool:
    return any(any(Path(folder).rglob("fra.traineddata")) for folder in TESSDATA)


def missing() -> list[Program]:
    """The programs that are not on this machine."""
    gone = [program for program in PROGRAMS if not program.is_there()]
    if PROGRAMS[0] not in gone and not _has_french():
        gone.append(PROGRAMS[0])
    return gone


def tasks() -> list[tuple[str, Callable[[], None]]]:
    """The installation of what is missing when we are root on a machine with apt.

    Otherwise one line for each missing program says what will not work: never a reason to stop.
    """
    gone = missing()
    packages = [name for program in gone for name in program.packages]
    if gone and os.geteuid() == 0 and shutil.which("apt-get"):
        names = ", ".join(program.command for program in gone)
        return [(f"system programs ({names})", lambda: _install(packages))]
    for program in gone:
        note(
            f"{program.command} is missing: {program.loses} will not work"
            f" (as root: apt install {' '.join(program.packages)})"
        )
    return []


def _install(packages: list[str]) -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    by_hand = "try it by hand: apt-get install " + " ".join(packages)
    run(["apt-get", "update", "-qq"], "apt-update", env=env, advice=by_hand)
    words = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    run(words, "apt-install", env=env, advice=by_hand)
