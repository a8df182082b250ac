from odoo import api, fields, models
from odoo.tools import SQL


class ReconKpi(models.Model):
    """What became of the bank lines, by journal and month. Every figure is a count of lines."""

    _name = "recon.kpi"
    _description = "Reconciliation Figures"
    _auto = False
    _order = "month desc, journal_id"
    _rec_name = "month"

    company_id = fields.Many2one("res.company", readonly=True)
    journal_id = fields.Many2one("account.journal", readonly=True)
    month = fields.Date(readonly=True)
    line_count = fields.Integer(string="Bank lines", readonly=True)
    auto_count = fields.Integer(string="Reconciled automatically", readonly=True)
    accepted_count = fields.Integer(string="Accepted by a person", readonly=True)
    todo_count = fields.Integer(string="To do", readonly=True)
    hours_saved = fields.Float(
        readonly=True, help="Automatic lines x minutes a line of the matching policy / 60."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT min(line.id) AS id,
                   move.company_id AS company_id,
                   move.journal_id AS journal_id,
                   date_trunc('month', move.date)::date AS month,
                   count(*) AS line_count,
                   count(*) FILTER (WHERE line.match_state = 'auto') AS auto_count,
                   count(*) FILTER (WHERE line.match_state = 'accepted') AS accepted_count,
                   count(*) FILTER (WHERE line.match_state IN ('new', 'exception')
                                    AND NOT line.is_reconciled) AS todo_count,
                   count(*) FILTER (WHERE line.match_state = 'auto')
                       * coalesce(max(policy.minutes_per_line), %(default_minutes)s) / 60.0
                       AS hours_saved
              FROM account_bank_statement_line line
              JOIN account_move move ON move.id = line.move_id
         LEFT JOIN recon_policy policy ON policy.company_id = move.company_id
                                      AND policy.journal_id IS NULL AND policy.active
             WHERE move.state = 'posted'
          GROUP BY move.company_id, move.journal_id, date_trunc('month', move.date)
            """,
            default_minutes=self._default_minutes(),
        )

    @api.model
    def _default_minutes(self):
        return self.env["recon.policy"].default_get(["minutes_per_line"])["minutes_per_line"]
