"""Writes generated books and bank lines.

python -m benchmarks.books --profile NAME --documents N --lines N --seed S --out DIR
"""

from __future__ import annotations

import argparse
from pathlib import Path

from .files import write
from .make import books
from .profiles import PROFILES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--profile", required=True, choices=sorted(PROFILES))
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--lines", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", required=True, type=Path)
    options = parser.parse_args()
    ledger = books(PROFILES[options.profile], options.documents, options.lines, options.seed)
    write(ledger, options.out)
    paying = sum(bool(line.truth.parts) for line in ledger.lines)
    print(
        f"{options.out}: {len(ledger.lines)} lines, {paying} of them pay documents; "
        f"{len(ledger.items)} documents, {len(ledger.partners)} partners"
    )


if __name__ == "__main__":
    main()
