"""Bank lines of a data set in an Odoo database, as the synchronisation books them.

These functions run inside Odoo (see ``tools.in_odoo``).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import Any

from .odoo_load import WITHOUT_MESSAGES, chunks, remember, rows

# as the synchronisation does
CHUNK = 250
FEE_ACCOUNT, DISCOUNT_ACCOUNT = "627", "665"


def book(env: Any, folder: str) -> None:
    """All lines of the data set, in the bank journal of their currency; nothing is matched yet."""
    # only inside Odoo, where the add-on is a package
    from odoo.addons.open_banking_recon.recon_core.types import (  # noqa: PLC0415
        BankTransaction,
        TransactionStatus,
    )

    env = env(context=WITHOUT_MESSAGES)
    _policy(env)
    _aliases(env, rows(Path(folder) / "partners.csv"))
    found: dict[str, list[Any]] = {}
    for row in rows(Path(folder) / "statement_lines.csv"):
        entry = BankTransaction(status=TransactionStatus.BOOKED, **transaction(row))
        found.setdefault(row["currency"], []).append((row["id"], entry))
    ids: dict[int, int] = {}
    started = perf_counter()
    for currency, keyed in found.items():
        bank = journal(env, currency)
        for part in chunks(keyed, CHUNK):
            lines = env["account.bank.statement.line"]._create_from_transactions(bank, part)
            ids |= zip((int(key) for key, _entry in part), lines.ids, strict=True)
            env.cr.commit()
            env.invalidate_all()
    seconds = perf_counter() - started
    print(f"{len(ids)} bank lines booked: {seconds:.1f} s, {len(ids) / seconds:.0f} lines/s")
    remember(env, "line", ids)


def transaction(row: dict[str, str]) -> dict[str, Any]:
    """A row of statement_lines.csv as the fields of a BankTransaction."""
    instructed = row["instructed_amount"]
    return {
        "amount": Decimal(row["amount"]),
        "currency": row["currency"],
        "booking_date": date.fromisoformat(row["booking_date"]),
        "value_date": date.fromisoformat(row.get("value_date") or row["booking_date"]),
        "transaction_id": row["id"],
        "end_to_end_id": row["end_to_end_id"],
        "creditor_reference": row["remittance_structured"],
        "counterparty_name": row["counterparty_name"],
        "counterparty_iban": row["counterparty_iban"],
        "remittance_unstructured": row["remittance_unstructured"],
        "bank_tx_code": row["bank_transaction_code"],
        "instructed_amount": Decimal(instructed) if instructed else None,
        "instructed_currency": row["instructed_currency"],
    }


def journal(env: Any, currency: str) -> Any:
    """The bank journal in ``currency``; made when there is none."""
    own = env.company.currency_id
    wanted = env["res.currency"].search([("name", "=", currency)])
    domain = [("type", "=", "bank"), ("company_id", "=", env.company.id)]
    of_currency = [own.id, False] if wanted == own else [wanted.id]
    found = env["account.journal"].search([*domain, ("currency_id", "in", of_currency)], limit=1)
    return found or env["account.journal"].create(
        {"name": f"Bank {currency}", "code": f"B{currency}", "type": "bank"}
        | {"currency_id": wanted.id}
    )


def _aliases(env: Any, people: list[dict[str, str]]) -> None:
    """The names by which the company knows its partners already, as if seen with a payment."""
    # only inside Odoo, where the add-on is a package
    from odoo.addons.open_banking_recon.recon_core.matching.names import (  # noqa: PLC0415
        name_words,
    )

    env.cr.execute("SELECT id, record_id FROM benchmark_row WHERE kind = 'partner'")
    ids = dict(env.cr.fetchall())
    seen = {
        ("name", " ".join(name_words(name)), ids[int(row["id"])]): 1
        for row in people
        for name in filter(None, row["variants"].split("|"))
    }
    if seen:
        env["recon.partner.alias"]._add(env.company, seen)


def _policy(env: Any) -> None:
    """Fees and discounts that payers deduct may be written off."""
    accounts = {
        prefix: env["account.account"].search([("code", "=like", f"{prefix}%")], limit=1).id
        for prefix in (FEE_ACCOUNT, DISCOUNT_ACCOUNT)
    }
    env["recon.policy"].create(
        {
            "fee_account_id": accounts[FEE_ACCOUNT],
            "discount_account_id": accounts[DISCOUNT_ACCOUNT],
        }
    )
