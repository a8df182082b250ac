"""With OCA's queue_job its workers do the events; without a scheduled action, each once."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import job_load
import pytest

from tools import base_database, database, in_odoo, odoo_process
from tools.console import run

pytestmark = pytest.mark.e2e

NAME = "open_banking_queue_job"
PACKAGES = ("odoo-addon-queue-job>=19.0,<19.1", "openupgradelib")
COUNTS = """
    SELECT (SELECT count(*) FROM open_banking_event WHERE state = 'done' AND attempts = 1),
           (SELECT count(*) FROM queue_job WHERE state = 'done'),
           (SELECT count(*) FROM queue_job)
"""


@pytest.fixture(scope="module")
def add_ons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the newest queue_job for this Odoo; the test is skipped where it cannot be got."""
    folder = tmp_path_factory.mktemp("queue_job")
    words = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-input"]
    words += ["--retries=0", f"--target={folder}", *PACKAGES]
    got = subprocess.run(
        words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False
    )
    if got.returncode:
        pytest.skip(f"queue_job cannot be got: {got.stderr.strip().splitlines()[-1:]}")
    return folder


@pytest.fixture(scope="module")
def options(add_ons: Path) -> Iterator[list[str]]:
    """Further words of Odoo's command line; its Python finds the packages."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(in_odoo.EXTRA_PATH, f"{Path(__file__).parent}:{add_ons}")
        paths = [*odoo_process.addons_paths(), str(add_ons / "odoo" / "addons")]
        yield [f"--addons-path={','.join(paths)}"]


def test_each_event_is_done_once_by_a_job_and_no_scheduled_action_is_needed(
    add_ons: Path, options: list[str]
) -> None:
    server = database.server()
    base_database.ensure(server)
    base_database.copy(server, NAME)
    environment = odoo_process.environment(server)
    environment["PYTHONPATH"] += f":{add_ons}"
    install = [*options, "-i", "open_banking_recon,queue_job", "--stop-after-init", "--no-http"]
    run(odoo_process.command(server, NAME, install), f"{NAME}-install", env=environment)
    in_odoo.call(server, NAME, "job_load:fill", log_name=f"{NAME}-fill", options=options)
    port = odoo_process.free_port()
    serving = [*options, "--load=base,web,queue_job", f"--http-port={port}", "--max-cron-threads=0"]
    environment |= {"ODOO_QUEUE_JOB_CHANNELS": "root:4", "ODOO_QUEUE_JOB_PORT": str(port)}
    odoo = odoo_process.Background(
        f"{NAME}-http", odoo_process.command(server, NAME, serving), environment
    )
    link = server.connect(NAME)
    try:
        with link.cursor() as cursor:

            def all_done() -> bool:
                cursor.execute(COUNTS)
                return cursor.fetchone() == (job_load.EVENTS,) * 3

            odoo.wait_until(all_done, 120)
    finally:
        link.close()
        odoo.stop()
    log = odoo.log.read_text("utf-8")
    assert re.findall(r" (?:WARNING|ERROR|CRITICAL) .*", log) == []
    assert "Job 'Open Banking: work off events'" not in log
