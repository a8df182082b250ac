"""The part of ``benchmarks.rotation`` that runs inside Odoo."""

from __future__ import annotations

import json
import sys
from typing import Any

AT_ONCE = 5_000


def fill(env: Any, count: str) -> None:
    """Messages of a provider that are done and whose sealed content was kept."""
    vault = env["open.banking.vault"]
    event = env["open.banking.event"]
    ring = vault._ring()
    from odoo.addons.open_banking_recon.recon_core.vault import envelope  # noqa: PLC0415

    now = env.cr.now()
    for start in range(0, int(count), AT_ONCE):
        size = min(AT_ONCE, int(count) - start)
        env.cr.execute(
            "SELECT nextval('open_banking_event_id_seq') FROM generate_series(1, %s)", [size]
        )
        rows = []
        for (identity,) in env.cr.fetchall():
            context = vault._context(event.browse(identity), "payload")
            sealed = envelope.seal(ring, json.dumps({"number": identity}), context)
            rows.append((identity, f"rotation:{identity}", "webhook", "done", 0, now, now, sealed))
        env.cr.execute_values(
            "INSERT INTO open_banking_event (id, key, kind, state, attempts, next_attempt_at,"
            " finished_at, payload_sealed) VALUES %s",
            rows,
        )
        env.cr.commit()


def state(env: Any, old_line: str) -> None:
    """Prints {values, unreadable: with the keys of now, readable: with the old key alone}."""
    from odoo.addons.open_banking_recon.recon_core.errors import ReconError  # noqa: PLC0415
    from odoo.addons.open_banking_recon.recon_core.vault import envelope, keyfile  # noqa: PLC0415

    vault = env["open.banking.vault"]
    rings = {"new": vault._ring(), "old": keyfile.parse(old_line, "old")}
    opened = {"new": 0, "old": 0}
    values = 0
    for model, name in vault._sealed_fields():
        found = env[model].sudo().with_context(active_test=False).search([(name, "!=", False)])
        for record in found:
            values += 1
            context = vault._context(record, name.removesuffix("_sealed"))
            for which, ring in rings.items():
                try:
                    envelope.unseal(ring, record[name], context)
                except ReconError:
                    continue
                opened[which] += 1
    answer = {"values": values, "unreadable": values - opened["new"], "readable": opened["old"]}
    sys.stdout.write(json.dumps(answer) + "\n")
