"""The books of the customer to whom anything may happen (see ``benchmarks.dunning_machine``): what is
invoiced, paid, taken back and credited, in Odoo and in the judge's own numbers.
"""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from freezegun import freeze_time
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

START = date(2026, 9, 14)  # a Monday
AT_TEN = timedelta(hours=8)  # in Paris, naive UTC
WORLD: dict[str, Any] = {}


@dataclass
class Debt:
    """What the judge knows of an invoice."""

    move: Any
    due: date
    open: Decimal
    excluded: bool = False
    dispute: Any = None
    payments: list[Any] = field(default_factory=list)


@dataclass
class Promise:
    """All that was open, ``owed``, by ``last``: silent until then, unless 95 % of it is off."""

    debts: list[Debt]
    owed: Decimal
    last: date


@dataclass
class Silence:
    """A live reason to be silent: a hold, a promise, a dispute; ``until`` None: for good."""

    record: Any
    start: date
    until: date | None

    def is_live(self, today: date) -> bool:
        return self.start <= today and (self.until is None or today <= self.until)


class Books(RuleBasedStateMachine):
    """The rules are what may happen to the books."""

    def __init__(self) -> None:
        super().__init__()
        self.env: Any = WORLD["env"]
        self.seen: Counter[str] = WORLD["seen"]
        self.stack = ExitStack()
        self.savepoint = self.env.cr.savepoint(flush=False)
        self.today = START
        self.clock = self.stack.enter_context(freeze_time(self.moment))
        self.debts: list[Debt] = []
        self.credits: list[Decimal] = []
        self.pending: list[Any] = []
        self.silences: list[Silence] = []
        self.promise: Promise | None = None
        self.contacts: list[date] = []
        self.sent_ids: set[int] = set()
        self.partner = self.env["res.partner"].create(
            {
                "name": "Boulangerie Martin",
                "is_company": True,
                "email": "martin@example.com",
                "country_id": self.env.ref("base.fr").id,
            }
        )

    def teardown(self) -> None:
        self.seen["examples"] += 1
        self.stack.close()
        self.env.cr.execute("SET CONSTRAINTS ALL DEFERRED")
        self.savepoint.rollback()
        self.savepoint.close(rollback=True)
        self.env.invalidate_all()
        self.env.transaction.clear()

    @property
    def moment(self) -> datetime:
        return datetime.combine(self.today, datetime.min.time()) + AT_TEN

    # -- the books --------------------------------------------------------------------------------

    @initialize(
        amount=st.integers(10, 500), age=st.integers(-5, 30), is_planned=st.sampled_from([0, 1, 1])
    )
    def first_invoice(self, amount: int, age: int, is_planned: int) -> None:
        self._invoice(amount, age)
        if is_planned:
            self._plan(again=False)

    @precondition(lambda self: len(self.debts) < 3)
    @rule(amount=st.integers(10, 500), age=st.integers(-5, 30))
    def invoice(self, amount: int, age: int) -> None:
        self._invoice(amount, age)

    def _invoice(self, amount: int, age: int) -> None:
        due = self.today - timedelta(days=age)
        move = self._move("out_invoice", amount, due - timedelta(days=30), due)
        self.debts.append(Debt(move, due, Decimal(amount)))
        self.seen["invoices"] += 1

    def _move(self, kind: str, amount: int, issued: date, due: date) -> Any:
        line = {"name": "bread", "price_unit": float(amount), "tax_ids": []}
        move = self.env["account.move"].create(
            {
                "move_type": kind,
                "partner_id": self.partner.id,
                "invoice_date": issued.isoformat(),
                "invoice_date_due": due.isoformat(),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [(0, 0, line)],
            }
        )
        move.action_post()
        return move

    @precondition(lambda self: any(debt.open for debt in self.debts))
    @rule(pick=st.integers(0, 9), share=st.sampled_from([Decimal(1), Decimal(1), Decimal("0.5")]))
    def pay(self, pick: int, share: Decimal) -> None:
        owed = [debt for debt in self.debts if debt.open]
        debt = owed[pick % len(owed)]
        amount = (debt.open * share).quantize(Decimal("0.01"))
        line = self._bank_line(amount)
        debt.payments.append((self._reconcile(line, debt.move), amount))
        debt.open -= amount
        self.seen["payments"] += 1

    def _bank_line(self, amount: Decimal) -> Any:
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": WORLD["journal"].id,
                "date": self.today.isoformat(),
                "payment_ref": "transfer",
                "partner_id": self.partner.id,
                "amount": float(amount),
            }
        )

    def _reconcile(self, bank_line: Any, move: Any) -> Any:
        """Take the line out of suspense and set it off against ``move``; returns the partial."""
        _liquidity, suspense, _other = bank_line._seek_for_lines()
        receivable = move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        suspense.account_id = receivable.account_id
        (suspense + receivable).reconcile()
        return suspense.matched_debit_ids

    @precondition(lambda self: any(debt.payments for debt in self.debts))
    @rule(code=st.sampled_from(["", "AM04", "AC04", "MD01", "MS02"]))
    def payment_comes_back(self, code: str) -> None:
        """Taken back by hand, or returned by the bank with a reason."""
        debt = next(debt for debt in self.debts if debt.payments)
        partial, amount = debt.payments.pop()
        bank_line = partial.credit_move_id.move_id.statement_line_id
        partial.unlink()
        bank_line.action_undo_reconciliation()
        back = self._bank_line(-amount)
        back.return_reason = code
        exception = self.env["recon.exception"].search([("st_line_id", "=", back.id)])
        if code:
            values = {"reason": "returned", "partner_id": self.partner.id, "st_line_id": back.id}
            exception.write(values) if exception else exception.create(values)
        # both lines leave the suspense account together: the money came and went
        for line in (bank_line, back):
            _liquidity, suspense, _other = line._seek_for_lines()
            suspense.account_id = WORLD["wash"].id
        debt.open += amount
        self.seen["returns"] += 1
        if code in ("MD01", "MS02"):
            self._note_new_holds()

    def _note_new_holds(self) -> None:
        known = {silence.record for silence in self.silences}
        for hold in self._cases().hold_ids:
            if hold not in known:
                self.silences.append(Silence(hold, hold.date_from, hold.date_to or None))

    @precondition(lambda self: not self.credits)
    @rule(amount=st.integers(10, 300))
    def credit_note(self, amount: int) -> None:
        self._move("out_refund", amount, self.today, self.today)
        self.credits.append(Decimal(amount))
        self.seen["credits"] += 1

    @precondition(lambda self: not self.credits)
    @rule(amount=st.integers(10, 300))
    def money_in_suspense(self, amount: int) -> None:
        self._bank_line(Decimal(amount))
        self.credits.append(Decimal(amount))
        self.seen["unallocated"] += 1

    def _cases(self) -> Any:
        cases = self.env["dunning.case"]
        return cases.search([("partner_id", "=", self.partner.id)], order="id")

    def _plan(self, again: bool) -> None:
        planner = self.env["dunning.planner"]
        planner._plan_company(self.env.company, self.moment, again=again)
        self.seen["plannings"] += 1
