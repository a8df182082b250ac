"""Buttons call their method with the records that are selected: a method of the model takes none."""

from __future__ import annotations

import ast
from pathlib import Path

from lxml import etree

ROOT = Path(__file__).resolve().parents[2]


def names_of_buttons() -> set[str]:
    return {
        button.get("name")
        for path in (ROOT / "addons").rglob("*.xml")
        if "i18n" not in path.parts and "static" not in path.parts
        for button in etree.parse(str(path)).iter("button")
        if button.get("type") == "object"
    }


def methods_of_models() -> set[str]:
    found = set()
    for path in (ROOT / "addons").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and any(
                isinstance(mark, ast.Attribute) and mark.attr == "model"
                for mark in node.decorator_list
            ):
                found.add(node.name)
    return found


def test_no_button_calls_a_method_that_takes_no_records():
    buttons = names_of_buttons()
    assert len(buttons) > 40
    assert buttons & methods_of_models() == set()
