"""Whether the other tests of this folder audit accessibility, and that the tool finds what is wrong."""

from __future__ import annotations

import pytest
from accessibility import AXE, violations
from playwright.sync_api import Browser

pytestmark = pytest.mark.e2e


def test_a_picture_without_words_is_found(browser: Browser) -> None:
    if not AXE.exists():
        pytest.skip(
            "no axe-core, so no accessibility is audited: install node 20 and npm, then run make test"
        )
    page = browser.new_page()
    page.set_content("<html lang='en'><main><img src='data:,'></main></html>")
    assert any(found.startswith("image-alt") for found in violations(page, "main"))
    page.close()
