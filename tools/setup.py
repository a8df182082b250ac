"""All of the set-up a command needs: Python packages, system programs, Odoo. Quick when done."""

from __future__ import annotations

import sys

from . import odoo_source, python_env, system_packages


def main(words: list[str]) -> int:
    if sys.platform != "linux":
        raise SystemExit("This runs on Linux (Debian and relatives are tested).")
    python_env.ensure(with_lint="--lint" in words)
    if "--lint" not in words:
        system_packages.ensure()
    odoo_source.ensure()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
