from odoo import api, fields, models
from odoo.tools import SQL

MOST_ATTEMPTS = 16  # some 38 hours: a receiver may be down for a night


class OpenBankingEvent(models.Model):
    """Messages to other programs as work of the queue."""

    _inherit = "open.banking.event"

    kind = fields.Selection(
        selection_add=[("deliver_webhook", "Message to another program")],
        ondelete={"deliver_webhook": "cascade"},
    )
    delivery_id = fields.Many2one(
        "recon.webhook.delivery", readonly=True, index="btree_not_null", ondelete="cascade"
    )

    @api.depends("delivery_id.webhook_id.name")
    def _compute_error_message(self):
        result = super()._compute_error_message()
        for event in self.filtered("delivery_id"):
            event.error_message = event.error_code and event._told_of_receiver()
        return result

    def _told_of_receiver(self):
        """Why a message did not arrive, in words."""
        name = self.delivery_id.webhook_id.name
        sentences = {
            "timeout": self.env._("%s did not answer in time.", name),
            "unavailable": self.env._("%s cannot be reached, or has a fault of its own.", name),
            "rate_limited": self.env._("%s takes no more messages for now.", name),
            "receiver_refused": self.env._("%s did not take the message.", name),
            "receiver_gone": self.env._("%s wants no more messages: it was switched off.", name),
            "receiver_secret_missing": self.env._(
                "%s has no secret any more. Nothing was sent: make a new one.", name
            ),
            "webhook_off": self.env._("%s is switched off.", name),
            "private_address": self.env._(
                "The address of %s is not on the public internet. Nothing was sent.", name
            ),
            "unexpected_redirect": self.env._(
                "%s is somewhere else now. Nothing was sent there: correct the address.", name
            ),
        }
        return sentences.get(self.error_code) or self.env._(
            "The message to %(receiver)s did not arrive (%(code)s).",
            receiver=name,
            code=self.error_code,
        )

    @api.model
    def _enqueue_deliveries_sudo(self, deliveries):
        """Have ``deliveries`` sent, each by an event of its own; those sent before, again.

        One statement for all: thousands of lines may be reconciled at once. sudo: the queue is the
        system's.
        """
        if not deliveries:
            return
        known = self.sudo().search([("delivery_id", "in", deliveries.ids)])
        known.filtered(lambda event: event.state != "running")._queue()
        now = fields.Datetime.now()
        rows = [
            (
                *("deliver_webhook", f"deliver_webhook:{row.id}", row.id, row.company_id.id),
                *("queued", 0, now, now, self.env.uid, now),
            )
            for row in deliveries - known.delivery_id
        ]
        if not rows:
            return
        deliveries.flush_recordset()
        found = self.env.cr.execute_values(
            "INSERT INTO open_banking_event (kind, key, delivery_id, company_id, state, attempts,"
            " next_attempt_at, asked_at, create_uid, create_date) VALUES %s"
            " ON CONFLICT (key) DO NOTHING RETURNING id",
            rows,
            page_size=len(rows),
            fetch=True,
        )
        # sudo: as above
        self.sudo().browse(identity for (identity,) in found)._wake_sudo(now)
        deliveries.invalidate_recordset(["event_ids"])

    def _handle_deliver_webhook(self):
        """Send the message. Sent a second time after a worker died, it has the same id."""
        self.delivery_id._send()

    def _asked_party(self):
        # EXTENDS open_banking_recon: a receiver that does not answer is left alone too
        return self.delivery_id.webhook_id or super()._asked_party()

    def _note_result_sudo(self, error, now):
        # EXTENDS open_banking_recon: that nobody is told any more says nothing of the receiver
        hook = self.delivery_id.webhook_id
        if error is not None and error.code == "webhook_off":
            return
        super()._note_result_sudo(error, now)
        if error is not None and error.code == "receiver_gone" and hook.active:
            hook.sudo()._switch_off()  # sudo: what workers learn is no setting

    def _most_attempts(self):
        # EXTENDS open_banking_recon
        return MOST_ATTEMPTS if self.delivery_id else super()._most_attempts()

    @api.model
    def _from_clause(self):
        # EXTENDS open_banking_recon
        return SQL(
            "%s LEFT JOIN recon_webhook_delivery delivery ON delivery.id = event.delivery_id"
            " LEFT JOIN recon_webhook hook ON hook.id = delivery.webhook_id",
            super()._from_clause(),
        )

    @api.model
    def _is_due(self, now):
        # EXTENDS open_banking_recon
        return SQL(
            "(hook.circuit_open_until IS NULL OR hook.circuit_open_until <= %s) AND %s",
            now,
            super()._is_due(now),
        )
