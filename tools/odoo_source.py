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
import tempfile
from collections.abc import Callable
from pathlib import Path

from .console import StepFailed, run
from .paths import ODOO_PREFIX

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
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
STABLE_SUITE = "bookworm"
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
    mirror = _mirror()
    if KEYRING.exists() and shutil.which("apt-get") and mirror:
        _from_debian(mirror)
    else:
        _from_git()
    (ODOO_PREFIX / ".ready").touch()
    if not find():
        raise StepFailed("Odoo was fetched but cannot be found", "remove .odoo and run make again")


def _mirror() -> str:
    """URI of the Debian archive this machine's apt already uses; '' when there is none."""
    folder = Path("/etc/apt")
    for path in [*sorted(folder.glob("sources.list.d/*.sources"))]:
        for entry in re.split(r"\n\s*\n", path.read_text()):
            fields = dict(re.findall(r"^(\w[\w-]*):\s*(.*)$", entry, re.MULTILINE))
            if _is_main_archive(fields.get("URIs", ""), fields.get("Suites", "")):
                return fields["URIs"].split()[0]
    for path in [folder / "sources.list", *sorted(folder.glob("sources.list.d/*.list"))]:
        if not path.exists():
            continue
        for line in path.read_text().splitlines():
            match = re.match(r"deb\s+(?:\[[^]]*\]\s+)?(\S+)\s+(\S+)", line)
            if match and _is_main_archive(match[1], match[2]):
                return match[1]
    return ""


def _is_main_archive(uris: str, suites: str) -> bool:
    return uris.split(" ")[0].rstrip("/").endswith("/debian") and "security" not in suites


def _from_debian(mirror: str) -> None:
    with tempfile.TemporaryDirectory(prefix="odoo-apt-") as name:
        folder = Path(name)
        config = _apt_config(folder, mirror)
        env = {**os.environ, "APT_CONFIG": str(config)}
        advice = "the Debian mirror did not answer: run make again, or set ODOO_HOME to an Odoo 19"
        run(["apt-get", "update", "-qq"], "odoo-apt-update", env=env, advice=advice)
        wanted = [f"{package}/sid" for package in SID_PACKAGES]
        wanted += [f"{package}/{STABLE_SUITE}" for package in STABLE_PACKAGES]
        debs = folder / "debs"
        debs.mkdir()
        run(["apt-get", "download", "-qq", *wanted], "odoo-apt", env=env, cwd=debs, advice=advice)
        for deb in sorted(debs.glob("*.deb")):
            run(["dpkg-deb", "-x", deb, ODOO_PREFIX], "odoo-unpack")
    _fill_left_out(ODOO_PREFIX / DEBIAN_PATH)


def _apt_config(folder: Path, mirror: str) -> Path:
    """An apt configuration of our own: no file of the system's is read or written."""
    for part in ("lists/partial", "cache/archives/partial", "parts"):
        (folder / part).mkdir(parents=True)
    sources = folder / "debian.sources"
    sources.write_text(
        f"Types: deb\nURIs: {mirror}\nSuites: sid {STABLE_SUITE}\nComponents: main\n"
        f"Signed-By: {KEYRING}\n"
    )
    config = folder / "apt.conf"
    lines = [
        f'Dir::Etc::sourcelist "{sources}";',
        f'Dir::Etc::sourceparts "{folder / "parts"}";',
        f'Dir::Etc::parts "{folder / "parts"}";',
        f'Dir::State::lists "{folder / "lists"}";',
        f'Dir::Cache "{folder / "cache"}";',
        'Acquire::Languages "none";',
        # a mirror may lag behind: the signature is still checked
        'Acquire::Check-Valid-Until "false";',
        'Acquire::Retries "3";',
    ]
    if os.geteuid() == 0:
        lines.append('APT::Sandbox::User "root";')
    config.write_text("\n".join(lines) + "\n")
    return config


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
