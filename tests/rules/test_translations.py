"""French is complete: a term that is added has to be translated (python -m tools.translations)."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import polib
import pytest

ADDONS = Path(__file__).resolve().parents[2] / "addons"
TEMPLATES = sorted(ADDONS.glob("*/i18n/*.pot"))
# %s, %(name)s and %%; {name} and {{ expression }}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z%]|\{\{.*?\}\}|\{\w*\}")


@pytest.fixture(params=TEMPLATES, ids=lambda path: path.stem)
def template(request) -> Path:
    return request.param


def french(template: Path) -> polib.POFile:
    return polib.pofile(str(template.with_name("fr.po")))


def test_every_add_on_has_a_template():
    add_ons = {path.parent.name for path in ADDONS.glob("*/__manifest__.py")}

    assert add_ons
    assert {path.stem for path in TEMPLATES} == add_ons


def test_every_term_of_the_template_is_translated(template):
    translated = {entry.msgid for entry in french(template).translated_entries()}

    assert [e.msgid for e in polib.pofile(str(template)) if e.msgid not in translated] == []


def test_nothing_is_fuzzy_or_left_over(template):
    translation = french(template)
    known = {entry.msgid for entry in polib.pofile(str(template))}

    assert translation.fuzzy_entries() == []
    assert translation.obsolete_entries() == []
    assert [entry.msgid for entry in translation if entry.msgid not in known] == []


def test_placeholders_are_kept(template):
    changed = [
        entry.msgid
        for entry in french(template)
        if Counter(PLACEHOLDER.findall(entry.msgid)) != Counter(PLACEHOLDER.findall(entry.msgstr))
    ]

    assert changed == []


def test_mark_up_is_kept(template):
    tags = re.compile(r"</?[a-z][^>]*>")
    changed = [
        entry.msgid
        for entry in french(template)
        if len(tags.findall(entry.msgid)) != len(tags.findall(entry.msgstr))
    ]

    assert changed == []
