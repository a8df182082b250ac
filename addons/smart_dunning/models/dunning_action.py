"""The outbox: one row is one message to one customer, planned once and sent at most once."""

from __future__ import annotations

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..dunning_core.transitions import EVENT_OF_TONE
from ..dunning_core.types import EventKind, Reason, Tone, Trigger
from .dunning_channel import CHANNELS

WAITING_STATES = ("planned", "approved", "to_print")  # has not left yet
# state -> the states it may follow. `sent` is final; what was cancelled is planned anew.
_MAY_FOLLOW = {
    "planned": ("approved",),
    "approved": ("planned", "failed", "claimed", "to_print"),
    "claimed": ("approved",),
    "to_print": ("claimed",),
    "sending": ("claimed",),
    "sent": ("sending", "unknown"),
    "failed": ("approved", "sending", "unknown"),
    "unknown": ("sending",),
    "cancelled": ("planned", "approved", "failed", "claimed", "to_print"),
}
# Why the planner fell silent -> why what had been planned is cancelled.
CANCEL_REASON = {
    Reason.NO_DEBT: "paid",
    Reason.COVERED: "covered",
    Reason.EXCLUDED: "excluded",
    Reason.BELOW_MINIMUM: "below_minimum",
    Reason.NO_STEP_DUE: "superseded",
}


class DunningAction(models.Model):
    _name = "dunning.action"
    _description = "Follow-up Message"
    _order = "id desc"
    _rec_name = "step_id"

    case_id = fields.Many2one("dunning.case", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="case_id.partner_id", store=True, index=True)
    currency_id = fields.Many2one(related="case_id.currency_id")
    step_id = fields.Many2one("dunning.policy.step", required=True, ondelete="restrict")
    tone = fields.Selection(related="step_id.tone")
    channel = fields.Selection(CHANNELS, required=True, default="email")
    cycle = fields.Integer(required=True)
    item_ids = fields.Many2many("dunning.item", string="Receivables")
    amount = fields.Monetary(help="What the message asks for, net of credits.")
    done_offsets = fields.Json(help="Journal item -> business days of the step it has reached.")
    key = fields.Char(required=True, index=True)
    state = fields.Selection(
        [
            ("planned", "To approve"),
            ("approved", "Approved"),
            ("claimed", "Claimed"),
            ("to_print", "To print"),
            ("sending", "Sending"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("unknown", "Unknown"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="planned",
        index=True,
    )
    cancel_reason = fields.Selection(
        [
            ("paid", "Paid"),
            ("covered", "Covered by credits"),
            ("excluded", "No follow-up wanted"),
            ("below_minimum", "Below the minimum amount"),
            ("superseded", "A newer plan replaces it"),
            ("manual", "Cancelled by a person"),
        ]
    )
    approved_by_id = fields.Many2one("res.users", help="Empty when the policy approved by itself.")
    not_before = fields.Datetime(help="Not looked at before this moment.")
    claimed_at = fields.Datetime(index=True)
    sent_at = fields.Datetime()
    attempts = fields.Integer(help="How often sending was tried.")
    failure = fields.Text()
    recipient_id = fields.Many2one("res.partner")
    address = fields.Char(help="E-mail address, number or postal address that was written to.")
    reply_to = fields.Char()
    subject = fields.Char()
    body_html = fields.Html(sanitize=False, string="Message")
    body_text = fields.Text(string="SMS")
    attachment_ids = fields.Many2many("ir.attachment")
    message_ref = fields.Char(
        string="Message-Id",
        help="Of the e-mail or the SMS. Stays the same when sending is retried.",
    )

    _key_once = models.UniqueIndex(
        "(key) WHERE state != 'cancelled'", "This message is planned already."
    )

    # -- state -------------------------------------------------------------------------------

    def _set_state(self, state, **values):
        """Move to ``state``; a repeat is ignored, a move from elsewhere is refused."""
        moving = self.filtered(lambda action: action.state != state)
        if wrong := moving.filtered(lambda action: action.state not in _MAY_FOLLOW[state]):
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "The message to %(customer)s is in state %(state)s and cannot be changed to "
                    "%(target)s.",
                    customer=wrong[0].partner_id.display_name,
                    state=labels[wrong[0].state],
                    target=labels[state],
                )
            )
        moving.write({"state": state, **values})
        return moving

    def _cancel(self, reason):
        self._set_state("cancelled", cancel_reason=reason)

    def _cancel_settled(self):
        """Cancel waiting messages all of whose lines are settled."""
        self.filtered(
            lambda action: (
                action.state in WAITING_STATES
                and all(line.reconciled for line in action.item_ids.move_line_id)
            )
        )._cancel("paid")

    def _invoice_pdfs(self):
        """PDFs that exist of the invoices, where the step wants them along."""
        if not self.step_id.attach_invoices:
            return self.env["ir.attachment"]
        return self.item_ids.move_id.invoice_pdf_report_id

    def _mark_sent(self, now):
        """The message is out: remember it for each line and move the cases."""
        sent = self._set_state("sent", sent_at=now, failure=False)
        facts = {row.id: {"channel": row.channel, "step": row.step_id.id} for row in sent}
        self.env["recon.audit.entry"]._record("contact", sent, facts)
        for action in sent:
            if action.case_id.return_class:  # whichever message it was, the customer knows now
                action.case_id.return_class = False
            for item in action.item_ids:
                offset = (action.done_offsets or {}).get(str(item.move_line_id.id))
                if offset is not None:
                    item.write({"was_contacted": True, "last_offset": offset})
        self.case_id._register_sudo(
            [
                (action.case_id, _event_of(action), f"dunning.action,{action.id}", "1")
                for action in self
            ]
        )
        self.env["dunning.handover"]._after_sent(self)

    # -- buttons -----------------------------------------------------------------------------

    def _check_controller(self):
        self.check_access("read")
        if not self.env.user.has_group("smart_dunning.group_credit_controller"):
            raise AccessError(self.env._("Only a credit controller decides on messages."))

    def action_approve(self):
        """Let planned messages leave at the next allowed moment."""
        self._check_controller()
        for action in self:
            policy = action.step_id.policy_id
            if policy.autonomy == "simulate":
                raise UserError(
                    self.env._(
                        "The policy %(policy)s only simulates. Change its autonomy before "
                        "approving messages.",
                        policy=policy.name,
                    )
                )
        # sudo: controllers decide through this method only, they have no right to write messages.
        self.sudo()._set_state("approved", approved_by_id=self.env.uid, not_before=False)
        self._trigger_send_sudo()

    def action_cancel(self):
        """Withdraw messages that have not left. The same message is planned again at the next
        planning, unless the case is on hold by then."""
        self._check_controller()
        self.sudo()._cancel("manual")  # sudo: as in action_approve

    def action_confirm_sent(self):
        """A person found that a message of unknown fate has arrived."""
        self._check_controller()
        # sudo: as in action_approve
        self.sudo().filtered(lambda a: a.state == "unknown")._mark_sent(fields.Datetime.now())

    def action_retry(self):
        """Send again what failed or is of unknown fate, with the same Message-Id: the customer's
        mail system drops the copy if the first one had arrived."""
        self._check_controller()
        actions = self.sudo()  # sudo: as in action_approve
        actions.filtered(lambda a: a.state == "unknown")._set_state("failed")
        actions._set_state("approved", approved_by_id=self.env.uid, not_before=False, attempts=0)
        self._trigger_send_sudo()

    def _trigger_send_sudo(self, at=None):
        """Ask for the sending to run soon, or ``at`` a moment. sudo: a cron belongs to nobody."""
        self.env.ref("smart_dunning.ir_cron_send").sudo()._trigger(at=at)


def _event_of(action):
    if action.step_id.trigger == Trigger.PAYMENT_PENDING.value:
        return EventKind.THANKED
    return EVENT_OF_TONE[Tone(action.tone)]
