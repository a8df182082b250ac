"""One customer to whom anything may happen in any order, and a judge of what they are written.

Runs inside Odoo (see ``tools.in_odoo``). Odoo's books are driven through its own methods; the judge
keeps plain numbers of its own and never reads them from the add-on.
"""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from . import dunning_books
from .dunning_judge import GRACE_DAYS, KEPT, business_days_from
from .dunning_machine_books import WORLD, Books, Promise, Silence

QUIET = dunning_books.WITHOUT_MESSAGES
LIMITS = ((1, 7), (3, 30))


class Customer(Books):
    """The rules are what may happen; ``send`` is judged."""

    # -- what the bank and people say -----------------------------------------------------------------

    @precondition(lambda self: not self.pending)
    @rule()
    def payment_is_announced(self) -> None:
        values = {
            "account_id": WORLD["account"].id,
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
        self._plan(again)

    @rule()
    def send(self) -> None:
        before = len(WORLD["mails"])
        self.env["dunning.sender"]._cron_send(self.moment)
        mails = len(WORLD["mails"]) - before
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
    counts = ", ".join(f"{count} {name}" for name, count in sorted(WORLD["seen"].items()))
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
    WORLD.update(
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
    WORLD["mails"].append(message["To"])
    return str(message["Message-Id"])
