"""What the guides name as proof is there: test files, benchmarks and pages that they point to."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "SECURITY.md"]
TESTS = {path.name for path in ROOT.rglob("test_*.py") if ".venv" not in path.parts}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_names_only_what_exists(page):
    text = page.read_text("utf-8")
    tests = re.findall(r"`(?:[\w/]+/)?(test_[\w*]+)(?:\.py)?`", text)
    missing = [
        name
        for name in tests
        if not any(fnmatch(known, f"{name}.py") or fnmatch(known, name) for known in TESTS)
    ]
    benchmarks = re.findall(r"`(?:python -m )?(benchmarks\.\w+)[^`]*`", text)
    missing += [name for name in benchmarks if not (ROOT / f"{name.replace('.', '/')}.py").exists()]
    links = re.findall(r"\]\(((?!https?:|mailto:|#)[^)#]+)", text)
    missing += [link for link in links if not (page.parent / link).exists()]
    assert missing == []
