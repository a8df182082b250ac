"""All of the set-up a command needs: Python packages, programs, Odoo. Quick when done."""

from __future__ import annotations

import sys

from . import compose_tool, node_packages, odoo_source, python_env, system_packages
from .console import together


def main(words: list[str]) -> int:
    if sys.platform != "linux":
        raise SystemExit("This runs on Linux (Debian and relatives are tested).")
    with_lint = "--lint" in words
    checkers = compose_tool.tasks() if with_lint else []
    programs = [] if with_lint else [*system_packages.tasks(), *node_packages.tasks()]
    together([*python_env.tasks(with_lint), *programs, *checkers, *odoo_source.tasks()])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
