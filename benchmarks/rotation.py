"""A new key while Odoo fetches: every sealed value is moved to it, and the old key opens nothing more.

    python -m benchmarks.rotation [--secrets 100000]

A demo world with a sandbox bank is filled with sealed values; while Odoo fetches 1,500 transactions the
command ``open_banking_keys`` moves everything to a second key, then the first is taken away and Odoo
fetches again. Prints what was moved and how fast. Exit code 1 when a value cannot be opened with the new
key alone, when one opens with the old key alone, or when a fetch failed.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools import in_odoo, odoo_process
from tools.console import StepFailed
from tools.demo import running

from .many_transactions import ManyTransactions

NAME = "bench_rotation"
KEY_FILE_VARIABLE = "OPEN_BANKING_KEY_FILE"


@dataclass(frozen=True)
class Outcome:
    """``moved`` values in ``seconds``; ``unreadable`` with the new key, ``readable`` with the old one
    alone; ``lines`` that came meanwhile, of ``expected``; ``refetched``: a fetch after the old key was
    gone."""

    moved: int
    seconds: float
    unreadable: int
    readable: int
    lines: int
    expected: int
    overlapped: bool
    refetched: bool

    @property
    def is_right(self) -> bool:
        whole = self.lines == self.expected and not self.unreadable and not self.readable
        return whole and self.refetched


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--secrets", type=int, default=100_000)
    options = parser.parse_args(words)
    outcome = rotate(NAME, options.secrets)
    print(f"{outcome.moved} values moved in {outcome.seconds:.0f} s")
    print(f"  while {outcome.lines} of {outcome.expected} transactions came: {outcome.overlapped}")
    print(f"  cannot be opened with the new key: {outcome.unreadable}")
    print(f"  can be opened with the old key: {outcome.readable}")
    print(f"  fetched again after the old key was gone: {outcome.refetched}")
    return 0 if outcome.is_right else 1


def rotate(name: str, count: int) -> Outcome:
    """The whole story in the database ``name`` with ``count`` sealed values."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "keys"
        first, second = (_key_line(version) for version in (1, 2))
        path.write_text(first, "utf-8")
        os.environ[KEY_FILE_VARIABLE] = str(path)
        try:
            with running(ManyTransactions(port=odoo_process.free_port(), name=name)) as world:
                return _rotate(world, count, path, (first, second))
        finally:
            del os.environ[KEY_FILE_VARIABLE]


def _key_line(version: int) -> str:
    return f"{version}:{base64.b64encode(secrets.token_bytes(32)).decode()}\n"


def _rotate(world: ManyTransactions, count: int, path: Path, keys: tuple[str, str]) -> Outcome:
    counted = "SELECT count(*) FROM account_bank_statement_line WHERE open_banking_ref IS NOT NULL"
    _inside(world, "fill", str(count))
    world.connect_bank()
    world.wait_until(f"SELECT ({counted}) > 0")
    path.write_text("".join(keys), "utf-8")
    [(before,)] = world.query(counted)
    started = time.monotonic()
    # Odoo looks for a command in the add-ons that stand before its name
    words = odoo_process.command(world.server, world.database, sub="open_banking_keys")
    words.insert(3, f"--addons-path={','.join(odoo_process.addons_paths())}")
    environment = odoo_process.environment(world.server)
    command = odoo_process.Background(f"{world.database}-keys", words, environment)
    if command.process.wait(3000):
        raise StepFailed(f"the command failed, see {command.log}")
    seconds = time.monotonic() - started
    world.wait_for_transactions()
    [(lines,)] = world.query(counted)
    path.write_text(keys[1], "utf-8")
    state = json.loads(_inside(world, "state", keys[0]).strip().splitlines()[-1])
    refetched = _fetch_again(world)
    return Outcome(
        moved=state["values"],
        seconds=seconds,
        unreadable=state["unreadable"],
        readable=state["readable"],
        lines=lines,
        expected=world.many,
        overlapped=before < lines,
        refetched=refetched,
    )


def _fetch_again(world: ManyTransactions) -> bool:
    done = "SELECT count(*) FROM open_banking_sync WHERE state = 'done'"
    failed = "SELECT count(*) FROM open_banking_sync WHERE state = 'failed'"
    [(before,)] = world.query(done)
    accounts = world.session.call("open.banking.account", "search", [("journal_id", "!=", False)])
    world.session.call("open.banking.account", "action_sync_now", accounts)
    world.wait_until(f"SELECT ({done}) > %s OR ({failed}) > 0", [before])
    return world.query(failed) == [(0,)]


def _inside(world: ManyTransactions, function: str, *arguments: str) -> str:
    return in_odoo.call(
        world.server,
        world.database,
        f"benchmarks.rotation_run:{function}",
        *arguments,
        log_name=f"{world.database}-{function}",
        timeout_s=1800,
    )


if __name__ == "__main__":
    sys.exit(main())
