"""Odoo 19: found where it is, or fetched into ``.odoo/`` without touching the system.

Order: ``$ODOO_HOME``; an importable ``odoo``; Debian's package ``odoo-19`` of suite sid, taken with
apt from the mirror this machine already uses (signatures checked) and unpacked; else a shallow
clone of the public repository.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from . import debian_archive
from .console import StepFailed, run
from .paths import ODOO_PREFIX

# Odoo's web assets are links into these packages; Font Awesome must be the 4.7 of Debian stable,
# sid carries 7.x with other file names.
SID_PACKAGES = (
    "odoo-19",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-inconsolata",
    "fonts-ocr-b",
)
STABLE_PACKAGES = ("fonts-font-awesome",)
REPOSITORY = "https://github.com/odoo/odoo"
DEBIAN_PATH = Path("usr/lib/python3/dist-packages")
# Debian leaves this file out; the assets bundle logs an error without it and no tour can run.
LEFT_OUT = Path("odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js")


def find() -> Path | None:
    """The folder to put on PYTHONPATH so that ``python -m odoo`` runs, or None."""
    home = os.environ.get("ODOO_HOME")
    if home:
        return _checked_home(Path(home))
    for candidate in (ODOO_PREFIX / DEBIAN_PATH, ODOO_PREFIX):
        if (candidate / "odoo" / "release.py").exists() and (ODOO_PREFIX / ".ready").exists():
            return candidate
    spec = importlib.util.find_spec("odoo")
    if spec and spec.submodule_search_locations:
        folder = Path(next(iter(spec.submodule_search_locations)))
        if _series(folder.parent) == "19.0":
            return folder.parent
    return None


def _checked_home(home: Path) -> Path:
    if not (home / "odoo" / "release.py").exists():
        raise SystemExit(f"$ODOO_HOME is {home}, but there is no odoo/release.py in it.")
    if _series(home) != "19.0":
        raise SystemExit(f"$ODOO_HOME is {home}, which is not Odoo 19.0.")
    return home


def _series(folder: Path) -> str:
    release = folder / "odoo" / "release.py"
    if not release.exists():
        return ""
    match = re.search(r"version_info\s*=\s*\((\d+),\s*(\d+)", release.read_text())
    return f"{match[1]}.{match[2]}" if match else ""


def tasks() -> list[tuple[str, Callable[[], None]]]:
    """The download of Odoo 19; empty when it is found."""
    return [] if find() else [("Odoo 19", fetch)]


def fetch() -> None:
    """Bring Odoo 19 into ``.odoo/``. Raises StepFailed."""
    shutil.rmtree(ODOO_PREFIX, ignore_errors=True)
    if debian_archive.is_there():
        _from_debian()
    else:
        _from_git()
    (ODOO_PREFIX / ".ready").touch()
    if not find():
        raise StepFailed("Odoo was fetched but cannot be found", "remove .odoo and run make again")


def _from_debian() -> None:
    wanted = [f"{package}/sid" for package in SID_PACKAGES]
    wanted += [f"{package}/{debian_archive.STABLE_SUITE}" for package in STABLE_PACKAGES]
    advice = "the Debian mirror did not answer: run make again, or set ODOO_HOME to an Odoo 19"
    debian_archive.unpack(wanted, ODOO_PREFIX, "odoo", advice)
    _fill_left_out(ODOO_PREFIX / DEBIAN_PATH)


def _fill_left_out(home: Path) -> None:
    path = home / LEFT_OUT
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("/* not part of the Debian package: background blur of video calls */\n")


def _from_git() -> None:
    advice = "install git, or set ODOO_HOME to a folder that holds Odoo 19"
    if not shutil.which("git"):
        raise StepFailed("neither a Debian mirror nor git is there", advice)
    run(
        ["git", "clone", "-q", "--depth", "1", "-b", "19.0", REPOSITORY, ODOO_PREFIX],
        "odoo-git",
        advice=advice,
    )
