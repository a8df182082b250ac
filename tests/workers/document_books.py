"""Functions that run inside Odoo for the tests of documents (see ``tools.in_odoo``), and their files."""

from __future__ import annotations

import base64
import json
import threading
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

from psycopg2 import errors as pg_errors

PASSWORD = "a test password"
VAT = "FR15658541925"
PAIRS = 12


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
    _supplier(env)
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


def work(env: Any, _number: str = "") -> None:
    """What the cron of the queue does."""
    env["open.banking.event"]._cron_work()


def papers(env: Any) -> None:
    """Bills that wait to be read and become drafts by themselves."""
    _supplier(env)
    env["recon.policy"].create({"name": "By themselves", "bills": "sure"})
    for number in range(PAIRS):
        file = base64.b64encode(bill(f"F-{number:04}")).decode()
        env["recon.document"].create({"name": f"{number}.pdf", "file": file})


def hang(env: Any) -> None:
    """A worker that begins to read and never ends."""
    with patch.object(
        type(env["recon.document"]), "_read_file", lambda document: threading.Event().wait(300)
    ):
        env["open.banking.event"]._cron_work()


def pairs(env: Any) -> None:
    """Bills that came twice, in two files each; all are read and wait."""
    supplier = _supplier(env)
    for number in range(PAIRS):
        for copy in ("a", "b"):
            document = env["recon.document"].create(
                {
                    "name": f"{number}{copy}.pdf",
                    "file": base64.b64encode(f"{number}{copy}".encode()).decode(),
                    "number": f"F-{number:04}" if copy == "a" else f"f {number}",
                    "supplier_id": supplier.id,
                    "total": 100 + number,
                }
            )
            document._set_state("read")
    env["open.banking.event"].search([]).unlink()


def make_bills(env: Any, copy: str) -> None:
    """Somebody makes a bill of each of these documents; conflicts are tried again, as requests are."""
    documents = env["recon.document"].search([("name", "=like", f"%{copy}.pdf")], order="id")
    env.cr.commit()
    for document in documents:
        while not _made(document):
            env.cr.rollback()
        env.cr.commit()


def _made(document: Any) -> bool:
    """Whether the bill was made, or refused as it is in the books."""
    from odoo.exceptions import UserError  # noqa: PLC0415 - only inside Odoo

    document.invalidate_recordset()
    try:
        document.action_create_bill()
        document.env.cr.commit()
    except (pg_errors.SerializationFailure, pg_errors.DeadlockDetected):
        return False
    except UserError:
        document.env.cr.rollback()
    return True


def _supplier(env: Any) -> Any:
    return env["res.partner"].create(
        {"name": "Verrerie du Gier SAS", "is_company": True, "supplier_rank": 1, "vat": VAT}
    )
