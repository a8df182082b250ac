"""What was really reconciled in an Odoo database, and whether its books still add up. SQL only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from tools.database import Server

from .odoo_load import rows

# amounts of the database have the digits of their currency: two here
CENT = Decimal("0.01")

MATCHED = """
    SELECT line.id, document.id, sum(partial.amount), st.{probability}
      FROM benchmark_row AS line
      JOIN account_bank_statement_line AS st ON st.id = line.record_id
      JOIN account_move_line AS counterpart ON counterpart.move_id = st.move_id
      JOIN (SELECT debit_move_id AS one, credit_move_id AS other, credit_amount_currency AS amount
              FROM account_partial_reconcile
             UNION ALL
            SELECT credit_move_id, debit_move_id, debit_amount_currency
              FROM account_partial_reconcile) AS partial ON partial.one = counterpart.id
      JOIN account_move_line AS item ON item.id = partial.other
      JOIN benchmark_row AS document
        ON document.kind = 'document' AND document.record_id = item.move_id
     WHERE line.kind = 'line'
  GROUP BY line.id, document.id, st.id
  ORDER BY line.id, document.id
"""
COUNTERPARTS = """
    SELECT st.id, item.account_id, item.partner_id, item.currency_id, item.balance::float,
           item.amount_currency::float, item.name,
           (SELECT partial.other
              FROM (SELECT debit_move_id AS one, credit_move_id AS other FROM account_partial_reconcile
                     UNION ALL
                    SELECT credit_move_id, debit_move_id FROM account_partial_reconcile) AS partial
              JOIN account_move_line AS settled ON settled.id = partial.other
              JOIN benchmark_row AS document
                ON document.kind = 'document' AND document.record_id = settled.move_id
             WHERE partial.one = item.id)
      FROM account_bank_statement_line AS st
      JOIN account_move AS move ON move.id = st.move_id
      JOIN account_journal AS journal ON journal.id = move.journal_id
      JOIN account_move_line AS item ON item.move_id = st.move_id
     WHERE item.account_id != journal.default_account_id
       AND EXISTS (SELECT FROM account_move_line AS part
                     JOIN account_partial_reconcile AS partial
                       ON part.id IN (partial.debit_move_id, partial.credit_move_id)
                    WHERE part.move_id = st.move_id)
  ORDER BY move.date, st.id, item.id
"""
UNBALANCED = """
    SELECT move_id, sum(balance) FROM account_move_line WHERE parent_state = 'posted'
  GROUP BY move_id HAVING round(sum(balance), 2) != 0
"""
RESIDUALS = """
    SELECT document.id, sum(abs(item.amount_residual_currency))
      FROM benchmark_row AS document
      JOIN account_move_line AS item ON item.move_id = document.record_id
     WHERE document.kind = 'document' AND item.display_type = 'payment_term'
  GROUP BY document.id
"""
SUSPENSE = """
    SELECT (SELECT coalesce(sum(item.balance), 0)
              FROM account_move_line AS item
             WHERE item.parent_state = 'posted'
               AND item.account_id IN (SELECT suspense_account_id FROM account_journal)),
           (SELECT coalesce(sum(liquidity.balance), 0)
              FROM account_bank_statement_line AS st
              JOIN account_move AS move ON move.id = st.move_id
              JOIN account_journal AS journal ON journal.id = move.journal_id
              JOIN account_move_line AS liquidity
                ON liquidity.move_id = move.id AND liquidity.account_id = journal.default_account_id
             WHERE NOT st.is_reconciled)
"""


def _query(server: Server, database: str, query: str) -> list[tuple[Any, ...]]:
    connection = server.connect(database)
    try:
        with connection.cursor() as cursor:
            cursor.execute(query)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found
    finally:
        connection.close()


def matched(server: Server, database: str, is_peer: bool = False) -> list[dict[str, Any]]:
    """Rows of predictions.jsonl: what the bank entries settled, in the documents' currencies.

    Exchange entries are no payments and do not count. A deduction that was written off is part of
    the bank entry, thus of what was settled. The peer has no probabilities: it is certain or not.
    """
    query = MATCHED.format(probability="id * 0 + 1" if is_peer else "match_probability")
    by_line: dict[int, dict[str, Any]] = {}
    for line_id, item_id, amount, probability in _query(server, database, query):
        row = by_line.setdefault(
            line_id, {"line_id": line_id, "allocations": [], "confidence": float(probability)}
        )
        row["allocations"].append([item_id, float(amount)])
    return list(by_line.values())


def counterparts(server: Server, database: str) -> list[list[Any]]:
    """[[st_line id, [[values of a journal item, id of the item it settles or None]]]] of all matches."""
    names = ("account_id", "partner_id", "currency_id", "balance", "amount_currency", "name")
    by_line: dict[int, list[Any]] = defaultdict(list)
    for st_line_id, *values, target in _query(server, database, COUNTERPARTS):
        by_line[st_line_id].append([dict(zip(names, values, strict=True)), target])
    return [[line_id, found] for line_id, found in by_line.items()]


def faults(
    server: Server, database: str, folder: Path, predictions: Sequence[dict[str, Any]]
) -> list[str]:
    """What does not add up, a sentence each: entries, residuals of documents, suspense account."""
    found = [
        f"entry {move_id} is out of balance by {balance}"
        for move_id, balance in _query(server, database, UNBALANCED)
    ]
    consumed: dict[int, Decimal] = defaultdict(Decimal)
    for prediction in predictions:
        for item_id, amount in prediction["allocations"]:
            consumed[item_id] += Decimal(str(amount))
    stored = dict(_query(server, database, RESIDUALS))
    for row in rows(folder / "open_items.csv"):
        item_id = int(row["id"])
        expected = (Decimal(row["amount_residual"]) - consumed[item_id]).quantize(CENT)
        if stored[item_id].quantize(CENT) != expected:
            found.append(f"document {item_id}: {stored[item_id]} is open, not {expected}")
    [(suspense, unmatched)] = _query(server, database, SUSPENSE)
    if (suspense + unmatched).quantize(CENT):
        found.append(f"suspense account: {suspense}, unmatched lines: {unmatched}")
    return found
