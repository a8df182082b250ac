"""A million odd inputs for all that reads what others have written.

    python -m benchmarks.fuzz [--inputs 1000000] [--seed 1] [--only NAME] [--processes 2]

Each input ends in a result or an error of ours: any other error, more than a second of processor time or
more than 200 MB above the start is a failure, and its input is kept in ``.artifacts/fuzz`` and printed.
Exit code 1 when there is one. The same seed gives the same inputs.
"""

from __future__ import annotations

import argparse
import faulthandler
import hashlib
import pickle
import random
import resource
import sys
import time
import traceback
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "addons" / "open_banking_recon"))

from recon_core.errors import ReconError  # noqa: E402

KEPT = ROOT / ".artifacts" / "fuzz"
MOST_SECONDS = 1.0
MOST_BYTES = 200_000_000
HANGS_SECONDS = 120
SLICE = 2_000


@dataclass
class Count:
    """What came of the inputs of a target; ``slowest`` in seconds of processor time."""

    inputs: int = 0
    read: int = 0
    refused: int = 0
    slowest: float = 0.0
    failures: list[str] = field(default_factory=list)

    def add(self, other: Count) -> None:
        self.inputs += other.inputs
        self.read += other.read
        self.refused += other.refused
        self.slowest = max(self.slowest, other.slowest)
        self.failures += other.failures


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="targets whose name begins so")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args(words)
    started = time.monotonic()
    counts = fuzz(options.inputs, options.seed, options.only, options.processes)
    for name, count in counts.items():
        print(
            f"{name:<26}{count.inputs:>9} inputs {count.read:>9} read {count.refused:>9} refused"
            f"   slowest {count.slowest:6.3f} s   {len(count.failures)} failures"
        )
    failures = [text for count in counts.values() for text in count.failures]
    for text in failures[:20]:
        print(text)
    total = sum(count.inputs for count in counts.values())
    seconds = time.monotonic() - started
    print(f"{total} inputs in {seconds:.0f} s, seed {options.seed}: {len(failures)} failures")
    return 1 if failures else 0


def fuzz(inputs: int, seed: int, only: str = "", processes: int = 2) -> dict[str, Count]:
    """{target: Count} of ``inputs`` in all."""
    from .fuzz_targets import targets  # noqa: PLC0415 - each process loads them for itself

    chosen = {name: t for name, t in targets().items() if name.startswith(only)}
    shares = sum(target.share for target in chosen.values())
    work = []
    for name, target in chosen.items():
        wanted = max(1, round(inputs * target.share / shares))
        work += [
            (name, f"{seed}/{name}/{start}", min(SLICE, wanted - start))
            for start in range(0, wanted, SLICE)
        ]
    counts = {name: Count() for name in chosen}
    with ProcessPoolExecutor(processes) as pool:
        for name, count in pool.map(_slice, work):
            counts[name].add(count)
    return counts


def _slice(order: tuple[str, str, int]) -> tuple[str, Count]:
    from .fuzz_targets import targets  # noqa: PLC0415

    name, seed, size = order
    target = targets()[name]
    chance = random.Random(seed)
    try:
        return name, run(name, target, chance, size)
    finally:
        faulthandler.cancel_dump_traceback_later()


def run(name: str, target: Any, chance: random.Random, size: int) -> Count:
    count = Count()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(size):
        value = target.make(chance)
        count.inputs += 1
        faulthandler.dump_traceback_later(HANGS_SECONDS, exit=True)  # what no exception ends
        started = time.process_time()
        try:
            target.run(value)
            count.read += 1
        except ReconError:
            count.refused += 1
        except Exception:  # noqa: BLE001 - this is what is looked for
            count.failures.append(_kept(name, value, traceback.format_exc(limit=-3)))
        seconds = time.process_time() - started
        count.slowest = max(count.slowest, seconds)
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        if seconds > MOST_SECONDS:
            count.failures.append(_kept(name, value, f"{seconds:.1f} s of processor time"))
        if (after - before) * 1024 > MOST_BYTES:
            count.failures.append(_kept(name, value, f"{(after - before) // 1024} MB"))
            before = after
    return count


def _kept(name: str, value: Any, why: str) -> str:
    KEPT.mkdir(parents=True, exist_ok=True)
    data = value if isinstance(value, bytes) else pickle.dumps(value)
    path = KEPT / f"{name.replace(' ', '-')}-{hashlib.sha256(data).hexdigest()[:12]}"
    path.write_bytes(data)
    return f"{name}: {path.relative_to(ROOT)}\n    {why.strip()}"


if __name__ == "__main__":
    sys.exit(main())
