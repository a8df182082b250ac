"""Rules of the house that no linter knows."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KERNELS = ("addons/open_banking_recon/recon_core", "addons/smart_dunning/dunning_core")
MAX_LINES = 400
TEXT = {".py", ".xml", ".md", ".rst", ".toml", ".txt", ".csv", ".js", ".scss", ".po", ".pot", ".sh"}


def tracked(*suffixes: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [ROOT / name for name in listed.stdout.splitlines()]
    return [path for path in paths if path.is_file() and (not suffixes or path.suffix in suffixes)]


def test_no_file_grows_over_its_concept() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in tracked(".py", ".js")
        if (count := len(path.read_text("utf-8").splitlines())) > MAX_LINES
    }
    assert long == {}


@pytest.mark.parametrize("kernel", KERNELS)
def test_kernels_read_no_clock_and_no_environment(kernel: str) -> None:
    forbidden = re.compile(
        r"\b(datetime\.now|date\.today|time\.time\(|utcnow|os\.environ\b|import random\b|"
        r"from odoo|import odoo)"
    )
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in tracked(".py")
        if path.is_relative_to(ROOT / kernel)
        for match in forbidden.finditer(path.read_text("utf-8"))
    ]
    assert found == []


def test_nothing_is_left_to_do_later() -> None:
    marker = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    found = [
        str(path.relative_to(ROOT))
        for path in tracked(".py", ".xml", ".js")
        if path != Path(__file__) and marker.search(path.read_text("utf-8"))
    ]
    assert found == []


def test_no_sleep_stands_for_synchronisation_in_tests() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in tracked(".py")
        if "tests" in path.parts
        and path != Path(__file__)
        and re.search(r"time\.sleep|wait_for_timeout", path.read_text("utf-8"))
    ]
    assert found == []


def test_no_path_of_a_developers_machine_is_in_the_tree() -> None:
    private = re.compile(r"(?<![\w.])/(?:home/\w|root/|work/|tmp/bash)")
    found = [
        str(path.relative_to(ROOT))
        for path in tracked(*TEXT)
        if path != Path(__file__) and private.search(path.read_text("utf-8"))
    ]
    assert found == []


def test_the_lock_file_of_npm_names_no_registry() -> None:
    """Whoever installs uses the registry of their own."""
    lock = (ROOT / "package-lock.json").read_text("utf-8")
    assert '"integrity"' in lock
    assert '"resolved"' not in lock


def test_xml_files_declare_their_encoding() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in tracked(".xml")
        if not path.read_text("utf-8").startswith('<?xml version="1.0" encoding="UTF-8"?>')
    ]
    assert found == []


def test_every_sudo_gives_its_reason() -> None:
    """In a method named ..._sudo, or with a comment that says sudo close above."""
    found = []
    for path in tracked(".py"):
        if not path.is_relative_to(ROOT / "addons") or "tests" in path.parts:
            continue
        lines = path.read_text("utf-8").splitlines()
        for number, line in enumerate(lines):
            if ".sudo(" not in line or ".sudo(False)" in line:
                continue
            above = "\n".join(lines[max(0, number - 14) : number + 1])
            if not re.search(r"\bsudo: |def \w+_sudo\(", above):
                found.append(f"{path.relative_to(ROOT)}:{number + 1}")
    assert found == []
