"""``python -m benchmarks.documents --dir DIR --out FILE``: read every document below a directory.

The result is a JSON object: path relative to DIR -> field -> {"value", "confidence"}, where amounts
have a point and two decimals and dates are YYYY-MM-DD; ``_kind`` is the kind of document that was
told, ``_seconds`` the processor time of the reading with the programs it starts. A file that is
refused has its code under ``_refused`` instead of fields.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SUFFIXES = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".xml"})
PROCESSES = 2
# name in the kernel -> name in the result
NAMES = {
    "number": "invoice_number",
    "issue_date": "invoice_date",
    "due_date": "due_date",
    "currency": "currency",
    "net": "untaxed",
    "tax": "tax",
    "total": "total",
    "amount_due": "amount_due",
    "supplier_name": "seller_name",
    "supplier_vat": "vat",
    "buyer_vat": "buyer_vat",
    "iban": "iban",
    "payment_reference": "payment_ref",
    "purchase_order": "order_ref",
    "delivery_note": "delivery_ref",
}
Result = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args()
    files = sorted(p for p in chosen.dir.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
    results = {str(path.relative_to(chosen.dir)): result for path, result in read_all(files)}
    chosen.out.write_text(json.dumps(results, indent=1, ensure_ascii=False), "utf-8")
    refused = sum("_refused" in result for result in results.values())
    seconds = sum(result["_seconds"] for result in results.values())
    print(f"{len(results)} documents, {refused} refused, {seconds:.1f} s of processor time")


def read_all(files: list[Path]) -> Iterator[tuple[Path, Result]]:
    """Each file with its result. A file on which a process dies is read again alone, and refused
    as ``crashed`` when it dies once more; the others never suffer from it."""
    left = files
    while left:
        done = 0
        try:
            with _pool(PROCESSES) as pool:
                for path, result in zip(left, pool.map(read_file, left), strict=True):
                    yield path, result
                    done += 1
        except BrokenProcessPool:
            yield left[done], _alone(left[done])
            done += 1
        left = left[done:]


def _pool(processes: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), _prepare)


def _prepare() -> None:
    """Tesseract's own threads cost more processor time than they save."""
    os.environ["OMP_THREAD_LIMIT"] = "1"


def _alone(path: Path) -> Result:
    try:
        with _pool(1) as pool:
            return pool.submit(read_file, path).result()
    except BrokenProcessPool:
        return {"_refused": "crashed", "_seconds": 0.0}


def read_file(path: Path) -> Result:
    """The fields of one file, or the code of its refusal."""
    from recon_core.documents import read_document  # noqa: PLC0415 - the path is set below
    from recon_core.errors import ReconError  # noqa: PLC0415

    before = _cpu_seconds()
    result: Result
    try:
        read = read_document(path.read_bytes(), path.name)
    except ReconError as error:
        result = {"_refused": error.code}
    except Exception as error:  # noqa: BLE001 - told in the result: one file never stops a run
        result = {"_refused": f"bug_{type(error).__name__}"}
    else:
        result = {
            NAMES[name]: {"value": _printed(field.value), "confidence": field.confidence}
            for name, field in read.fields.items()
            if name in NAMES
        }
        result["_kind"] = read.kind.value
    result["_seconds"] = round(_cpu_seconds() - before, 3)
    return result


def _printed(value: str | Decimal | date) -> str:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, date) else value


def _cpu_seconds() -> float:
    """Of this process and of the children it has waited for."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


sys.path.insert(0, str(ROOT / "addons" / "open_banking_recon"))

if __name__ == "__main__":
    main()
