"""What happened to a case: a fact is written once and never changed."""

from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import UserError


class DunningEvent(models.Model):
    _name = "dunning.event"
    _description = "Follow-up Event"
    _order = "id desc"
    _rec_name = "kind"

    case_id = fields.Many2one("dunning.case", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade")
    kind = fields.Selection(
        [
            ("opened", "Followed up from now on"),
            ("became_due", "Became due"),
            ("notice_sent", "Notice sent"),
            ("reminder_sent", "Reminder sent"),
            ("firm_sent", "Firm reminder sent"),
            ("formal_sent", "Formal notice sent"),
            ("invoice_paid", "An invoice was paid"),
            ("paid", "Paid"),
            ("credited", "Covered by a credit note"),
            ("payment_pending", "Payment on its way"),
            ("reopened", "Payment taken back"),
            ("returned", "Payment returned by the bank"),
            ("partially_paid", "Part of an invoice was paid"),
            ("overpaid", "More was paid than was owed"),
            ("payment_failed", "Online payment failed"),
            ("promise_made", "Promise to pay"),
            ("promise_kept", "Promise kept"),
            ("promise_broken", "Promise broken"),
            ("plan_accepted", "Payment plan agreed"),
            ("plan_fulfilled", "Payment plan fulfilled"),
            ("plan_broken", "Payment plan broken"),
            ("dispute_opened", "Dispute opened"),
            ("dispute_closed", "Dispute closed"),
            ("message_bounced", "A message came back"),
            ("replied", "The customer answered"),
            ("opted_out", "No more e-mail wanted"),
            ("thanked", "Thanked for a payment on its way"),
            ("handed_over", "Handed over inside the company"),
        ],
        required=True,
    )
    source_ref = fields.Char(required=True, help="The record that tells the fact: model,id.")
    source_version = fields.Char(
        required=True, default="1", help="Tells two facts of one record apart."
    )
    stage_before = fields.Char(required=True)
    stage_after = fields.Char(required=True)

    _fact_unique = models.UniqueIndex(
        "(company_id, kind, source_ref, source_version)", "This fact is already known."
    )

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("A follow-up event cannot be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A follow-up event cannot be deleted."))
