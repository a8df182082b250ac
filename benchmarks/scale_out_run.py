"""What ``benchmarks.scale_out`` has Odoo do; runs inside Odoo (see ``benchmarks.worker_farm``)."""

from __future__ import annotations

from typing import Any

from . import fault_worker


def connect(env: Any, bank_url: str) -> int:
    """A consent for all accounts of a bank, each with a journal; the id of the provider.

    The fetches of the accounts wait in the queue afterwards.
    """
    provider = env["open.banking.provider"].create(
        {"name": bank_url, "code": "berlin_group", "base_url": bank_url, "client_id": "scale-out"}
    )
    consent = env["open.banking.consent"].create({"provider_id": provider.id})
    fault_worker.renew(env, consent.id)
    for account in consent.account_ids:
        account.journal_id = account.journal_id or env["account.journal"].create(
            {"name": account.iban, "type": "bank", "bank_acc_number": account.iban}
        )
    env["open.banking.account"]._cron_sync()
    return int(provider.id)


def work(env: Any) -> None:
    """What the scheduled action of the queue does."""
    env["open.banking.event"]._cron_work()
