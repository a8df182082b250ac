"""``make test``: kernels, add-ons in Odoo's own runner, browser; one line sums them up."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass

from . import base_database, database, embedded_server, odoo_process
from .console import StepFailed, run
from .paths import ARTIFACTS, LOGS, ROOT

DATABASE = "open_banking_test"
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


def main(words: list[str]) -> int:
    started = time.monotonic()
    suites = {"kernels": _kernels, "odoo": _odoo, "browser": _browser}
    chosen = [name for name in words if name in suites] or list(suites)
    shutil.rmtree(LOGS, ignore_errors=True)
    outcomes = []
    for name in chosen:
        outcome = suites[name]()
        outcomes.append(outcome)
        print(
            f"  {outcome.name:<24}{outcome.passed:>5} passed {outcome.failed:>4} failed"
            f"{outcome.seconds:8.1f} s  {outcome.note}",
            flush=True,
        )
    embedded_server.stop()
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes)
    print(f"  all in {time.monotonic() - started:.0f} s, logs in {LOGS.relative_to(ROOT)}")
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed or not passed else 0


def _kernels() -> Outcome:
    return _pytest("kernels and sandbox", ["tests", "-m", "not e2e"], "pytest-kernels", 900)


def _browser() -> Outcome:
    if not shutil.which("chromium"):
        note = "not run: chromium is missing (as root: apt install chromium)"
        return Outcome("browser", 0, 1, 0.0, note)
    return _pytest("end to end in a browser", ["tests/e2e", "-m", "e2e"], "pytest-e2e", 1500)


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
    if failed:
        _show(text)
    note = f"{counts['skipped']} skipped" if counts.get("skipped") else ""
    return Outcome(name, counts.get("passed", 0), failed, time.monotonic() - started, note)


def _odoo() -> Outcome:
    started = time.monotonic()
    server = database.server()
    base_database.ensure(server)
    base_database.copy(server, DATABASE)
    names = odoo_process.modules()
    arguments = [
        *("-i", ",".join(names), "--stop-after-init"),
        *("--test-tags", ",".join(f"/{name}" for name in names)),
        f"--http-port={odoo_process.free_port()}",
    ]
    words = odoo_process.command(server, DATABASE, arguments)
    try:
        text = run(words, "odoo-tests", env=odoo_process.environment(server), timeout_s=1500)
    except StepFailed:
        text = (LOGS / "odoo-tests.log").read_text(errors="replace")
    counts = [tuple(map(int, found)) for found in SUITE_LINE.findall(text)]
    total = sum(tests for _failed, _errors, tests in counts)
    failed = sum(failures + errors for failures, errors, _tests in counts)
    trouble = [] if failed else _trouble(text)
    if not counts:
        failed = 1
    for line in trouble:
        print(f"    {line}")
    if failed:
        _show(text)
    note = f"{len(trouble)} warnings in the log" if trouble else ""
    return Outcome(
        "add-ons in Odoo",
        max(total - failed, 0),
        failed + len(trouble),
        time.monotonic() - started,
        note,
    )


def _trouble(text: str) -> list[str]:
    """Warnings and errors of a run whose tests all passed: they count as failures."""
    return [match[0].strip() for match in TROUBLE.finditer(text)]


def _show(text: str) -> None:
    """The end of a log, or all of its failures, for people who look at the console only."""
    interesting = [
        line
        for line in text.splitlines()
        if re.search(r"(^FAILED|^ERROR| FAIL: | ERROR: |Error: |assert |^E  )", line)
    ]
    for line in (interesting or text.splitlines())[-40:]:
        print(f"    {line[:300]}")


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    ARTIFACTS.mkdir(exist_ok=True)
    sys.exit(main(sys.argv[1:]))
