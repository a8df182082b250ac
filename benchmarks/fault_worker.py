"""What workers do in ``benchmarks.faults``; runs inside Odoo (see ``benchmarks.worker_farm``)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

READ_TIMEOUT_S = 5.0  # of workers: less than the bank's delay, more than a busy machine needs
REDIRECT_URI = "http://localhost:8069/open_banking/callback"


def connect(env: Any, bank_url: str, iban: str, secret: str) -> dict[str, int]:
    """A provider, a journal and a consent that feeds it; their ids."""
    provider = env["open.banking.provider"].create(
        {
            "name": f"Bank {iban[-4:]}",
            "code": "berlin_group",
            "base_url": bank_url,
            "client_id": "fault-test",
            "webhook_secret": secret,
        }
    )
    journal = env["account.journal"].create(
        {"name": f"Bank {iban[-6:]}", "type": "bank", "bank_acc_number": iban}
    )
    consent = env["open.banking.consent"].create({"provider_id": provider.id})
    renew(env, consent.id)
    return {
        "provider": provider.id,
        "journal": journal.id,
        "consent": consent.id,
        "account": consent.account_ids.id,
    }


def renew(env: Any, consent_id: int) -> None:
    """What a person does in the browser: ask for the consent, authenticate, come back."""
    from odoo.addons.open_banking_recon.recon_core.connectors.base import (  # noqa: PLC0415
        PsuContext,
    )

    from sandbox.psu import authorise  # noqa: PLC0415

    consent = env["open.banking.consent"].browse(consent_id)
    person = PsuContext("192.0.2.1", "Firefox")
    with (
        patch.object(type(consent), "_psu", lambda _consent: person),
        patch.object(type(consent), "_redirect_uri", lambda _consent: REDIRECT_URI),
    ):
        action = consent.action_authorise()
        consent._finish_redirect(authorise(action["url"], REDIRECT_URI, timeout_s=60))


def work(env: Any, queues: bool) -> None:
    """What a worker's crons do. ``queues``: it has the cron that queues what is due, which Odoo
    never runs twice at a time."""
    from odoo.addons.open_banking_recon.recon_core.connectors import transport  # noqa: PLC0415

    transport.Transport.__init__.__kwdefaults__["read_timeout_s"] = READ_TIMEOUT_S
    if queues:
        env["open.banking.account"]._cron_sync()
        env.cr.commit()
    env["open.banking.event"]._cron_work()


def leave(env: Any, consent_id: int) -> None:
    """Nothing more is fetched for this consent."""
    env["open.banking.consent"].browse(consent_id)._set_state("terminated")


def consent_state(env: Any, consent_id: int) -> str:
    state: str = env["open.banking.consent"].browse(consent_id).state
    return state


def most_reads_a_day(env: Any, account_id: int) -> int:
    """The most unattended reads of one endpoint that gave something, in any 24 hours."""
    reads = env["open.banking.read"].search(
        [
            ("account_id", "=", account_id),
            ("is_attended", "=", False),
            ("is_served", "=", True),
        ],
        order="at",
    )
    most = 0
    for endpoint in ("balances", "transactions"):
        moments: Sequence[datetime] = reads.filtered_domain([("endpoint", "=", endpoint)]).mapped(
            "at"
        )
        for start in moments:
            end = start + timedelta(hours=24)
            most = max(most, sum(start <= moment < end for moment in moments))
    return most
