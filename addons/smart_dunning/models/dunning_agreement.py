"""What was agreed with a customer: its silence, and whether it is kept."""

from __future__ import annotations

from odoo import api, fields, models
from odoo.tools import plaintext2html

from .dunning_ledger import local_date


class DunningAgreement(models.AbstractModel):
    _name = "dunning.agreement"
    _description = "Promises and Payment Plans"

    @api.model
    def _today(self, company):
        """The date on the clock of ``company``."""
        return local_date(fields.Datetime.now(), company)

    @api.model
    def _position_sudo(self, case):
        """The kernel Position of one case today. sudo: customers agree without a login."""
        ledger = self.env["dunning.ledger"].sudo()
        return ledger._positions(case.sudo(), self._today(case.company_id))[case]

    @api.model
    def _judge_sudo(self, positions, today):
        """Keep, break or fulfil what was agreed on the cases of ``positions`` as of ``today``.

        sudo: whoever reconciles or pays needs no rights on follow-up.
        """
        cases = self.env["dunning.case"].sudo().union(*positions)
        domain = [("case_id", "in", cases.ids)]
        promises = self.env["dunning.promise"].sudo().search([*domain, ("state", "=", "open")])
        plans = self.env["dunning.plan"].sudo().search([*domain, ("state", "=", "active")])
        promises._judge(positions, today)
        plans._judge(positions, today)

    @api.model
    def _judge_paid_sudo(self, lines):
        """Judge at once what was agreed on receivable ``lines`` for which money came.

        sudo: as in _judge_sudo.
        """
        cases = (
            self.env["dunning.case"]
            .sudo()
            .search(
                [
                    ("item_ids.move_line_id", "in", lines.ids),
                    "|",
                    ("promise_ids.state", "=", "open"),
                    ("plan_ids.state", "=", "active"),
                ]
            )
        )
        for company, company_cases in cases.grouped("company_id").items():
            today = self._today(company)
            positions = cases.env["dunning.ledger"]._positions(company_cases, today)
            self._judge_sudo(positions, today)

    @api.model
    def _remind(self, todo):
        """Activities for whoever is responsible. ``todo``: [(case, summary, plain text)]."""
        activity_type = self.env.ref("mail.mail_activity_data_todo")
        self.env["mail.activity"].create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id(case._name),
                    "res_id": case.id,
                    "activity_type_id": activity_type.id,
                    "user_id": self._responsible_sudo(case).id,
                    "date_deadline": self._today(case.company_id),
                    "summary": summary,
                    "note": plaintext2html(text or ""),
                }
                for case, summary, text in todo
            ]
        )

    @api.model
    def _responsible_sudo(self, case):
        """The responsible of the case, else a follow-up manager of the company. sudo: few may see
        which companies a user has."""
        group = self.env.ref("smart_dunning.group_dunning_manager").sudo()
        managers = group.all_user_ids.filtered(lambda user: case.company_id in user.company_ids)
        return case.sudo().user_id or managers[:1] or self.env.user


def owed(position, refs):
    """What is open of the lines ``refs``, net of all credits of the customer; < 0 when credits are
    more."""
    return sum(debt.amount for debt in position.debts if debt.ref in refs) - position.credit
