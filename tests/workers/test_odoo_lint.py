"""Odoo's own ``test_lint`` on our add-ons: signatures of overrides, names of parameters, indexes, SQL."""

from __future__ import annotations

import re

import pytest

from tools import base_database, database, odoo_process
from tools.console import StepFailed, run
from tools.paths import LOGS

pytestmark = pytest.mark.e2e

NAME = "open_banking_lint"


def test_odoo_has_nothing_to_say_of_our_add_ons() -> None:
    server = database.server()
    base_database.install(server, NAME, *odoo_process.modules(), "test_lint")
    # pylint has its turn in make lint
    words = ["--stop-after-init", "--test-tags", "/test_lint,-/test_lint:TestPyLint"]
    words.append(f"--http-port={odoo_process.free_port()}")
    command = odoo_process.command(server, NAME, words)
    try:
        text = run(command, "odoo-lint", env=odoo_process.environment(server))
    except StepFailed:
        text = (LOGS / "odoo-lint.log").read_text("utf-8", errors="replace")
    assert re.findall(r" (?:FAIL|ERROR): (.*)", text) == []
    (tests,) = re.findall(r" 0 failed, 0 error\(s\) of (\d+) tests", text)
    assert int(tests) > 20
