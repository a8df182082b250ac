"""Progress a person can follow: one line a step, with its time; a failed step says how to go on."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

from .paths import LOGS


class StepFailed(Exception):
    """A step that cannot be done. ``advice`` tells the user how to go on."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice


@contextmanager
def step(title: str) -> Iterator[None]:
    """Show ``title``, then its duration; a StepFailed ends the program with its advice."""
    print(f"  {title:<58}", end="", flush=True)
    start = time.monotonic()
    try:
        yield
    except StepFailed as failure:
        print("FAILED", flush=True)
        print(f"\n{title}: {failure}", file=sys.stderr)
        if failure.advice:
            print(f"How to go on: {failure.advice}", file=sys.stderr)
        raise SystemExit(1) from failure
    except BaseException:
        print("FAILED", flush=True)
        raise
    print(f"{time.monotonic() - start:6.1f} s", flush=True)


def together(tasks: Sequence[tuple[str, Callable[[], None]]]) -> None:
    """Run ``tasks`` [(title, function)] at the same time; one line for each as it ends.

    The first StepFailed ends the program with its advice, once all others have ended.
    """
    if not tasks:
        return
    print("  Getting " + ", ".join(title for title, _function in tasks) + " ...", flush=True)
    start = time.monotonic()
    failures: list[tuple[str, StepFailed]] = []
    with ThreadPoolExecutor(len(tasks)) as pool:
        running = {pool.submit(function): title for title, function in tasks}
        for done in as_completed(running):
            title = running[done]
            try:
                done.result()
            except StepFailed as failure:
                failures.append((title, failure))
            word = f"{time.monotonic() - start:6.1f} s" if not done.exception() else "FAILED"
            print(f"    {title:<56}{word}", flush=True)
    for title, failure in failures:
        print(f"\n{title}: {failure}", file=sys.stderr)
        if failure.advice:
            print(f"How to go on: {failure.advice}", file=sys.stderr)
    if failures:
        raise SystemExit(1)


def note(text: str) -> None:
    """A line between steps that the user should read."""
    print(f"  - {text}", flush=True)


def run(
    command: Sequence[str | Path],
    log_name: str,
    *,
    advice: str = "",
    timeout_s: int = 900,
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
) -> str:
    """Run ``command`` with its output in ``.artifacts/log/<log_name>.log``; returns that output.

    Raises StepFailed with the last lines of the output when it exits non-zero or hangs.
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{log_name}.log"
    words = [str(word) for word in command]
    with log.open("wb") as out:
        try:
            done = subprocess.run(
                words,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                timeout=timeout_s,
                env=env,
                cwd=cwd,
                check=False,
            )
        except FileNotFoundError as error:
            raise StepFailed(f"{words[0]} is not installed", advice) from error
        except subprocess.TimeoutExpired as error:
            raise StepFailed(f"no end after {timeout_s} s (see {log})", advice) from error
    text = log.read_text(errors="replace")
    if done.returncode:
        tail = "\n    ".join(text.strip().splitlines()[-12:])
        raise StepFailed(f"exit code {done.returncode}, see {log}\n    {tail}", advice)
    return text
