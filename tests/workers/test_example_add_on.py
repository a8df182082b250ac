"""The add-on of docs/integrator.md is installed as it stands there, and does what the page says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import docs_blocks
import pytest

from tools import base_database, database, in_odoo, odoo_process
from tools.console import run

pytestmark = pytest.mark.e2e

NAME = "open_banking_example"


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """Words of Odoo's command line for a database that has the add-on."""
    folder = tmp_path_factory.mktemp("example")
    docs_blocks.write("docs/integrator.md", folder, "pocket_follow_up/")
    options = [f"--addons-path={','.join([*odoo_process.addons_paths(), str(folder)])}"]
    server = database.server()
    base_database.ensure(server)
    base_database.copy(server, NAME)
    words = odoo_process.command(
        server, NAME, [*options, "-i", "pocket_follow_up", "--stop-after-init", "--no-http"]
    )
    log = run(words, f"{NAME}-install", env=odoo_process.environment(server))
    assert re.findall(r" (?:WARNING|ERROR|CRITICAL) .*", log) == []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(in_odoo.EXTRA_PATH, str(Path(__file__).parent))
        yield options


@pytest.mark.parametrize("what", ["visit", "rule"])
def test_the_channel_and_the_rule_of_the_page_work(options: list[str], what: str) -> None:
    in_odoo.call(
        database.server(),
        NAME,
        f"example_books:{what}",
        log_name=f"{NAME}-{what}",
        options=options,
    )
