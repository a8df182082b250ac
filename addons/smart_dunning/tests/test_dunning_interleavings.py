from __future__ import annotations

from datetime import date
from itertools import permutations

from odoo.tests import tagged

from .common import REMINDER_AT, DunningCommon


class _Rollback(Exception):
    """Ends a savepoint on purpose."""


@tagged("post_install", "-at_install")
class TestDunningInterleavings(DunningCommon):
    """Whatever comes between planning and sending, in whatever order."""

    def test_no_order_of_facts_lets_a_message_leave_that_is_wrong_at_that_moment(self):
        wrong, right = [], 0
        for order in self._orders():
            sent, owed = self._play(order)
            right += sent and owed
            if sent and not owed:
                wrong.append(order)
        self.assertFalse(wrong)
        self.assertGreater(right, 0)

    def _orders(self):
        """Each order of a planning and up to two facts; the sending comes last."""
        facts = ("pay", "take_back", "credit", "exclude", "hold")
        for size in range(3):
            for chosen in permutations(facts, size):
                for place in range(size + 1):
                    yield (*chosen[:place], "plan", *chosen[place:])

    def _play(self, order):
        """(a message left, it was right to write) of one order, undone afterwards."""
        result = ()
        try:
            with self.env.cr.savepoint():
                result = self._run(order)
                raise _Rollback
        except _Rollback:
            self.env.invalidate_all()
        return result

    def _run(self, order):
        invoice = self._new_invoice()
        silencing = set()
        for fact in order:
            if fact == "plan":
                self._plan()
            elif getattr(self, f"_{fact}")(invoice):
                silencing.add(fact)
            if fact == "take_back":
                silencing.discard("pay")
        return bool(self._send()), not silencing

    # Each fact returns whether it happened and forbids to write to the customer.

    def _pay(self, invoice):
        return bool(self._register_payment(invoice, payment_date=date(2026, 9, 20)))

    def _take_back(self, invoice):
        payments = invoice.matched_payment_ids
        invoice.line_ids.remove_move_reconcile()
        payments.action_draft()
        return False

    def _credit(self, _invoice):
        return bool(self._new_invoice(move_type="out_refund"))

    def _exclude(self, invoice):
        invoice.no_followup = True
        return True

    def _hold(self, _invoice):
        case = self._case()
        if case:
            self.root["dunning.hold"].create(
                {"case_id": case.id, "reason": "dispute", "date_from": REMINDER_AT.date()}
            )
        return bool(case)
