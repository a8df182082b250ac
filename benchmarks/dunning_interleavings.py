"""Random orders of planning, payments, returns, credits, holds and sending, on a real database.

    python -m benchmarks.dunning_interleavings [--examples 1000] [--steps 14] [--seed 1] [--keep]

Each example is one customer and a random sequence of what may happen to them; it is undone at the
end. At each sending a second, simpler book-keeping of its own says whether the customer might be
written to. Prints how much happened; the exit code is 1, with the shortest sequence, when a message
left that should not have.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from tools import base_database, database, in_odoo
from tools.console import StepFailed

from . import odoo_databases

NAME = "bench_dunning_interleavings"
MODULES = "open_banking_recon,smart_dunning"


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--examples", type=int, default=1000)
    parser.add_argument("--steps", type=int, default=14, help="what happens in one example at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="keep the database")
    options = parser.parse_args(words)
    server = database.server()
    base_database.ensure(server)
    try:
        base_database.copy(server, NAME)
        odoo_databases.install(server, NAME, "-i", MODULES)
        print(play(server, NAME, options.examples, options.steps, options.seed))
    except StepFailed as failure:
        print(failure)
        return 1
    finally:
        if not options.keep:
            odoo_databases.drop(server, [NAME])
    return 0


def play(server: database.Server, name: str, examples: int, steps: int, seed: int) -> str:
    """The line that counts what happened. Raises StepFailed when a message was wrong."""
    log = in_odoo.call(
        server,
        name,
        "benchmarks.dunning_machine:play",
        *(str(number) for number in (examples, steps, seed)),
        log_name="dunning-interleavings",
        timeout_s=3600,
    )
    return next(line for line in log.splitlines() if line.startswith("played "))


if __name__ == "__main__":
    raise SystemExit(main())
