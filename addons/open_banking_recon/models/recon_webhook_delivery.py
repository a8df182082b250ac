import json
import uuid
from datetime import datetime, timedelta, timezone

from odoo import api, fields, models

from ..recon_core.api.answers import moment_text
from ..recon_core.api.events import body
from ..recon_core.connectors.transport import Transport
from ..recon_core.connectors.webhooks.standard import signed_headers
from ..recon_core.errors import FinalError, RetryableError

KEPT = timedelta(days=30)
PATIENCE = {"connect_timeout_s": 5, "read_timeout_s": 10, "total_timeout_s": 15}
LARGEST_ANSWER = 64 * 1024  # nobody reads it
GONE = 410  # the receiver wants no more, says Standard Webhooks
OPEN_STATES = ("queued", "running", "failed")


class ReconWebhookDelivery(models.Model):
    """One message to one receiver: sent by the queue, at least once, in no certain order."""

    _name = "recon.webhook.delivery"
    _description = "Message to a Receiver"
    _order = "id desc"
    _rec_name = "message_ref"

    webhook_id = fields.Many2one(
        "recon.webhook", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="webhook_id.company_id", store=True, index=True)
    message_ref = fields.Char("Message id", required=True, readonly=True)
    topic = fields.Char(required=True, readonly=True)
    body = fields.Text(required=True, readonly=True)
    told_at = fields.Datetime("Happened", required=True, readonly=True, index=True)
    sent_at = fields.Datetime("Received", readonly=True)
    event_ids = fields.One2many("open.banking.event", "delivery_id")
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("failed", "Failed, tried again"),
            ("sent", "Received"),
            ("dead", "Given up"),
        ],
        compute="_compute_state",
    )
    attempts = fields.Integer(compute="_compute_state")
    error_message = fields.Char(compute="_compute_state")

    @api.depends("sent_at", "event_ids.state", "event_ids.attempts", "event_ids.error_code")
    def _compute_state(self):
        # sudo: the queue is shown to managers of it; here is what became of these messages
        for delivery in self.sudo():
            event = delivery.event_ids[:1]
            waits = event.state in ("failed", "dead") and event.state or "waiting"
            delivery.state = "sent" if delivery.sent_at and waits == "waiting" else waits
            delivery.attempts = event.attempts
            delivery.error_message = event.error_message

    @api.model
    def _queue_sudo(self, topic, told):
        """Queue messages about ``topic``. ``told``: [(id of the receiver, data)].

        sudo: whoever causes an event need not know who is told.
        """
        if not told:
            return self.browse()
        now = fields.Datetime.now()
        source = self.get_base_url()
        vals_list = []
        for hook_id, data in told:
            message_id = str(uuid.uuid4())
            vals_list.append(
                {
                    "webhook_id": hook_id,
                    "message_ref": message_id,
                    "topic": topic,
                    "body": body(message_id, topic, source, moment_text(now), data),
                    "told_at": now,
                }
            )
        # sudo: as above
        deliveries = self.sudo().create(vals_list)
        self.env["open.banking.event"]._enqueue_deliveries_sudo(deliveries)
        return deliveries

    def _send(self):
        """Send it now, whatever became of it before; a ReconError says why it did not arrive."""
        self.ensure_one()
        hook = self.webhook_id
        if not hook.active:
            raise FinalError("webhook_off")
        secret = hook._secret_sudo()
        transport = Transport(
            **PATIENCE, max_bytes=LARGEST_ANSWER, public_only=not hook.is_internal
        )
        moment = datetime.now(timezone.utc)
        answer = transport.send(
            "POST",
            hook.url,
            json_body=json.loads(self.body),
            sign=lambda _headers, sent: signed_headers(secret, self.message_ref, moment, sent),
        )
        if answer.status == GONE:
            raise FinalError("receiver_gone")
        if not 200 <= answer.status < 300:
            raise RetryableError("receiver_refused", f"HTTP {answer.status}")
        self.sent_at = fields.Datetime.now()

    def action_replay(self):
        """Send them again, with the same ids: the receiver knows them by these."""
        self.check_access("read")
        self.webhook_id.check_access("write")
        self.env["open.banking.event"]._enqueue_deliveries_sudo(self)

    @api.autovacuum
    def _gc_told(self):
        old = self.search([("told_at", "<", fields.Datetime.now() - KEPT)])
        old.filtered(
            lambda row: not any(event.state in OPEN_STATES for event in row.event_ids)
        ).unlink()
