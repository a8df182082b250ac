from odoo import api, fields, models

from .cron_trigger import trigger_sudo

REASONS = [
    ("no_candidate", "No document found"),
    ("bill_missing", "Bill missing"),
    ("ambiguous", "Several documents fit"),
    ("underpaid", "Paid too little"),
    ("overpaid", "Paid too much"),
    ("returned", "Returned payment"),
    ("duplicate", "Probably paid twice"),
    ("currency", "Other currency"),
    ("closed_period", "Closed period"),
    ("unsure", "Not certain enough"),
]


class ReconException(models.Model):
    """A bank line that a person has to decide on, and why."""

    _name = "recon.exception"
    _description = "Reconciliation Exception"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _rec_name = "payment_ref"

    st_line_id = fields.Many2one(
        "account.bank.statement.line", required=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="st_line_id.company_id", store=True, index=True)
    journal_id = fields.Many2one(related="st_line_id.journal_id", store=True)
    currency_id = fields.Many2one(related="st_line_id.currency_id")
    date = fields.Date(related="st_line_id.date", store=True, index=True)
    amount = fields.Monetary(related="st_line_id.amount", store=True)
    payment_ref = fields.Char(related="st_line_id.payment_ref")
    counterparty_name = fields.Char(
        related="st_line_id.partner_name", string="Bank's name of payer"
    )
    partner_id = fields.Many2one("res.partner", readonly=True)
    reason = fields.Selection(REASONS, required=True, readonly=True, tracking=True, index=True)
    state = fields.Selection(
        [("open", "To do"), ("resolved", "Done")],
        default="open",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
    )
    date_deadline = fields.Date(string="Due")
    best_proposal_id = fields.Many2one("recon.proposal", readonly=True)
    probability = fields.Float(related="best_proposal_id.probability", store=True)
    documents = fields.Char(related="best_proposal_id.documents", string="Best proposal")
    proposal_ids = fields.One2many(related="st_line_id.proposal_ids")

    _one_open_per_line = models.UniqueIndex(
        "(st_line_id) WHERE state = 'open'", "This line is on the to-do list already."
    )

    @api.model
    def _raise(self, results, proposals):
        """Put [(st_line id, LineResult)] on the to-do list, or bring what is there up to date.

        ``proposals``: {st_line id: proposal ids, best first}.
        """
        line_ids = [line_id for line_id, _result in results]
        existing = {
            row.st_line_id.id: row
            for row in self.search([("st_line_id", "in", line_ids), ("state", "=", "open")])
        }
        vals_list = []
        for line_id, result in results:
            ranked = proposals.get(line_id) or [False]
            vals = {
                "reason": result.reason.value if result.reason.value != "none" else "unsure",
                "best_proposal_id": ranked[0],
                "partner_id": result.partner_id or False,
            }
            known = existing.get(line_id)
            if not known:
                vals_list.append({**vals, "st_line_id": line_id})
            elif known._differs(vals):
                known.write(vals)
        return self.with_context(tracking_disable=True).create(vals_list)

    def _differs(self, vals):
        return (self.reason, self.best_proposal_id.id, self.partner_id.id) != (
            vals["reason"],
            vals["best_proposal_id"],
            vals["partner_id"],
        )

    @api.model
    def _resolve(self, st_lines):
        """Take ``st_lines`` off the to-do list.

        sudo: the state is readonly, what settles the line decides.
        """
        self.sudo().search([("st_line_id", "in", st_lines.ids), ("state", "=", "open")]).write(
            {"state": "resolved"}
        )

    def action_open_desk(self):
        self.ensure_one()
        return self.st_line_id.action_open_desk()

    def action_open_match_wizard(self):
        self.ensure_one()
        return self.st_line_id.action_open_match_wizard()

    def action_assign_to_me(self):
        self.write({"user_id": self.env.uid})

    def action_match_again(self):
        """Have all lines that wait judged again, for example after new bills were entered."""
        self.check_access("write")
        trigger_sudo(self.env, "ir_cron_match")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("The bank lines are being matched again."),
            },
        }
