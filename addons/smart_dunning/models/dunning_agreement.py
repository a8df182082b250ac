"""What was agreed with a customer: its silence, and whether it is kept."""

from __future__ import annotations

from odoo import api, fields, models
from odoo.tools import SQL, plaintext2html

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
        running = self._running_sudo(self.env["dunning.case"].union(*positions))
        running["dunning.promise"]._judge(positions, today)
        running["dunning.plan"]._judge(positions, today)

    @api.model
    def _running_sudo(self, cases):
        """{model: open promises, active plans, open disputes} of ``cases``; most have none, so all
        three are asked for in one query. sudo: as in _judge_sudo."""
        models_of = {
            model: self.env[model].sudo()
            for model in ("dunning.promise", "dunning.plan", "dunning.dispute")
        }
        for model in models_of.values():
            model.flush_model(["case_id", "state"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT 'dunning.promise', id FROM dunning_promise
                 WHERE state = 'open' AND case_id = ANY(%(cases)s)
                 UNION ALL
                SELECT 'dunning.plan', id FROM dunning_plan
                 WHERE state = 'active' AND case_id = ANY(%(cases)s)
                 UNION ALL
                SELECT 'dunning.dispute', id FROM dunning_dispute
                 WHERE state = 'open' AND case_id = ANY(%(cases)s)
                 ORDER BY 1, 2 DESC
                """,
                cases=cases.ids,
            )
        )
        return {
            name: model.browse(row_id for kind, row_id in rows if kind == name)
            for name, model in models_of.items()
        }

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
        self.env["dunning.handover"]._tell_all(
            [
                (case, self._responsible_sudo(case), summary, plaintext2html(text or ""))
                for case, summary, text in todo
            ]
        )

    @api.model
    def _responsible_sudo(self, case):
        """The responsible of the case, else a follow-up manager of the company. sudo: few may see
        which companies a user has."""
        manager = self.env["dunning.handover"]._manager_sudo(case.company_id)
        return case.sudo().user_id or manager or self.env.user


def owed(position, refs):
    """What is open of the lines ``refs``, net of all credits of the customer; < 0 when credits are
    more."""
    return sum(debt.amount for debt in position.debts if debt.ref in refs) - position.credit
