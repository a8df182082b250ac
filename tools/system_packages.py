"""The programs beside Python: taken with apt when we may, else named in one line each."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from .console import note, run, step

TESSDATA = ("/usr/share/tesseract-ocr", "/usr/share/tessdata")


@dataclass(frozen=True)
class Program:
    """``command`` proves it is there; without it ``loses`` does not work."""

    command: str
    packages: tuple[str, ...]
    loses: str


PROGRAMS = (
    Program("tesseract", ("tesseract-ocr", "tesseract-ocr-fra"), "reading scanned invoices (OCR)"),
    Program("chromium", ("chromium",), "the browser test and the screenshots"),
    Program("wkhtmltopdf", ("wkhtmltopdf",), "PDF reports"),
    Program("pdftoppm", ("poppler-utils",), "OCR of PDF pages"),
)


def _has_french() -> bool:
    return any(any(Path(folder).rglob("fra.traineddata")) for folder in TESSDATA)


def missing() -> list[Program]:
    """The programs that are not on this machine."""
    gone = [program for program in PROGRAMS if not shutil.which(program.command)]
    if PROGRAMS[0] not in gone and not _has_french():
        gone.append(PROGRAMS[0])
    return gone


def ensure() -> None:
    """Install what is missing when we are root on a machine with apt; never fail the run for it."""
    gone = missing()
    if not gone:
        return
    packages = [name for program in gone for name in program.packages]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        with step("System programs: " + ", ".join(program.command for program in gone)):
            run(["apt-get", "update", "-qq"], "apt-update", env=env)
            run(
                ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
                "apt-install",
                env=env,
                advice="try it by hand: apt-get install " + " ".join(packages),
            )
        return
    for program in gone:
        note(
            f"{program.command} is missing: {program.loses} will not work"
            f" (as root: apt install {' '.join(program.packages)})"
        )
