"""A customer's word to pay by a day."""

from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

from ..dunning_core import promises as kernel
from ..dunning_core.types import EventKind, Hold, HoldReason
from .dunning_agreement import owed
from .dunning_ledger import to_decimal
from .dunning_planner import country_of

ORIGINS = [("staff", "Staff"), ("customer", "Customer, on their page")]
_EVENTS = {"kept": EventKind.PROMISE_KEPT, "broken": EventKind.PROMISE_BROKEN}


class DunningPromise(models.Model):
    _name = "dunning.promise"
    _description = "Promise to Pay"
    _order = "id desc"
    _rec_name = "date"

    case_id = fields.Many2one("dunning.case", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="case_id.partner_id", store=True, index=True)
    currency_id = fields.Many2one(related="case_id.currency_id")
    date = fields.Date(string="Promised For", required=True)
    last_date = fields.Date(
        string="Grace Until",
        readonly=True,
        help="Money that comes until this day is in time.",
    )
    amount = fields.Monetary(help="Left empty: all that is open, net of credits.")
    owed = fields.Monetary(
        string="Open at That Time", readonly=True, help="Net of credits, when it was promised."
    )
    made_on = fields.Date(readonly=True)
    origin = fields.Selection(ORIGINS, required=True, default="staff", readonly=True)
    user_id = fields.Many2one("res.users", string="Noted By", readonly=True)
    note = fields.Char()
    item_ids = fields.Many2many("dunning.item", string="Receivables", readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("kept", "Kept"), ("broken", "Broken"), ("cancelled", "Cancelled")],
        required=True,
        default="open",
        readonly=True,
        index=True,
    )

    _one_open = models.UniqueIndex(
        "(case_id) WHERE state = 'open'", "There is an open promise for this case already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS: what is open at this moment is the measure of the promise
        cases = self.env["dunning.case"].browse([vals["case_id"] for vals in vals_list])
        self._check_none_open(cases)
        for case, vals in zip(cases, vals_list, strict=True):
            vals.update(self._measured(case, vals))
        promises = super().create(vals_list)
        self.env["dunning.case"]._register_sudo(
            [(p.case_id, EventKind.PROMISE_MADE, p._ref(), "1") for p in promises]
        )
        promises.case_id._trigger_plan_sudo()
        return promises

    def _check_none_open(self, cases):
        held = self.search([("case_id", "in", cases.ids), ("state", "=", "open")], limit=1)
        if held:
            raise UserError(
                self.env._(
                    "%(customer)s has promised to pay by %(date)s already. Cancel that promise "
                    "before you note another one.",
                    customer=held.partner_id.display_name,
                    date=format_date(self.env, held.date),
                )
            )

    def _measured(self, case, vals):
        """The values of a promise that the books and the clock give."""
        agreement = self.env["dunning.agreement"]
        today, position = agreement._today(case.company_id), agreement._position_sudo(case)
        refs, open_now = case._undisputed(position)
        if open_now <= 0:
            raise UserError(self.env._("Nothing is open that could be promised."))
        day = fields.Date.to_date(vals["date"])
        if day < today:
            raise UserError(self.env._("A promise cannot be for a day that is over."))
        limits = case.company_id._dunning_promise_limits()
        items = case.item_ids.filtered(lambda item: item.move_line_id.id in refs)
        by_customer = self.env.su and vals.get("origin") == "customer"
        return {
            "state": "open",
            "origin": "customer" if by_customer else "staff",
            "user_id": False if by_customer else self.env.uid,
            "made_on": today,
            "last_date": kernel.last_day(day, limits, country_of(case)),
            "owed": float(open_now),
            "amount": min(vals.get("amount") or float(open_now), float(open_now)),
            "item_ids": [fields.Command.set(items.ids)],
        }

    @api.model
    def _refusal(self, case, day, amount):
        """Why the customer may not promise ``amount`` (Decimal) by ``day`` without a person."""
        earlier = self.search([("case_id", "=", case.id), ("state", "!=", "cancelled")])
        return kernel.refusal(
            day,
            amount,
            self.env["dunning.agreement"]._today(case.company_id),
            case.company_id._dunning_promise_limits(),
            tuple(kernel.PromiseState(promise.state) for promise in earlier),
        )

    def _ref(self):
        return f"{self._name},{self.id}"

    def _to_kernel(self):
        self.ensure_one()
        currency = self.currency_id
        return kernel.Promise(
            self.date, to_decimal(currency, self.amount), to_decimal(currency, self.owed)
        )

    def _state_on(self, position, today):
        refs = set(self.item_ids.move_line_id.ids)
        return kernel.judge(self._to_kernel(), owed(position, refs), self.last_date, today)

    def _holds(self, position, today):
        """[Hold] while it is neither kept nor broken by the books of this moment."""
        if self._state_on(position, today) is not kernel.PromiseState.OPEN:
            return []
        return [Hold(HoldReason.PROMISE, self.made_on, self.last_date)]

    def _judge(self, positions, today):
        """Store which of these open promises are kept or broken; a person hears of broken ones."""
        by_state = self.grouped(lambda p: p._state_on(positions[p.case_id], today).value)
        for state, promises in by_state.items():
            promises._set_state(state)
        broken = by_state.get("broken", self.browse())
        self.env["dunning.agreement"]._remind(
            [(promise.case_id, *promise._broken_text()) for promise in broken]
        )

    def _broken_text(self):
        """(summary, text) for whoever takes care of a broken promise, in their language."""
        user = self.env["dunning.agreement"]._responsible_sudo(self.case_id)
        promise = self.with_context(lang=user.lang or self.env.lang)
        return (
            promise.env._("Promise to pay broken: call the customer"),
            promise.env._(
                "%(amount)s was promised for %(date)s and has not come in.",
                amount=format_amount(promise.env, promise.amount, promise.currency_id),
                date=format_date(promise.env, promise.date),
            ),
        )

    def _set_state(self, state):
        """Move open promises to ``state``; others and repeats are left alone."""
        moving = self.filtered(lambda promise: promise.state == "open" and state != "open")
        moving.write({"state": state})
        if kind := _EVENTS.get(state):
            self.env["dunning.case"]._register_sudo(
                [(promise.case_id, kind, promise._ref(), "1") for promise in moving]
            )
        return moving

    def action_cancel(self):
        """Take back open promises: the customer is followed up as before."""
        self.check_access("create")
        # sudo: the state changes through methods only, nobody may write it
        self.sudo()._set_state("cancelled")
        self.case_id._trigger_plan_sudo()
