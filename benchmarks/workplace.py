"""Times the workplace in a real browser: from the key press to the next line, ready to decide.

    python -m benchmarks.workplace [--items 20000] [--lines 5000] [--keys 200] [--keep]

Prints median and 95th percentile for accepting (posted, next line shown), moving on, and the time
until the workplace is open.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import time
from collections.abc import Sequence

from playwright.sync_api import Page, sync_playwright

from tools import base_database, database, in_odoo, odoo_process

from . import odoo_databases
from .workplace_books import LOGIN, PASSWORD

NAME = "bench_workplace"
CHROMIUM = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
# Milliseconds from a key press until another line is drawn with the entry that it would give.
STOPWATCH = """() => {
    window.found = [];
    window.addEventListener("keydown", () => {
        const start = performance.now();
        const panel = () => document.querySelector(".o_recon_panel");
        const before = panel().dataset.line;
        const look = () => {
            const now = panel();
            const isReady = now && now.dataset.line !== before && now.dataset.busy === "0";
            if (isReady && now.querySelector(".o_recon_entry tbody tr")) {
                window.found.push(performance.now() - start);
            } else {
                requestAnimationFrame(look);
            }
        };
        look();
    }, true);
}"""


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--lines", type=int, default=5_000)
    parser.add_argument("--keys", type=int, default=200)
    parser.add_argument("--keep", action="store_true", help="keep the database")
    options = parser.parse_args(words)
    server = database.server()
    base_database.ensure(server)
    base_database.copy(server, NAME)
    try:
        odoo_databases.install(server, NAME, "-i", "open_banking_recon")
        sizes = (str(options.items), str(options.lines))
        in_odoo.call(
            server, NAME, "benchmarks.workplace_books:fill", *sizes, log_name="bench-workplace-fill"
        )
        with odoo_process.serving(server, NAME, "--workers=2") as url:
            _measure(url, options.keys)
    finally:
        if not options.keep:
            odoo_databases.drop(server, [NAME])
    return 0


def _measure(url: str, keys: int) -> None:
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
        page.goto(f"{url}/odoo/reconcile")  # once, so that the assets are there
        page.wait_for_selector(".o_recon_entry tbody tr")
        start = time.perf_counter()
        page.goto(f"{url}/odoo/reconcile")
        page.wait_for_selector(".o_recon_entry tbody tr")
        print(f"open the workplace       {(time.perf_counter() - start) * 1000:8.0f} ms")
        page.evaluate(STOPWATCH)
        _tell("accept, next line ready", _press(page, "Enter", keys))
        _tell("next line", _press(page, "ArrowDown", keys))
        chromium.close()


def _press(page: Page, key: str, times: int) -> list[float]:
    """Milliseconds of each of ``times`` presses."""
    page.evaluate("window.found = []")
    for number in range(1, times + 1):
        page.keyboard.press(key)
        page.wait_for_function("count => window.found.length >= count", arg=number)
    return [float(value) for value in page.evaluate("window.found")]


def _tell(what: str, spent: Sequence[float]) -> None:
    middle = statistics.median(spent)
    slow = statistics.quantiles(spent, n=20)[-1]
    print(f"{what:24} {middle:8.0f} ms median, {slow:.0f} ms p95, of {len(spent)}")


if __name__ == "__main__":
    raise SystemExit(main())
