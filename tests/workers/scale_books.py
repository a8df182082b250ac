"""Functions that run inside Odoo for the test of several Odoo processes (see ``tools.in_odoo``)."""

from __future__ import annotations

import re
from typing import Any

from tools.demo_load import GROUPS

SECOND = {"login": "paul", "password": "paul", "name": "Paul Accountant"}
# Odoo never runs one scheduled action twice at a time; its copies it does
COPIES = {
    "open_banking_recon.ir_cron_sync": 1,
    "open_banking_recon.ir_cron_work": 2,
    "open_banking_recon.ir_cron_match": 2,
    "open_banking_recon.ir_cron_documents": 1,
    "smart_dunning.ir_cron_plan": 1,
    "smart_dunning.ir_cron_send": 2,
}


def prepare(env: Any, moment: str) -> None:
    """A second accountant, a policy of the follow-up, and copies of what the processes shall do.

    ``moment``: naive UTC, for planning and sending, inside working hours whatever the clock says.
    """
    groups = [env.ref(xmlid).id for xmlid in ("base.group_user", *GROUPS)]
    env["res.users"].with_context(no_reset_password=True).create(
        {**SECOND, "email": "paul@atelier-lumiere.example", "group_ids": [(6, 0, groups)]}
    )
    env.company.dunning_policy_id = env.ref("smart_dunning.policy_default")
    for xmlid, count in COPIES.items():
        action = env.ref(xmlid)
        if xmlid.startswith("smart_dunning."):
            now = f"datetime.datetime.fromisoformat({moment!r})"
            action.code = re.sub(r"\(\)$", f"({now})", action.code)
        action.active = True
        for number in range(count):
            action.copy({"cron_name": f"{action.cron_name} {number + 2}"})
    # nothing else of Odoo's shall write e-mails
    env["ir.cron"].search([("cron_name", "ilike", "digest")]).active = False


def finish(env: Any, moment: str) -> None:
    """All that is still to be sent, and once more."""
    from odoo import fields  # noqa: PLC0415 - only inside Odoo

    for _run in range(2):
        env["dunning.sender"]._cron_send(fields.Datetime.to_datetime(moment.replace("T", " ")))
        env["mail.mail"].process_email_queue()
