"""A new key while Odoo fetches, with the command of the operations guide; and the log of what happened."""

from __future__ import annotations

import pytest

from benchmarks import rotation
from tools import database, odoo_process
from tools.console import StepFailed, run

pytestmark = pytest.mark.e2e

NAME = "open_banking_rotation"


def test_a_new_key_takes_over_while_odoo_fetches_and_the_log_of_it_is_whole() -> None:
    outcome = rotation.rotate(NAME, 500)
    assert outcome.moved > 500
    assert outcome.overlapped, "transactions came while the values were moved"
    assert outcome.is_right, outcome
    server = database.server()
    words = odoo_process.command(server, NAME, sub="open_banking_audit")
    words.insert(3, f"--addons-path={','.join(odoo_process.addons_paths())}")
    said = run(words, "audit-command", env=odoo_process.environment(server))
    assert said.splitlines()[-1] == "all entries are there and unchanged"
    connection = server.connect(NAME)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT kind, count(*) FROM recon_audit_entry GROUP BY kind")
            kinds = dict(cursor.fetchall())
            cursor.execute("UPDATE recon_audit_head SET position = position + 1")
    finally:
        connection.close()
    assert kinds.keys() >= {"consent", "sync", "key"}
    with pytest.raises(StepFailed, match="broken at entry"):
        run(words, "audit-command", env=odoo_process.environment(server))
