"""Functions that run inside Odoo for the tests of documents on the screen (see ``tools.in_odoo``)."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

PASSWORD = "a test password"
VAT = "FR15658541925"


def bill(number: str) -> bytes:
    """A bill of one page as PDF."""
    from reportlab.pdfgen import canvas  # noqa: PLC0415 - comes with Odoo's own requirements

    lines = (
        "Verrerie du Gier SAS",
        f"TVA intracommunautaire : {VAT}",
        "FACTURE",
        f"Facture N° : {number}",
        "Date de facture : 11/02/2026",
        "Date d'échéance : 13/03/2026",
        "Total HT : 110,20 EUR",
        "TVA 20 % : 22,04 EUR",
        "Total TTC : 132,24 EUR",
    )
    out = BytesIO()
    page = canvas.Canvas(out, invariant=True)
    for position, line in enumerate(lines):
        page.drawString(60, 800 - 18 * position, line)
    page.save()
    return out.getvalue()


def fill(env: Any, out: str) -> None:
    """An accountant, a supplier, and a payment without a bill; writes the ids of the payment."""
    env = env(context={"tracking_disable": True})
    groups = ("base.group_user", "open_banking_recon.group_accountant")
    env["res.users"].create(
        {
            "name": "Claire Accountant",
            "login": "claire",
            "password": PASSWORD,
            "group_ids": [(6, 0, [env.ref(group).id for group in groups])],
        }
    )
    env["res.partner"].create(
        {"name": "Verrerie du Gier SAS", "is_company": True, "supplier_rank": 1, "vat": VAT}
    )
    journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
    line = env["account.bank.statement.line"].create(
        {
            "journal_id": journal.id,
            "date": "2026-03-02",
            "amount": -132.24,
            "payment_ref": "CARTE 01/03 VERRERIE DU GIER",
        }
    )
    env["recon.matcher"]._match_company(env.company)
    exception = env["recon.exception"].search([("st_line_id", "=", line.id)])
    ids = {"line": line.id, "exception": exception.id}
    Path(out).write_text(json.dumps(ids), "utf-8")


def work(env: Any) -> None:
    """What the cron of the queue does."""
    env["open.banking.event"]._cron_work()
