from odoo import api, fields, models


class OpenBankingEvent(models.Model):
    """Work about a consent that a bank cannot be asked for at once."""

    _inherit = "open.banking.event"

    kind = fields.Selection(
        selection_add=[("revoke_consent", "Withdrawal of a consent")],
        ondelete={"revoke_consent": "cascade"},
    )
    consent_id = fields.Many2one(
        "open.banking.consent", readonly=True, index="btree_not_null", ondelete="cascade"
    )

    @api.model
    def _enqueue_revocation_sudo(self, consent):
        """Have the bank told that ``consent`` was withdrawn. sudo: the queue is the system's."""
        # sudo: the bank's reference of the consent is a system field
        key = f"revoke_consent:{consent.id}:{consent.sudo().consent_ref}"
        self._enqueue_sudo(
            "revoke_consent",
            key,
            consent_id=consent.id,
            provider_id=consent.provider_id.id,
            company_id=consent.company_id.id,
        )

    def _handle_revoke_consent(self):
        """Tell the bank, unless the consent was given again in the meantime."""
        consent = self.consent_id
        if consent.state == "valid":
            return
        error = consent._revoke_at_bank_sudo()
        if error is not None:
            raise error
