"""Pages must not point to what is not there, nor name error codes that nobody raises."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")
CODE_CELL = re.compile(r"`([a-z_]+)`")


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


@pytest.mark.parametrize("page", tracked("*.md"), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_of_a_page_lead_somewhere(page):
    broken = [
        target
        for target in LINK.findall(page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]

    assert broken == []


def test_the_error_codes_in_the_docs_are_those_of_the_code():
    text = (ROOT / "docs" / "connectors.md").read_text("utf-8")
    table = text.partition("## Error codes")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    told = {code for row in rows for code in CODE_CELL.findall(row)}
    source = "\n".join(
        path.read_text("utf-8")
        for path in tracked("addons/open_banking_recon/*.py")
        if {"connectors", "normalisers", "vault", "models"} & set(path.parts)
    )
    raised = set(re.findall(r'(?:Retryable|Final|Consent)Error\(\s*"([a-z_]+)"', source))
    raised |= set(re.findall(r'\((?:Final|Consent)Error, "([a-z_]+)"\)', source))
    raised |= set(re.findall(r'ConsentStatus\.[A-Z]+: "([a-z_]+)"', source))

    assert len(raised) > 15
    # the reading of vendor bills has codes and sentences of its own
    assert raised - told - {"no_fields"} == set()
    assert {code for code in told if f'"{code}"' not in source} == set()
