"""The vendor bills of the data set that come on paper, as files to be read by the product.

``python -m sandbox.bills --data demo.json --out bills/`` writes a Factur-X, two PDFs with a text
layer in different layouts, and a scanned image. The scan is left out, and said so, on machines
without poppler's ``pdftoppm``.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from .bill_files import layouts, scan
from .bill_files.electronic import factur_x
from .bill_files.model import bills


def files(data: dict[str, Any]) -> dict[str, bytes]:
    """File name -> content, in the order of ``paper_bills``; without the scan if there is no
    ``pdftoppm``."""
    electronic, written, printed, scanned = bills(data)
    found = {
        f"factur-x_{electronic.number}.pdf": factur_x(electronic),
        f"facture_{written.number}.pdf": layouts.letter(written),
        f"facture_{printed.number}.pdf": layouts.grid(printed),
    }
    if scan.available():
        found[f"scan_{scanned.number}.png"] = scan.scan(layouts.ledger(scanned))
    return found


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.bills", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder, made if need be")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    found = files(json.loads(options.data.read_text("utf-8")))
    for name, content in found.items():
        (options.out / name).write_bytes(content)
        print(options.out / name)
    if not scan.available():
        print("no scan: pdftoppm (poppler-utils) is not installed", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
