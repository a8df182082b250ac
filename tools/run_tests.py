"""``make test``: kernels, add-ons in Odoo's own runner, browser and workers, two suites at a time."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial

from . import base_database, database, embedded_server, odoo_process
from .console import StepFailed, run, step
from .database import Server, copy_filestore, recreate
from .paths import ARTIFACTS, LOGS, ROOT

DATABASE = "open_banking_test"
SIDE_BY_SIDE = 2  # a browser that shares its core with more is too slow to be waited for
SUITE_TIMEOUT_S = 2400  # several times what it takes on two idle cores
# Lines of Odoo's log that mean trouble and that no test expects.
TROUBLE = re.compile(r" (?:WARNING|ERROR|CRITICAL) \S+ (?P<logger>\S+): (?P<text>.*)")
SUITE_LINE = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")
PYTEST_COUNTS = re.compile(r"(\d+) (passed|failed|error|errors|skipped)\b")


@dataclass
class Outcome:
    """How many tests of a suite passed and failed; ``note`` is shown beside it."""

    name: str
    passed: int
    failed: int
    seconds: float
    note: str = ""
    shown: tuple[str, ...] = ()

    def line(self) -> str:
        """What people see of it: a line, and below it what went wrong."""
        counts = f"{self.passed:>5} passed {self.failed:>4} failed{self.seconds:8.1f} s"
        return "\n".join([f"  {self.name:<28}{counts}  {self.note}", *self.shown])


def main(words: list[str]) -> int:
    started = time.monotonic()
    # the longest first: no core waits at the end
    suites: dict[str, Callable[[], Outcome]] = {
        "workers": _workers,
        **{f"odoo:{name}": partial(_odoo, name) for name in odoo_process.MODULES},
        "browser": _browser,
        "kernels": _kernels,
    }
    chosen = {key: suite for key, suite in suites.items() if _is_chosen(key, words)} or suites
    shutil.rmtree(LOGS, ignore_errors=True)
    if chosen.keys() - {"kernels"}:
        server = database.server()
        base_database.ensure(server)
        if any(key.startswith("odoo:") for key in chosen):
            _install(server)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        running = [pool.submit(suite) for suite in chosen.values()]
        for done in as_completed(running):
            print(done.result().line(), flush=True)
    embedded_server.stop()
    passed = sum(done.result().passed for done in running)
    failed = sum(done.result().failed for done in running)
    print(f"  all in {time.monotonic() - started:.0f} s, logs in {LOGS.relative_to(ROOT)}")
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed or not passed else 0


def _is_chosen(key: str, words: list[str]) -> bool:
    return key in words or key.split(":")[0] in words


def _kernels() -> Outcome:
    return _pytest("kernels and sandbox", ["tests", "-m", "not e2e"], "pytest-kernels", 900)


def _browser() -> Outcome:
    if not shutil.which("chromium"):
        note = "not run: chromium is missing (as root: apt install chromium)"
        return Outcome("browser", 0, 1, 0.0, note)
    return _pytest(
        "end to end in a browser", ["tests/e2e", "-m", "e2e"], "pytest-e2e", SUITE_TIMEOUT_S
    )


def _workers() -> Outcome:
    return _pytest(
        "workers side by side", ["tests/workers", "-m", "e2e"], "pytest-workers", SUITE_TIMEOUT_S
    )


def _pytest(name: str, arguments: list[str], log_name: str, timeout_s: int) -> Outcome:
    started = time.monotonic()
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{log_name}.log"
    words = [sys.executable, "-m", "pytest", *arguments, "-p", "no:cacheprovider", "-rs"]
    with log.open("wb") as out:
        try:
            code = subprocess.run(
                words,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                timeout=timeout_s,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            code = -1
    text = log.read_text(errors="replace")
    counts: dict[str, int] = {}
    for number, word in PYTEST_COUNTS.findall(text.strip().splitlines()[-1] if text else ""):
        counts[word.rstrip("s")] = int(number)
    failed = counts.get("failed", 0) + counts.get("error", 0)
    if code and not failed:  # it did not even come to its tests
        failed = 1
    note = f"{counts['skipped']} skipped" if counts.get("skipped") else ""
    seconds = time.monotonic() - started
    return Outcome(
        name, counts.get("passed", 0), failed, seconds, note, _what_failed(text) if failed else ()
    )


def _install(server: Server) -> None:
    """All add-ons into one database, of which each add-on's tests get a copy."""
    with step("Our add-ons in an Odoo database"):
        found = trouble(base_database.install(server, DATABASE))
        if found:
            raise StepFailed("\n".join(["warnings in the log", *found]))


def _odoo(module: str) -> Outcome:
    started = time.monotonic()
    server, copy = database.server(), f"{DATABASE}_{module}"
    recreate(server, copy, template=DATABASE)
    copy_filestore(DATABASE, copy)
    arguments = ["--stop-after-init", "--test-tags", f"/{module}"]
    arguments.append(f"--http-port={odoo_process.free_port()}")
    words = odoo_process.command(server, copy, arguments)
    log = f"odoo-tests-{module}"
    try:
        text = run(words, log, env=odoo_process.environment(server), timeout_s=SUITE_TIMEOUT_S)
    except StepFailed:
        text = (LOGS / f"{log}.log").read_text(errors="replace")
    counts = [tuple(map(int, found)) for found in SUITE_LINE.findall(text)]
    total = sum(tests for _failed, _errors, tests in counts)
    failed = sum(failures + errors for failures, errors, _tests in counts)
    if not total:
        failed = 1
    shown = _what_failed(text) if failed else tuple(f"    {line}" for line in trouble(text))
    return Outcome(
        f"{module} in Odoo",
        max(total - failed, 0),
        failed or len(shown),
        time.monotonic() - started,
        f"{len(shown)} warnings in the log" if shown and not failed else "",
        shown,
    )


def trouble(text: str) -> list[str]:
    """Warnings and errors of a run whose tests all passed: they count as failures."""
    return [match[0].strip() for match in TROUBLE.finditer(text)]


def _what_failed(text: str) -> tuple[str, ...]:
    """The end of a log, or all of its failures, for people who look at the console only."""
    interesting = [
        line
        for line in text.splitlines()
        if re.search(r"(^FAILED|^ERROR| FAIL: | ERROR: |Error: |assert |^E  )", line)
    ]
    return tuple(f"    {line[:300]}" for line in (interesting or text.splitlines())[-40:])


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    ARTIFACTS.mkdir(exist_ok=True)
    sys.exit(main(sys.argv[1:]))
