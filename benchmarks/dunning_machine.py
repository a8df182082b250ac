"""One customer to whom anything may happen in any order, and a judge of what they are written.

Runs inside Odoo (see ``tools.in_odoo``). Odoo's books are driven through its own methods; the judge
keeps plain numbers of its own and never reads them from the add-on.
"""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from freezegun import freeze_time
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from . import dunning_books
from .dunning_judge import GRACE_DAYS, KEPT, business_days_from

START = date(2026, 9, 14)  # a Monday
AT_TEN = timedelta(hours=8)  # in Paris, naive UTC
QUIET = dunning_books.WITHOUT_MESSAGES
LIMITS = ((1, 7), (3, 30))
_WORLD: dict[str, Any] = {}


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


class Customer(RuleBasedStateMachine):
    """The rules are what may happen; ``send`` is judged."""

    def __init__(self) -> None:
        super().__init__()
        self.env: Any = _WORLD["env"]
        self.seen: Counter[str] = _WORLD["seen"]
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
            self.plan(again=False)

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
                "journal_id": _WORLD["journal"].id,
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
            suspense.account_id = _WORLD["wash"].id
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

    # -- what the bank and people say -----------------------------------------------------------------

    @precondition(lambda self: not self.pending)
    @rule()
    def payment_is_announced(self) -> None:
        values = {
            "account_id": _WORLD["account"].id,
            "partner_id": self.partner.id,
            "currency_id": self.env.company.currency_id.id,
            "amount": 10,
            "value_date": self.today.isoformat(),
        }
        self.pending.append((self.env["open.banking.pending"].create(values), self.today))
        self.seen["announced"] += 1

    @precondition(lambda self: self.pending)
    @rule()
    def announcement_is_withdrawn(self) -> None:
        self.pending.pop()[0].unlink()

    @rule(pick=st.integers(0, 9))
    def invoice_is_excluded_or_not(self, pick: int) -> None:
        debt = self.debts[pick % len(self.debts)]
        debt.excluded = not debt.excluded
        debt.move.no_followup = debt.excluded
        self.seen["exclusions"] += 1

    @precondition(lambda self: self._cases() and not self._is_held())
    @rule(
        reason=st.sampled_from(["dispute", "promise", "manual", "insolvency"]),
        days=st.one_of(st.none(), st.integers(0, 12)),
    )
    def hold(self, reason: str, days: int | None) -> None:
        until = None if days is None else self.today + timedelta(days=days)
        values = {
            "case_id": self._cases()[-1].id,
            "reason": reason,
            "date_from": self.today.isoformat(),
            "date_to": until,
        }
        record = self.env["dunning.hold"].create(values)
        self.silences.append(Silence(record, self.today, until))
        self.seen["holds"] += 1

    @precondition(lambda self: self.silences)
    @rule()
    def hold_is_lifted(self) -> None:
        self.silences.pop().record.unlink()

    @precondition(lambda self: self._cases() and not self._is_held())
    @rule()
    def customer_answers(self) -> None:
        self._cases()[-1].message_post(body="paid!", message_type="email")
        self._note_new_holds()
        self.seen["answers"] += 1

    @precondition(lambda self: self._cases() and self.promise is None and self._owed() > 0)
    @rule(days=st.integers(0, 10))
    def promise_is_made(self, days: int) -> None:
        if any(debt.dispute for debt in self.debts):
            return  # what is disputed is not promised: the sum is another one
        case, day = self._cases()[-1], self.today + timedelta(days=days)
        if case.stage == "closed" or not case.item_ids.filtered("amount_residual"):
            return  # nobody has planned since the invoice
        known = {item.move_id for item in case.item_ids}
        if any(debt.open and debt.move not in known for debt in self.debts):
            return
        self.env["dunning.promise"].create({"case_id": case.id, "date": day})
        last = business_days_from(day, GRACE_DAYS)
        self.promise = Promise(list(self.debts), self._owed(), last)
        self.seen["promises"] += 1

    @rule(pick=st.integers(0, 9))
    def invoice_is_disputed_or_not(self, pick: int) -> None:
        debt = self.debts[pick % len(self.debts)]
        if debt.dispute:
            debt.dispute.action_reject()
            debt.dispute = None
            return
        items = self.env["dunning.item"].search([("move_id", "=", debt.move.id)])
        if debt.open and items and items.case_id.stage != "closed":
            values = {"case_id": items.case_id.id, "item_ids": [(6, 0, items.ids)]}
            debt.dispute = self.env["dunning.dispute"].create(values | {"reason": "price"})
            self.seen["disputes"] += 1

    def _owed(self) -> Decimal:
        return sum((debt.open for debt in self.debts), Decimal(0)) - sum(self.credits)

    # -- time, planning, sending ------------------------------------------------------------------------

    @rule(days=st.integers(1, 9))
    def days_pass(self, days: int) -> None:
        self.today += timedelta(days=days)
        self.clock.move_to(self.moment)

    @rule(days=st.integers(1, 9))
    def a_planning_some_days_later(self, days: int) -> None:
        self.days_pass(days)
        self.plan(again=False)

    @rule(days=st.integers(1, 9))
    def a_whole_day_some_days_later(self, days: int) -> None:
        self.a_planning_some_days_later(days)
        self.send()

    @rule(again=st.booleans())
    def plan(self, again: bool) -> None:
        planner = self.env["dunning.planner"]
        planner._plan_company(self.env.company, self.moment, again=again)
        self.seen["plannings"] += 1

    @rule()
    def send(self) -> None:
        before = len(_WORLD["mails"])
        self.env["dunning.sender"]._cron_send(self.moment)
        mails = len(_WORLD["mails"]) - before
        sent = self._cases().action_ids.filtered(lambda action: action.state == "sent")
        new = [action for action in sent if action.id not in self.sent_ids]
        _must(mails == len(new), f"{mails} mails for {len(new)} messages")
        for action in new:
            self._judge(action)
            self.contacts.append(self.today)
            self.sent_ids.add(action.id)
        self.seen["sendings"] += 1

    def _judge(self, action: Any) -> None:
        """The message was right at this moment."""
        moves = set(action.item_ids.move_id)
        asked = [debt for debt in self.debts if debt.move in moves]
        _must(asked, "a message about nothing")
        _must(all(debt.open > 0 for debt in asked), "a paid invoice is asked for")
        _must(not any(debt.excluded for debt in asked), "an excluded invoice is asked for")
        _must(not any(debt.dispute for debt in asked), "a disputed invoice is asked for")
        _must(not self._has_promised(), "a promise is open")
        amount = sum(debt.open for debt in asked) - sum(self.credits)
        _must(amount > 0, "credits cover the debt")
        _must(Decimal(str(round(action.amount, 2))) == amount, "the amount is wrong")
        live = [silence for silence in self.silences if silence.is_live(self.today)]
        _must(not live, f"on hold: {[silence.record.reason for silence in live]}")
        fresh = [day for _row, day in self.pending if (self.today - day).days <= 7]
        _must(not fresh, "a payment is on its way")
        for most, days in LIMITS:
            recent = [day for day in self.contacts if (self.today - day).days < days]
            _must(len(recent) < most, "written to too often")
        _must(self.today.weekday() < 5, "on a week-end")
        self.seen["messages"] += 1

    def _has_promised(self) -> bool:
        """Whether a promise is open; it is kept for good once 95 % of the money is there."""
        promise = self.promise
        if promise is None or self.today > promise.last:
            return False
        left = sum(debt.open for debt in promise.debts) - sum(self.credits)
        if promise.owed - max(left, Decimal(0)) >= promise.owed * KEPT:
            self.promise = None
            return False
        return True

    def _is_held(self) -> bool:
        return any(silence.is_live(self.today) for silence in self.silences)

    def _cases(self) -> Any:
        cases = self.env["dunning.case"]
        return cases.search([("partner_id", "=", self.partner.id)], order="id")

    @invariant()
    def no_line_is_in_two_cases(self) -> None:
        open_cases = self._cases().filtered(lambda case: case.stage != "closed")
        _must(len(open_cases) <= 1, "two open cases of one customer")


def _must(is_true: Any, otherwise: str) -> None:
    if not is_true:
        raise AssertionError(otherwise)


def play(env: Any, examples: str, steps: str, seed_number: str) -> None:
    """Play ``examples`` sequences of up to ``steps`` steps and print what happened in them."""
    env = env(context=QUIET)
    _prepare(env)
    with ExitStack() as stack:
        stack.enter_context(patch.object(env.cr, "commit", env.flush_all))
        stack.enter_context(patch.object(_mail_server(), "send_email", _send_email))
        stack.enter_context(patch.object(_mail_server(), "_connect__", lambda *_a, **_k: None))
        run_state_machine_as_test(
            seed(int(seed_number))(Customer),
            settings=settings(
                max_examples=int(examples),
                stateful_step_count=int(steps),
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    counts = ", ".join(f"{count} {name}" for name, count in sorted(_WORLD["seen"].items()))
    print(f"played {counts}; no message was wrong")
    env.cr.rollback()


def _prepare(env: Any) -> None:
    company = env.company
    company.dunning_policy_id = env.ref("smart_dunning.policy_default")
    company.email = "billing@example.com"
    provider = env["open.banking.provider"].create(
        {"name": "Bank", "code": "berlin_group", "base_url": "https://bank.example.com"}
    )
    consent = env["open.banking.consent"].create({"provider_id": provider.id})
    account = env["open.banking.account"].create(
        {
            "name": "Current",
            "consent_id": consent.id,
            "company_id": company.id,
            "currency_id": company.currency_id.id,
        }
    )
    env["res.partner"].flush_model()
    _WORLD.update(
        env=env,
        seen=Counter(),
        mails=[],
        account=account,
        journal=env["account.journal"].search([("type", "=", "bank")], limit=1),
        wash=env["account.account"].search([("code", "=like", "58%")], limit=1),
    )
    env.flush_all()


def _mail_server() -> Any:
    from odoo.addons.base.models.ir_mail_server import IrMail_Server  # noqa: PLC0415

    return IrMail_Server


def _send_email(_server: Any, message: Any, *_args: Any, **_kwargs: Any) -> str:
    _WORLD["mails"].append(message["To"])
    return str(message["Message-Id"])
