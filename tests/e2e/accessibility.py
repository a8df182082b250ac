"""What axe-core (Deque, MPL-2.0) finds wrong with a page by WCAG 2.1 A and AA."""

from __future__ import annotations

from playwright.sync_api import Page

from tools.paths import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# Colours are read when nothing fades in any more; what turns for ever (a spinner) is not waited for.
RUN = """async ([include, exclude]) => {
    const passing = document.getAnimations().filter(
        (animation) => animation.effect.getComputedTiming().endTime !== Infinity
    );
    await Promise.allSettled(passing.map((animation) => animation.finished));
    const found = await axe.run({ include: [include], exclude: exclude ? [exclude] : [] }, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
    });
    return found.violations.map(rule => `${rule.id}: ${rule.nodes.map(node => node.html).join(" | ")}`);
}"""


def violations(page: Page, selector: str, odoos_own: str = "") -> list[str]:
    """The rules that what ``selector`` finds breaks, each with the elements. Without axe-core nothing is
    looked at: the story of a test goes on, and ``test_accessibility_tool`` says what is missing.

    ``odoos_own``: selector of elements inside that Odoo draws.
    """
    if not AXE.exists():
        return []
    page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = page.evaluate(RUN, [selector, odoos_own])
    return found
