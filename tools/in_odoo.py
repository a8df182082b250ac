"""Run a function of ours inside Odoo: ``python -m tools.in_odoo tools.demo_load:load DB ARG...``.

The function is called with an environment of the superuser and the remaining arguments; its
changes are committed when it returns, undone when it raises.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

from . import odoo_process
from .console import run
from .database import Server

# where a test keeps the functions it wants to run
EXTRA_PATH = "EXTRA_PYTHONPATH"


def call(
    server: Server,
    database: str,
    function: str,
    *arguments: str,
    log_name: str,
    options: Sequence[str] = (),
    timeout_s: int = 900,
) -> str:
    """Run ``module:function`` in a process of its own; returns what it printed.

    ``options``: further words of Odoo's own command line.
    """
    words, env = _command(server, database, function, arguments, options)
    return run(words, log_name, env=env, timeout_s=timeout_s)


def start(
    server: Server, database: str, function: str, *arguments: str, log_name: str
) -> odoo_process.Background:
    """Like :func:`call`, but go on at once."""
    words, env = _command(server, database, function, arguments)
    return odoo_process.Background(log_name, words, env)


def _command(
    server: Server,
    database: str,
    function: str,
    arguments: Sequence[str],
    options: Sequence[str] = (),
) -> tuple[list[str], dict[str, str]]:
    words = [sys.executable, "-m", "tools.in_odoo", function, database, *arguments]
    env = odoo_process.environment(server)
    # Odoo's command line, handed over as the child has to configure Odoo before it imports models
    env["ODOO_ARGUMENTS"] = "\n".join(odoo_process.command(server, database, options)[4:])
    extra = os.environ.get(EXTRA_PATH)
    if extra:
        env["PYTHONPATH"] = os.pathsep.join([env["PYTHONPATH"], extra])
    return words, env


def main(words: Sequence[str]) -> None:
    function, database, *arguments = words
    # only in the child process, where PYTHONPATH holds Odoo
    from odoo import SUPERUSER_ID, api  # noqa: PLC0415
    from odoo.modules.registry import Registry  # noqa: PLC0415
    from odoo.tools import config  # noqa: PLC0415

    config.parse_config(os.environ["ODOO_ARGUMENTS"].split("\n"), setup_logging=True)
    module, _, name = function.partition(":")
    target = getattr(importlib.import_module(module), name)
    with Registry(database).cursor() as cursor:
        target(api.Environment(cursor, SUPERUSER_ID, {}), *arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
