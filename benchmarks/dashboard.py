"""Times the page of value and treasury in a real browser, on large books.

    python -m benchmarks.dashboard [--invoices 200000] [--lines 500000] [--months 24] [--opens 7] [--keep]

Prints how long the page takes from its address until all figures and charts are drawn, the client of
Odoo included: the first time after a start of Odoo, and the median of the further ones.
"""

from __future__ import annotations

import argparse
import datetime
import shutil
import statistics
import time
from collections.abc import Sequence
from contextlib import closing

from playwright.sync_api import Page, sync_playwright

from tools import base_database, database, in_odoo, odoo_process

from . import odoo_databases
from .dashboard_books import LOGIN, PASSWORD
from .workplace import CHROMIUM

NAME = "bench_dashboard"
READY = ".o_value_tile[data-figure='cash_forecast']"


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--invoices", type=int, default=200_000)
    parser.add_argument("--lines", type=int, default=500_000)
    parser.add_argument("--months", type=int, default=24, help="over which the books are spread")
    parser.add_argument("--opens", type=int, default=7)
    parser.add_argument("--keep", action="store_true", help="keep the database")
    options = parser.parse_args(words)
    server = database.server()
    _books(server, options)
    try:
        with odoo_process.serving(server, NAME, "--workers=2") as url:
            _measure(url, options.opens)
    finally:
        if not options.keep:
            odoo_databases.drop(server, [NAME])
    return 0


def _books(server: database.Server, options: argparse.Namespace) -> None:
    base_database.ensure(server)
    base_database.copy(server, NAME)
    odoo_databases.install(server, NAME, "-i", "open_banking_recon,smart_dunning")
    today = datetime.datetime.now(tz=datetime.timezone.utc).date()
    sizes = (options.invoices, options.lines, options.months, today)
    in_odoo.call(
        server,
        NAME,
        "benchmarks.dashboard_books:fill",
        *map(str, sizes),
        log_name="bench-dashboard-fill",
        timeout_s=3600,
    )
    with closing(server.connect(NAME)) as connection, connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as PostgreSQL does by itself after so many new rows


def _measure(url: str, opens: int) -> None:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(CHROMIUM)
        )
        page = chromium.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(120_000)
        page.goto(f"{url}/web/login")
        page.fill("input[name=login]", LOGIN)
        page.fill("input[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_selector(".o_main_navbar")
        spent = [_open(page, url) for _number in range(opens)]
        chromium.close()
    print(f"open the page, first time {spent[0]:8.0f} ms")
    print(
        f"again                     {statistics.median(spent[1:]):8.0f} ms median, "
        f"{max(spent[1:]):.0f} ms at most, of {len(spent) - 1}"
    )


def _open(page: Page, url: str) -> float:
    """Milliseconds from the address to the last figure, the client of Odoo loaded anew."""
    page.goto("about:blank")
    start = time.perf_counter()
    page.goto(f"{url}/odoo/value", wait_until="commit")
    page.wait_for_selector(READY)
    page.wait_for_function("() => document.querySelectorAll('.o_value_chart canvas').length >= 2")
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    raise SystemExit(main())
