from odoo import models


class OpenBankingMessages(models.AbstractModel):
    """One table that turns an error code of the kernel into a sentence for the user."""

    _name = "open.banking.messages"
    _description = "Open Banking Messages"

    def _sentence(self, code, **values):
        """What happened and what to do next, in the user's language. ``values``: bank, date."""
        _ = self.env._
        values = {"bank": _("The bank"), "detail": "", **values}
        sentences = {
            "timeout": _(
                "%(bank)s did not answer in time. The next fetch tries again; nothing is lost.",
                **values,
            ),
            "unavailable": _(
                "%(bank)s cannot be reached at the moment. The next fetch tries again;"
                " nothing is lost.",
                **values,
            ),
            "rate_limited": _(
                "%(bank)s allows no further reads for now. The next fetch waits until it does.",
                **values,
            ),
            "bad_response": _(
                "%(bank)s sent an answer that cannot be read. Nothing was stored; the next fetch"
                " tries again.",
                **values,
            ),
            "consent_expired": _(
                "The consent for %(bank)s has expired. Click Renew consent to keep receiving"
                " transactions.",
                **values,
            ),
            "consent_revoked": _(
                "The consent for %(bank)s was withdrawn. Click Renew consent if you want to receive"
                " transactions again.",
                **values,
            ),
            "consent_invalid": _(
                "%(bank)s no longer accepts the consent. Click Renew consent to keep receiving"
                " transactions.",
                **values,
            ),
            "consent_rejected": _(
                "The access was refused at %(bank)s. Nothing was connected; start again when you"
                " want to.",
                **values,
            ),
            "authorization_failed": _(
                "%(bank)s did not confirm the authorisation. Start the connection again.", **values
            ),
            "token_invalid": _(
                "%(bank)s no longer accepts our access. Click Renew consent to keep receiving"
                " transactions.",
                **values,
            ),
            "tls_failed": _(
                "The connection to %(bank)s is not safe: its certificate cannot be verified."
                " Nothing was sent. Ask your administrator.",
                **values,
            ),
            "insecure_url": _(
                "The address of %(bank)s does not start with https. Ask your administrator to"
                " correct the provider.",
                **values,
            ),
            "period_invalid": _(
                "%(bank)s does not give transactions that old. Shorten the history of the account.",
                **values,
            ),
            "resource_unknown": _(
                "%(bank)s no longer knows this account. Renew the consent and choose the account"
                " again.",
                **values,
            ),
            "vault_key_missing": _(
                "The key that protects the bank credentials cannot be read. Ask your administrator"
                " to restore the key file, then try again."
            ),
            "vault_key_invalid": _(
                "The file with the key that protects the bank credentials is damaged. Ask your"
                " administrator to restore it."
            ),
            "vault_key_mismatch": _(
                "The bank credentials were sealed with another key. Ask your administrator to"
                " restore that key file, or renew the consent."
            ),
            "no_journal": _("Choose a bank journal for this account first."),
            "booking_refused": _(
                "The transactions could not be booked: %(detail)s Nothing was lost; they come with"
                " the next fetch after this is corrected.",
                **values,
            ),
            "concurrent_fetch": _(
                "Somebody else was booking in the same journal. The next fetch tries again."
            ),
        }
        return sentences.get(code) or _(
            "%(bank)s refused the request (%(code)s).", bank=values["bank"], code=code
        )
