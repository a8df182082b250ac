from odoo import api, fields, models


class OpenBankingEvent(models.Model):
    """Work about a consent: what a message hints at, and what the bank cannot be told at once."""

    _inherit = "open.banking.event"

    kind = fields.Selection(
        selection_add=[
            ("check_consent", "Look at a consent"),
            ("revoke_consent", "Withdrawal of a consent"),
        ],
        ondelete={"check_consent": "cascade", "revoke_consent": "cascade"},
    )
    consent_id = fields.Many2one(
        "open.banking.consent", readonly=True, index="btree_not_null", ondelete="cascade"
    )

    @api.model
    def _enqueue_checks_sudo(self, consents, cause):
        """Have the banks asked about ``consents``, once for each ``cause``.

        sudo: the queue is the system's.
        """
        for consent in consents:
            self._enqueue_about_sudo(consent, "check_consent", cause)

    @api.model
    def _enqueue_revocation_sudo(self, consent):
        """Have the bank told that ``consent`` was withdrawn.

        sudo: the queue is the system's, the bank's reference of the consent a system field.
        """
        self._enqueue_about_sudo(consent, "revoke_consent", consent.sudo().consent_ref)

    @api.model
    def _enqueue_about_sudo(self, consent, kind, cause):
        """sudo: the queue is the system's."""
        self._enqueue_sudo(
            kind,
            f"{kind}:{consent.id}:{cause}",
            consent_id=consent.id,
            provider_id=consent.provider_id.id,
            company_id=consent.company_id.id,
        )

    def _handle_check_consent(self):
        """Ask the bank about a consent in force. That it has ended is an answer, not a failure."""
        if self.consent_id.state == "valid" and (error := self.consent_id._check()):
            raise error

    def _handle_revoke_consent(self):
        """Tell the bank, unless the consent was given again in the meantime."""
        consent = self.consent_id
        if consent.state == "valid":
            return
        error = consent._revoke_at_bank_sudo()
        if error is not None:
            raise error
