"""Late interest and cost of recovery of a case: shown first, then a draft invoice."""

from __future__ import annotations

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

# Whatever the law gives, nobody is charged while one of these lasts.
_FORBIDDING_HOLDS = ("insolvency", "deceased")


class DunningChargeWizard(models.TransientModel):
    _name = "dunning.charge.wizard"
    _description = "Charge Late Payment"

    case_id = fields.Many2one("dunning.case", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="case_id.company_id")
    currency_id = fields.Many2one(related="case_id.currency_id")
    date_to = fields.Date(
        string="Until",
        required=True,
        default=fields.Date.context_today,
        help="Last day of interest.",
    )
    account_id = fields.Many2one(related="company_id.dunning_charge_account_id")
    line_ids = fields.One2many(
        "dunning.charge.wizard.line",
        "wizard_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    problem = fields.Char(compute="_compute_line_ids", store=True, help="Why nothing is shown.")
    total = fields.Monetary(compute="_compute_total")

    @api.depends("case_id", "date_to")
    def _compute_line_ids(self):
        for wizard in self:
            wizard.problem = False
            try:
                charges = wizard._charges() if wizard.date_to else {}
            except UserError as error:  # a missing rate: another day may be chosen
                charges, wizard.problem = {}, str(error)
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create(self._line_values(line, found))
                    for line, found in charges.items()
                ),
            ]

    @api.depends("line_ids.selected", "line_ids.interest", "line_ids.recovery_cost")
    def _compute_total(self):
        for wizard in self:
            chosen = wizard.line_ids.filtered("selected")
            wizard.total = sum(chosen.mapped("interest")) + sum(chosen.mapped("recovery_cost"))

    def _charges(self):
        """{receivable line: kernel LateCharges} of the case, oldest due date first."""
        lines = self.case_id.item_ids.move_line_id
        return self.env["dunning.interest"]._late_charges(lines, self.date_to) if lines else {}

    def _line_values(self, line, charges):
        return {
            "move_line_id": line.id,
            "selected": bool(charges.total),
            "days": charges.interest.days,
            "interest": charges.interest.amount,
            "recovery_cost": charges.recovery_cost,
            "refusal": charges.refusal and charges.refusal.value,
            "explanation": self._explanation(line.currency_id, charges.interest),
        }

    def _explanation(self, currency, interest):
        """One line of text for each period of ``interest``."""
        return "\n".join(
            self.env._(
                "%(start)s to %(end)s, %(days)s days: %(principal)s x %(percent)s %% / %(year)s "
                "= %(amount)s",
                start=format_date(self.env, period.start),
                end=format_date(self.env, period.end),
                days=period.days,
                principal=format_amount(self.env, float(period.principal), currency),
                percent=f"{period.percent.normalize():f}",
                year=period.year_days,
                amount=period.amount,
            )
            for period in interest.periods
        )

    def action_create_draft(self):
        """Make the draft invoice of the chosen lines and open it. Nothing is posted."""
        self.ensure_one()
        self._check_may_charge()
        chosen = self.line_ids.filtered("selected").move_line_id
        # Read again: the books may have moved since the window was opened.
        charges = {
            line: found
            for line, found in self._charges().items()
            if line in chosen and found.total and not found.refusal
        }
        if not charges:
            raise UserError(
                self.env._("Nothing can be charged for these invoices. Each line says why.")
            )
        moves = self.env["account.move"].with_company(self.case_id.company_id)
        move = moves.create(self._move_values(charges))
        self._store_sudo(charges, move)
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": move.id,
            "view_mode": "form",
        }

    def _check_may_charge(self):
        if not self.account_id:
            raise UserError(
                self.env._(
                    "Choose the account of late payment charges in Invoicing > Configuration > "
                    "Settings > Customer Follow-up."
                )
            )
        held = self.case_id.hold_ids.filtered(
            lambda hold: (
                hold.reason in _FORBIDDING_HOLDS
                and hold._to_kernel().is_live(fields.Date.context_today(self))
            )
        )
        if held:
            raise UserError(
                self.env._(
                    "%(customer)s is not charged while the hold of this case lasts. Remove the "
                    "hold first if it is wrong.",
                    customer=self.case_id.partner_id.display_name,
                )
            )

    def _move_values(self, charges):
        """The draft invoice, in the language of the customer. Penalties bear no VAT."""
        case = self.case_id
        wizard = self.with_context(lang=case.partner_id.lang or self.env.lang)
        lines, notes = [], []
        for line, found in charges.items():
            name = line.move_id.name
            if found.interest.amount:
                label = wizard.env._(
                    "Late interest on %(invoice)s, %(days)s days",
                    invoice=name,
                    days=found.interest.days,
                )
                lines.append((label, found.interest.amount))
                notes.append(f"{name}\n{wizard._explanation(line.currency_id, found.interest)}")
            if found.recovery_cost:
                label = wizard.env._("Flat cost of recovery for %(invoice)s", invoice=name)
                lines.append((label, found.recovery_cost))
        return {
            "move_type": "out_invoice",
            "company_id": case.company_id.id,
            "partner_id": case.partner_id.id,
            "currency_id": case.currency_id.id,
            "invoice_origin": ", ".join(line.move_id.name for line in charges),
            "narration": "\n".join(notes),
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": label,
                        "quantity": 1,
                        "price_unit": float(amount),
                        "account_id": self.account_id.id,
                        "tax_ids": [Command.clear()],
                    }
                )
                for label, amount in lines
            ],
        }

    def _store_sudo(self, charges, move):
        """Remember what is charged. sudo: nobody may write down charges but this wizard."""
        self.env["dunning.charge"].sudo().create(
            [
                {
                    "case_id": self.case_id.id,
                    "move_line_id": line.id,
                    "move_id": move.id,
                    "date_to": self.date_to,
                    "interest": float(found.interest.amount),
                    "recovery_cost": float(found.recovery_cost),
                }
                for line, found in charges.items()
            ]
        )


class DunningChargeWizardLine(models.TransientModel):
    _name = "dunning.charge.wizard.line"
    _description = "Late Payment of an Invoice"

    wizard_id = fields.Many2one("dunning.charge.wizard", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    move_line_id = fields.Many2one("account.move.line", required=True, ondelete="cascade")
    move_id = fields.Many2one(related="move_line_id.move_id", string="Invoice")
    date_maturity = fields.Date(related="move_line_id.date_maturity", string="Due Date")
    selected = fields.Boolean(string="Charge")
    days = fields.Integer(readonly=True)
    interest = fields.Monetary(readonly=True)
    recovery_cost = fields.Monetary(readonly=True, string="Cost of Recovery")
    refusal = fields.Selection(
        [
            ("no_profile", "The law of the country is not known"),
            ("not_late", "Not late"),
            ("not_allowed", "The law allows no charge"),
            ("no_notice", "The reminder or notice that the law asks for was not sent"),
            ("nothing_new", "Charged already"),
        ],
        readonly=True,
        string="Why Nothing",
    )
    explanation = fields.Text(readonly=True, string="Calculation")
