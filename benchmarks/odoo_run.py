"""One run of the automatic matching inside Odoo, as its cron does it, with the time of its parts.

Runs inside Odoo (see ``tools.in_odoo``); figures go to a JSON file.
"""

from __future__ import annotations

import json
import resource
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

# (model, method) -> the part of the run it belongs to; a part inside another is not counted twice
PARTS = {
    ("recon.loader", "_items"): "loading",
    ("recon.loader", "_partners"): "loading",
    ("recon.loader", "_lines"): "loading",
    ("recon.matcher", "_judge"): "kernel",
    ("recon.proposal", "_replace"): "proposals",
    ("recon.apply", "_apply_each"): "posting",
    ("recon.exception", "_raise"): "exceptions",
    ("recon.exception", "_resolve"): "exceptions",
    ("account.bank.statement.line", "_set_match_state"): "states",
}


class Stopwatch:
    """Seconds of parts of a run. A part that runs within another is taken off that other."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._inner = [0.0]

    def watch(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            started = perf_counter()
            self._inner.append(0.0)
            try:
                return function(*args, **kwargs)
            finally:
                whole = perf_counter() - started
                self.seconds[part] += whole - self._inner.pop()
                self._inner[-1] += whole

        return timed


def measured(env: Any, work: Callable[[], Any]) -> dict[str, Any]:
    """Run ``work`` and commit; its seconds, CPU seconds of this process and peak memory (MiB)."""
    started, cpu = perf_counter(), process_time()
    work()
    env.cr.commit()
    return {
        "seconds": perf_counter() - started,
        "cpu_seconds": process_time() - cpu,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def match(env: Any, result_file: str) -> None:
    """Run the cron of the matching once."""
    watch = Stopwatch()
    for (model, method), part in PARTS.items():
        kind = type(env[model])
        setattr(kind, method, watch.watch(part, getattr(kind, method)))
    figures = measured(env, env["recon.matcher"]._cron_match)
    figures["parts"] = dict(watch.seconds)
    figures["parts"]["rest"] = figures["seconds"] - sum(watch.seconds.values())
    Path(result_file).write_text(json.dumps(figures), "utf-8")
