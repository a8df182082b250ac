"""A payment plan: what is open, in instalments that are each known by a reference of their own."""

from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ..dunning_core import calendar, instalments, plan_offers
from ..dunning_core.interest import PartPayment
from ..dunning_core.types import EventKind, Hold, HoldReason
from .dunning_agreement import owed
from .dunning_ledger import to_decimal
from .dunning_planner import country_of
from .dunning_promise import ORIGINS

_EVENTS = {
    "active": EventKind.PLAN_ACCEPTED,
    "fulfilled": EventKind.PLAN_FULFILLED,
    "broken": EventKind.PLAN_BROKEN,
}
# state -> the states it may follow
_MAY_FOLLOW = {
    "active": ("proposed",),
    "fulfilled": ("active",),
    "broken": ("active",),
    "cancelled": ("proposed", "active"),
}
_OUTCOMES = {
    instalments.PlanState.BROKEN: "broken",
    instalments.PlanState.FULFILLED: "fulfilled",
}


class DunningPlan(models.Model):
    _name = "dunning.plan"
    _description = "Payment Plan"
    _order = "id desc"
    _rec_name = "partner_id"

    case_id = fields.Many2one("dunning.case", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="case_id.partner_id", store=True, index=True)
    currency_id = fields.Many2one(related="case_id.currency_id")
    amount = fields.Monetary(required=True, help="What was open, net of credits, when it was made.")
    amount_received = fields.Monetary(
        compute="_compute_amount_received", string="Received", help="Since the plan was made."
    )
    origin = fields.Selection(ORIGINS, string="Made By", required=True, default="staff")
    user_id = fields.Many2one("res.users", string="Noted By")
    agreed_on = fields.Date()
    item_ids = fields.Many2many("dunning.item", string="Receivables")
    line_ids = fields.One2many("dunning.plan.line", "plan_id", string="Instalments")
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("active", "Agreed"),
            ("fulfilled", "Fulfilled"),
            ("broken", "Broken"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="proposed",
        index=True,
    )

    _one_open = models.UniqueIndex(
        "(case_id) WHERE state IN ('proposed', 'active')",
        "There is a payment plan for this case already.",
    )

    def _compute_amount_received(self):
        for plan in self:
            position = self.env["dunning.agreement"]._position_sudo(plan.case_id)
            plan.amount_received = float(plan._received(position))

    # -- making one ------------------------------------------------------------------------------

    @api.model
    def _counts_offered_sudo(self, case, position):
        """The numbers of instalments that the customer of ``case`` may choose by themselves.

        None after a broken plan: a second chance is for a person to give. sudo: customers choose
        without a login.
        """
        case = case.sudo()
        if case.plan_ids.filtered(lambda plan: plan.state == "broken"):
            return ()
        today = self.env["dunning.agreement"]._today(case.company_id)
        _any_plan, offered = case.company_id._dunning_plan_limits(case.currency_id, today)
        refs, amount = case._undisputed(position)
        oldest = min((debt.due_date for debt in position.debts if debt.ref in refs), default=today)
        return plan_offers.counts_offered(
            amount,
            (today - oldest).days,
            position.risk,
            offered,
        )

    @api.model
    def _preview_sudo(self, case, amount, count, first_day=None, stem="PREVIEW"):
        """The kernel's instalments of ``amount`` (Decimal); the first a week from today unless
        ``first_day`` says otherwise. Raises PlanRefused. sudo: as above."""
        case = case.sudo()
        company, currency = case.company_id, case.currency_id
        today, country = self.env["dunning.agreement"]._today(company), country_of(case)
        any_plan, _offered = company._dunning_plan_limits(currency, today)
        return instalments.propose(
            instalments.Wish(amount, count, first_day or fields.Date.add(today, days=7)),
            any_plan,
            today,
            stem,
            lambda day: calendar.is_business_day(day, country),
            currency.decimal_places,
        )

    @api.model
    def _propose_sudo(self, case, count, first_day=None, origin="staff"):
        """A proposed plan over all that is open of ``case`` at this moment.

        Raises PlanRefused, UserError when there is one already. sudo: plans are made by the wizard
        and the customer's page, by nobody else.
        """
        case, plans = case.sudo(), self.sudo()
        plans._check_none_running(case)
        position = self.env["dunning.agreement"]._position_sudo(case)
        refs, amount = case._undisputed(position)
        self._preview_sudo(case, amount, count, first_day)  # refused before anything is stored
        items = case.item_ids.filtered(lambda item: item.move_line_id.id in refs)
        plan = plans.create(
            {
                "case_id": case.id,
                "amount": float(amount),
                "origin": origin,
                "user_id": False if origin == "customer" else self.env.uid,
                "item_ids": [fields.Command.set(items.ids)],
            }
        )
        parts = self._preview_sudo(case, amount, count, first_day, f"P{plan.id:08d}")
        plan.line_ids = [
            fields.Command.create(
                {"date": part.day, "amount": float(part.amount), "reference": part.reference}
            )
            for part in parts
        ]
        return plan

    def _check_none_running(self, case):
        if case.plan_ids.filtered(lambda plan: plan.state in ("proposed", "active")):
            raise UserError(
                self.env._(
                    "There is a payment plan for %(customer)s already. Cancel it before you make "
                    "another one.",
                    customer=case.partner_id.display_name,
                )
            )

    # -- how it stands ---------------------------------------------------------------------------

    def _to_kernel(self):
        self.ensure_one()
        return tuple(
            instalments.Instalment(
                line.date, to_decimal(self.currency_id, line.amount), line.reference
            )
            for line in self.line_ids
        )

    def _received(self, position):
        """What came off the plan's debt since it was made (Decimal >= 0): payments, allocated or
        not, and credit notes."""
        refs = set(self.item_ids.move_line_id.ids)
        left = max(owed(position, refs), 0)
        return max(to_decimal(self.currency_id, self.amount) - left, 0)

    def _holds(self, position):
        """[Hold] until the grace of the oldest unpaid instalment, by the books of this moment."""
        until = plan_offers.silent_until(
            self._to_kernel(), self._received(position), self.company_id.dunning_plan_grace
        )
        return [Hold(HoldReason.PLAN, self.agreed_on, until)] if until else []

    def _judge(self, positions, today):
        """Store which of these active plans are broken or fulfilled; a person hears of the first."""
        found = {plan: plan._check_on(positions[plan.case_id], today) for plan in self}
        by_state = self.grouped(lambda plan: _OUTCOMES.get(found[plan].state))
        for state, plans in by_state.items():
            if state:
                plans._set_state(state)
        broken = by_state.get("broken", self.browse())
        self.env["dunning.agreement"]._remind(
            [(plan.case_id, *plan._broken_text(found[plan])) for plan in broken]
        )

    def _check_on(self, position, today):
        """The kernel's PlanCheck of one plan by the books of this moment."""
        paid = [PartPayment(today, self._received(position))]
        return instalments.check(self._to_kernel(), paid, today, self.company_id.dunning_plan_grace)

    def _broken_text(self, found):
        """(summary, text) for whoever takes care of a broken plan, in their language."""
        user = self.env["dunning.agreement"]._responsible_sudo(self.case_id)
        plan = self.with_context(lang=user.lang or self.env.lang)
        missing = format_amount(plan.env, float(found.missing), plan.currency_id)
        return (
            plan.env._("Payment plan broken: call the customer"),
            plan.env._("%(amount)s of the instalments due is missing.", amount=missing),
        )

    def _set_state(self, state, **values):
        """Move to ``state``; repeats are ignored, a move from elsewhere is refused."""
        moving = self.filtered(lambda plan: plan.state != state)
        if moving.filtered(lambda plan: plan.state not in _MAY_FOLLOW[state]):
            raise UserError(self.env._("This payment plan is over and cannot be changed."))
        moving.write({"state": state, **values})
        if kind := _EVENTS.get(state):
            self.env["dunning.case"]._register_sudo(
                [(plan.case_id, kind, f"{plan._name},{plan.id}", "1") for plan in moving]
            )
        return moving

    def _accept_sudo(self):
        """Both sides have agreed: the plan silences the case from today on, an open promise is
        void. sudo: as in _propose_sudo."""
        for plan in self.sudo():
            today = self.env["dunning.agreement"]._today(plan.company_id)
            plan._set_state("active", agreed_on=today)
            plan.case_id.promise_ids._set_state("cancelled")
        self.case_id._trigger_plan_sudo()

    # -- buttons ---------------------------------------------------------------------------------

    def _check_controller(self):
        """Whoever may note a promise may decide on plans."""
        self.check_access("read")
        self.env["dunning.promise"].check_access("create")

    def action_accept(self):
        """The customer has agreed by telephone or in writing."""
        self._check_controller()
        self._accept_sudo()

    def action_cancel(self):
        """End plans: the customers are followed up as before."""
        self._check_controller()
        # sudo: plans change through methods only, nobody may write them
        self.sudo()._set_state("cancelled")
        self.case_id._trigger_plan_sudo()


class DunningPlanLine(models.Model):
    _name = "dunning.plan.line"
    _description = "Instalment"
    _order = "date, id"
    _rec_name = "reference"

    plan_id = fields.Many2one("dunning.plan", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    date = fields.Date(string="Due", required=True)
    amount = fields.Monetary(required=True)
    reference = fields.Char(
        required=True, help="By this reference (ISO 11649) a bank transfer finds the invoices."
    )

    _reference_unique = models.UniqueIndex(
        "(company_id, reference)", "This reference belongs to another instalment."
    )
