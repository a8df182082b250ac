import base64
import os
from datetime import timedelta
from urllib.parse import urlsplit

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, ValidationError

from ..recon_core.connectors.public_addresses import refuse_private_host
from ..recon_core.connectors.transport import require_safe_url
from ..recon_core.errors import FinalError
from .recon_api_operation import topics_of

SECRET_BYTES = 32
LONG_FAILURE = timedelta(days=5)
TOLD = {"active", "company_id", "topic_ids"}  # what changes who is told what
PLACE = {"url", "is_internal"}


class ReconWebhookTopic(models.Model):
    """A kind of event that other programs may be told of; declared in ``_api_topics``."""

    _name = "recon.webhook.topic"
    _description = "Kind of Event"
    _order = "code"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)

    _code_unique = models.UniqueIndex("(code)", "This kind of event is there already.")


class ReconWebhook(models.Model):
    """An address of another program that is told when something happens in a company."""

    _name = "recon.webhook"
    _inherit = [
        "open.banking.circuit",
        "recon.audited.setting",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "Receiver of Events"
    _order = "company_id, name"

    name = fields.Char("Receiver", required=True)
    active = fields.Boolean(default=True, help="Switched off by itself after days of failures.")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    url = fields.Char("Address", required=True, help="Begins with https://")
    is_internal = fields.Boolean(
        "Inside our network",
        help="Also addresses that are not on the public internet. For system administrators.",
    )
    topic_ids = fields.Many2many("recon.webhook.topic", string="Told of")
    secret_sealed = fields.Char(readonly=True, copy=False, groups="base.group_system")
    failing_since = fields.Datetime(readonly=True, copy=False)
    delivery_ids = fields.One2many("recon.webhook.delivery", "webhook_id", string="Deliveries")

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS recon.audited.setting
        hooks = super().create(vals_list)
        hooks._check_administrator()
        for hook in hooks:
            hook._new_secret_sudo()
        self.env.registry.clear_cache()
        return hooks

    def write(self, vals):
        # EXTENDS recon.audited.setting
        if not PLACE.isdisjoint(vals):
            self._check_administrator()
        if vals.get("active"):  # begins anew
            vals = {**vals, "failing_since": False, "circuit_failures": 0}
            vals["circuit_open_until"] = False
        res = super().write(vals)
        if not PLACE.isdisjoint(vals):
            self._check_administrator()
        if not TOLD.isdisjoint(vals):
            self.env.registry.clear_cache()
        return res

    def unlink(self):
        # EXTENDS base
        self.env.registry.clear_cache()
        return super().unlink()

    # -- where it leads -------------------------------------------------------

    def _check_administrator(self):
        """Only an administrator sends messages into our own network, or to the server itself."""
        inside = any(hook.is_internal or urlsplit(hook.url).scheme != "https" for hook in self)
        if inside and not self.env.su and not self.env.user.has_group("base.group_system"):
            raise AccessError(
                self.env._("Only an administrator may let messages go into our own network.")
            )

    @api.constrains("url", "is_internal")
    def _check_url(self):
        for hook in self:
            try:
                require_safe_url(hook.url)
                if urlsplit(hook.url).scheme == "https" and not hook.is_internal:
                    refuse_private_host(urlsplit(hook.url).hostname)
            except FinalError as error:
                raise ValidationError(
                    self.env._(
                        "%s is no address that begins with https:// and names a server on the"
                        " public internet.",
                        hook.url,
                    )
                ) from error

    # -- the secret -----------------------------------------------------------

    def _new_secret_sudo(self):
        """A new secret, stored sealed; returned once. sudo: it is a system field."""
        self.ensure_one()
        secret = "whsec_" + base64.b64encode(os.urandom(SECRET_BYTES)).decode()
        vault = self.env["open.banking.vault"]
        self.sudo().secret_sealed = vault._seal(secret, vault._context(self, "secret"))
        return secret

    def _secret_sudo(self):
        """The secret in clear; FinalError("receiver_secret_missing") where a copy of a database has
        lost it. sudo: it is a system field."""
        sealed = self.sudo().secret_sealed
        if not sealed:
            raise FinalError("receiver_secret_missing")
        vault = self.env["open.banking.vault"]
        return vault._unseal(sealed, vault._context(self, "secret"))

    def action_new_secret(self):
        """Replace the secret and show the new one once."""
        self.ensure_one()
        self.check_access("write")
        secret = self._new_secret_sudo()
        self.env["recon.audit.entry"]._record("key", self, {"did": "webhook_secret_replaced"})
        return self.env["recon.secret.show"]._show(self.env._("New secret"), secret)

    # -- what is told ---------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _subscribed(self):
        """{(company id, topic): ids of the active receivers}; remembered: without any, what happens
        costs no query. The whole system's, whoever caused it."""
        found = {}
        # sudo: whoever reconciles need not know who is told
        for hook in self.sudo().search([("active", "=", True)]):
            for topic in hook.topic_ids:
                found.setdefault((hook.company_id.id, topic.code), []).append(hook.id)
        return {key: tuple(ids) for key, ids in found.items()}

    @api.model
    def _tell_sudo(self, topic, records, describe):
        """Have all who want to know told of ``topic`` about each of ``records``, once it is committed.

        ``describe``: a function that gives the data of one record. sudo: messages are the system's.
        """
        subscribed = self._subscribed()
        if not subscribed or not any(code == topic for _company, code in subscribed):
            return
        told = [
            (hook, describe(record))
            for record in records
            for hook in subscribed.get((record.company_id.id, topic), ())
        ]
        self.env["recon.webhook.delivery"]._queue_sudo(topic, told)

    @api.model
    def _topics(self):
        """{topic: Topic} of this database."""
        return topics_of(self.env.registry["recon.api"].mro())

    def action_send_test(self):
        """Send a message about nothing, to see whether it arrives."""
        self.check_access("write")
        self.env["recon.webhook.delivery"]._queue_sudo("test", [(hook.id, {}) for hook in self])
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("The test is on its way: see Messages."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # -- how it goes ----------------------------------------------------------

    def _is_outage(self, error):
        # OVERRIDES open.banking.circuit: a receiver that refuses is as good as one that is away
        return True

    def _circuit_result_sudo(self, error, now):
        # EXTENDS open.banking.circuit: who has not taken a message for days is told no more
        super()._circuit_result_sudo(error, now)
        if not self or not self.try_lock_for_update(allow_referencing=True):
            return
        hook = self.sudo()  # sudo: what workers learn is no setting
        if error is None:
            if hook.failing_since:
                hook.failing_since = False
        elif not hook.failing_since:
            hook.failing_since = now
        elif hook.active and now - hook.failing_since >= LONG_FAILURE:
            hook._switch_off()

    def _switch_off(self):
        """Stop telling, and tell whoever set it up."""
        self.active = False
        self.env["recon.audit.entry"]._record("setting", self, {"did": "switched_off"})
        self.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=self.env._("%s takes no messages: switched off", self.name),
            note=self.env._("Put it right, switch it on again and replay what it has missed."),
            user_id=self.create_uid.id,
        )
