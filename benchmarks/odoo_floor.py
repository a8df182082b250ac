"""The floor: the same matches reconciled in bulk and nothing else, no matching, no records of ours.

Runs inside Odoo (see ``tools.in_odoo``) on a copy of the database before it was matched. What is
measured is the fewest calls of Odoo's own reconciliation that are known to post such pairs: suspense
lines deleted, counterparts created, one reconciliation plan, a commit for every chunk of lines.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .odoo_load import chunks
from .odoo_run import measured

CHUNK = 250
CONTEXT = {
    "tracking_disable": True,
    "skip_readonly_check": True,
    "force_delete": True,
    "dynamic_unlink": True,
    "skip_account_move_synchronization": True,
    "skip_is_manually_modified": True,
}


def reconcile(env: Any, matches_file: str, result_file: str) -> None:
    """``matches_file``: JSON [[st_line id, [[journal item values, settled item id or null]]]]."""
    matches = json.loads(Path(matches_file).read_text("utf-8"))

    def work() -> None:
        for part in chunks(matches, CHUNK):
            _apply(env, part)
            env.cr.commit()

    figures = measured(env, work)
    Path(result_file).write_text(json.dumps({**figures, "lines": len(matches)}), "utf-8")


def _apply(env: Any, matches: list[Any]) -> None:
    items = env["account.move.line"].with_context(**CONTEXT)
    st_lines = env["account.bank.statement.line"].browse([line_id for line_id, _rows in matches])
    moves = st_lines.move_id.with_context(**CONTEXT)
    suspense = items.browse()
    values, targets = [], []
    for st_line, (_line_id, counterparts) in zip(st_lines, matches, strict=True):
        suspense |= st_line._seek_for_lines()[1]
        for vals, target in counterparts:
            values.append({**vals, "move_id": st_line.move_id.id})
            targets.append(target)
    container = {"records": moves}
    with moves._check_balanced(container), moves._sync_dynamic_lines(container):
        suspense.with_context(**CONTEXT).unlink()
        created = items.create(values)
    items._reconcile_plan(
        [
            line + items.browse(target)
            for line, target in zip(created, targets, strict=True)
            if target
        ]
    )
