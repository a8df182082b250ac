"""The rules by which a company follows up its customers, and which customers each is for."""

from __future__ import annotations

from decimal import Decimal

from odoo import api, fields, models

from ..dunning_core import policy_choice
from ..dunning_core import types as kernel

WINDOW_DAYS = 30  # of the second limit on messages


class DunningPolicy(models.Model):
    _name = "dunning.policy"
    _description = "Follow-up Policy"
    _check_company_auto = True
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10, help="Of the policies whose conditions a customer meets, the first is taken."
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Leave empty to offer the policy to every company."
    )
    autonomy = fields.Selection(
        [
            ("simulate", "Simulate: show what would be sent"),
            ("suggest", "Suggest: a person approves every message"),
            ("automatic", "Automatic: soft steps leave by themselves"),
        ],
        required=True,
        default="automatic",
        help="A formal notice always waits for a person.",
    )
    minimum_amount = fields.Float(
        digits=(16, 2),
        help="Net debt, in the currency of the company, under which no message is sent. "
        "Converted for debts in another currency.",
    )
    days_between = fields.Integer(
        string="Days Between Messages",
        required=True,
        default=7,
        help="At most one written message in so many days, over all invoices and channels.",
    )
    messages_a_month = fields.Integer(
        string="Messages in 30 Days",
        required=True,
        default=3,
        help="At most so many written messages in 30 days, over all invoices and channels.",
    )
    patience_days = fields.Integer(
        string="Patience",
        help="Good payers get each step after the due date so many business days later.",
    )
    patient_below = fields.Float(
        string="Good Payers",
        default=0.15,
        help="Customers whose probability of paying late is below this share are good payers "
        "(0.15 = 15 %).",
    )
    step_ids = fields.One2many("dunning.policy.step", "policy_id", string="Steps", copy=True)
    is_conditional = fields.Boolean(
        string="For Certain Customers",
        help="Follows up the customers who meet all its conditions, instead of the policy of the "
        "company.",
    )
    country_ids = fields.Many2many("res.country", string="Countries")
    category_ids = fields.Many2many(
        "res.partner.category", string="Tags", help="One tag in common is enough."
    )
    lang_ids = fields.Many2many("res.lang", string="Languages")
    customer_kind = fields.Selection(
        [("business", "Businesses"), ("consumer", "Private persons")], string="Customers"
    )
    amount_from = fields.Float(
        string="Debt From", digits=(16, 2), help="Net debt, in the currency of the company."
    )
    amount_below = fields.Float(
        string="Debt Below", digits=(16, 2), help="Net debt, in the currency of the company."
    )

    _minimum_positive = models.Constraint(
        "CHECK (minimum_amount >= 0)", "The minimum amount must not be negative."
    )
    _limits_in_range = models.Constraint(
        "CHECK (days_between BETWEEN 1 AND 90 AND messages_a_month BETWEEN 1 AND 30)",
        "There are 1 to 90 days between two messages, and 1 to 30 messages in 30 days.",
    )
    _patience_positive = models.Constraint(
        "CHECK (patience_days >= 0)", "Patience is a number of days, 0 or more."
    )

    def _to_kernel(self, currency, company, today):
        """The policy as the kernel takes it, its minimum in ``currency``."""
        self.ensure_one()
        minimum = company.currency_id._convert(self.minimum_amount, currency, company, today)
        by_trigger = self.step_ids.grouped("trigger")
        none = self.step_ids.browse()
        thanks = by_trigger.get(kernel.Trigger.PAYMENT_PENDING.value, none)[:1]
        returned = by_trigger.get(kernel.Trigger.PAYMENT_RETURNED.value, none)
        dated = by_trigger.get(kernel.Trigger.DUE_DATE.value, none)
        return kernel.Policy(
            steps=tuple(step._to_kernel() for step in dated),
            minimum_amount=Decimal(str(minimum)),
            limits=(
                kernel.ContactLimit(1, self.days_between),
                kernel.ContactLimit(self.messages_a_month, WINDOW_DAYS),
            ),
            autonomy=kernel.Autonomy(self.autonomy),
            patience_days=self.patience_days,
            patient_below=Decimal(str(self.patient_below)),
            thanks=thanks._to_kernel() if thanks else None,
            on_return=tuple(
                (kernel.ReturnClass(step.return_class), step._to_kernel()) for step in returned
            ),
        )

    def _conditions(self):
        """The conditions as the kernel takes them."""
        self.ensure_one()
        return policy_choice.Conditions(
            ref=self.id,
            countries=frozenset(self.country_ids.mapped("code")),
            languages=frozenset(self.lang_ids.mapped("code")),
            segments=frozenset(self.category_ids.ids),
            is_business=self.customer_kind == "business" if self.customer_kind else None,
            amount_from=Decimal(str(self.amount_from)) if self.amount_from else None,
            amount_below=Decimal(str(self.amount_below)) if self.amount_below else None,
        )

    @api.model
    def _for_positions(self, positions, company, today):
        """{case: (policy record, kernel Policy)} for ``positions`` {case: Position} of one company.

        A customer's own policy comes first, then the first one whose conditions they meet, then
        that of the company. A company without a policy follows up nobody.
        """
        conditional = self.search(
            [("is_conditional", "=", True), ("company_id", "in", (False, company.id))]
        )
        conditions = [policy._conditions() for policy in conditional]
        partners = self.env["res.partner"].union(*(case.partner_id for case in positions))
        partners.with_company(company).fetch(["dunning_policy_id"])
        if conditions:
            partners.fetch(["category_id"])
        kernels, found = {}, {}
        for case, position in positions.items():
            policy = company.dunning_policy_id
            own = case.partner_id.with_company(company).dunning_policy_id
            if policy and own.active:
                policy = own
            elif policy and conditions:
                profile = _profile(case, position, company, today)
                policy = self.browse(policy_choice.choose(conditions, profile)) or policy
            key = policy, case.currency_id
            if policy and key not in kernels:
                kernels[key] = policy._to_kernel(case.currency_id, company, today)
            if policy:
                found[case] = policy, kernels[key]
        return found


def _profile(case, position, company, today):
    partner = case.partner_id
    net = sum(debt.amount for debt in position.debts) - position.credit
    amount = case.currency_id._convert(float(net), company.currency_id, company, today)
    return policy_choice.Profile(
        country=partner.country_id.code or company.country_id.code or "",
        language=partner.lang or "",
        is_business=partner.is_company,
        segments=frozenset(partner.category_id.ids),
        amount=Decimal(str(amount)),
    )
