"""The formulas in docs/figures.md are those that the screen shows beside the figures."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "figures.md"


def text_of(value: ast.expr) -> str:
    """The text of a constant, or of the first argument of ``self.env._(...)``."""
    constant = value.args[0] if isinstance(value, ast.Call) else value
    assert isinstance(constant, ast.Constant)
    return str(constant.value)


def figures_of_the_code() -> set[tuple[str, str, str]]:
    """{(label, formula, source)} of each ``Figure(...)`` in the models."""
    found = set()
    for path in (ROOT / "addons").glob("*/models/*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Figure":
                told = {word.arg: word.value for word in node.keywords}
                label, formula, source = (
                    text_of(told[name]) for name in ("label", "formula", "source")
                )
                found.add((label, formula, source))
    return found


def figures_of_the_page() -> set[tuple[str, str, str]]:
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| **")]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return {(label.strip("*"), formula, source) for label, formula, source in cells}


def test_the_page_has_every_formula_of_the_code_and_no_other():
    in_code = figures_of_the_code()
    assert len(in_code) > 15
    assert figures_of_the_page() == in_code
