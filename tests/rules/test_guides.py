"""Guides say what is on the screen: menus, buttons and pictures are those of the add-ons and their tests."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from tools import screenshots

ROOT = Path(__file__).resolve().parents[2]
GUIDES = sorted((ROOT / "docs" / "guide").glob("*.md"))
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"])
MENU = re.compile(r"\*([A-Z][^*\n]* > [^*\n]+)\*")
BUTTON = re.compile(r"\*\*([^*\n]+)\*\*")
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")
# of Odoo itself: what stands above our menus, and beside them
ODOO_MENUS = {"account.menu_finance": "Invoicing"}
ODOO_PATHS = {"Settings > Users", "Invoicing > Configuration > Settings"}
DRAWN = {"docs/images/architecture.svg"}


@cache
def documents() -> list[etree._Element]:
    return [
        etree.parse(str(path)).getroot()
        for path in (ROOT / "addons").rglob("*.xml")
        if "i18n" not in path.parts
    ]


@cache
def menus() -> set[str]:
    """Every menu of ours with all that stands above it, as ``A > B > C``."""
    found = {
        menu.get("id"): (menu.get("name"), menu.get("parent"))
        for document in documents()
        for menu in document.iter("menuitem")
    }

    def path(identity: str) -> str:
        if identity in ODOO_MENUS:
            return ODOO_MENUS[identity]
        name, parent = found[identity]
        return f"{path(parent)} > {name}" if parent else name

    return {path(identity) for identity in found}


@cache
def labels() -> set[str]:
    """Every text that a view, a template or the code of ours may show."""
    found: set[str] = set()
    for document in documents():
        for element in document.iter():
            found.update(element.attrib.values())
            found.add(" ".join((element.text or "").split()))
            found.add(" ".join((element.tail or "").split()))
    for path in (ROOT / "addons").rglob("*.py"):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    for path in (ROOT / "addons").rglob("static/src/**/*.js"):
        found.update(re.findall(r'"([^"\n]+)"', path.read_text("utf-8")))
    return found


def prose(page: Path) -> str:
    """The text of ``page``, a sentence on one line; headings of sections are no buttons."""
    return re.sub(r"(?<=\S)\n(?=\S)", " ", page.read_text("utf-8"))


def missing_menus(text: str) -> list[str]:
    missing = []
    for path in MENU.findall(text):
        above, _, last = path.rpartition(" > ")
        if path not in menus() | ODOO_PATHS and not (
            above in menus() | ODOO_PATHS and last in labels()
        ):
            missing.append(path)
    return missing


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.stem)
def test_the_menus_of_a_guide_are_there(page: Path) -> None:
    text = prose(page)
    assert len(MENU.findall(text)) > 5
    assert missing_menus(text) == []


def test_a_menu_that_is_not_there_is_found() -> None:
    text = "*Bank Matching > Banks > Nowhere* and *Bank Matching > Banks > Accounts*"
    assert missing_menus(text) == ["Bank Matching > Banks > Nowhere"]


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.stem)
def test_the_buttons_of_a_guide_are_there(page: Path) -> None:
    named = set(BUTTON.findall(prose(page)))
    assert named
    assert named - labels() == set()


def test_every_picture_is_one_that_the_browser_tests_make() -> None:
    shown = {
        (page.parent / target).resolve().relative_to(ROOT).as_posix()
        for page in PAGES
        for target in PICTURE.findall(page.read_text("utf-8"))
    }
    made = {
        target.relative_to(ROOT).as_posix()
        for targets in screenshots.TARGETS.values()
        for target in targets
    }
    assert len(shown) > 8
    assert shown - made - DRAWN == set()
    assert {path for path in made if not (ROOT / path).is_file()} == set()


def test_every_picture_is_taken_in_a_browser_test() -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "tests" / "e2e").glob("*.py"))
    taken = set(re.findall(r'\bshot\((?:\w+, )?f?"([^"]+)"\)', code))
    names = {re.sub(r"^(workplace|documents)-", "", name) for name in screenshots.TARGETS}
    assert names - taken == set()
