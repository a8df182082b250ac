"""Single packages of Debian's suites sid and stable, unpacked into a folder without touching the
system: taken with apt from the mirror this machine already uses, signatures checked."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .console import run

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
STABLE_SUITE = "bookworm"


def is_there() -> bool:
    """Whether this machine is one that can take packages from Debian."""
    return bool(KEYRING.exists() and shutil.which("apt-get") and _mirror())


def unpack(packages: Sequence[str], target: Path, name: str, advice: str) -> None:
    """Unpack ``package/suite`` of each of ``packages`` into ``target``; ``name``: of the logs.

    Raises StepFailed with ``advice`` when the mirror does not answer.
    """
    with tempfile.TemporaryDirectory(prefix="debian-") as temporary:
        folder = Path(temporary)
        env = {**os.environ, "APT_CONFIG": str(_apt_config(folder, _mirror()))}
        run(["apt-get", "update", "-qq"], f"{name}-apt-update", env=env, advice=advice)
        debs = folder / "debs"
        debs.mkdir()
        words = ["apt-get", "download", "-qq", *packages]
        run(words, f"{name}-apt", env=env, cwd=debs, advice=advice)
        target.mkdir(parents=True, exist_ok=True)
        for deb in sorted(debs.glob("*.deb")):
            run(["dpkg-deb", "-x", deb, target], f"{name}-unpack")


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
