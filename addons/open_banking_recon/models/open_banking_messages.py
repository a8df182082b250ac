from odoo import api, models

# whose detail was written for people; that of other codes is for the log
TELLING_DETAIL = frozenset({"booking_refused", "vault_key_version_missing"})

# What puts an error right: a new consent, or the administrator. Time does it for all others.
RENEW = frozenset(
    {
        *("consent_expired", "consent_revoked", "consent_invalid", "consent_terminated"),
        *("token_invalid", "resource_unknown", "account_not_shared", "consent_rejected"),
        *("vault_key_mismatch", "vault_format", "vault_key_version_missing"),
    }
)
ADMINISTER = frozenset(
    {
        *("credentials_refused", "tls_failed", "discovery_failed", "insecure_url"),
        *("certificate_expired", "certificate_invalid", "certificate_refused"),
        *("vault_key_missing", "vault_key_invalid", "vault_hsm_address", "vault_hsm_library"),
        *("vault_hsm_login",),
    }
)


class OpenBankingMessages(models.AbstractModel):
    """One table that turns an error code of the kernel into a sentence for the user."""

    _name = "open.banking.messages"
    _description = "Open Banking Messages"

    def _error_sentence(self, error, bank):
        """The sentence for a kernel error in the dealings with ``bank``."""
        return self._sentence(error.code, bank=bank, detail=self._told_detail(error) or "")

    def _told_detail(self, error):
        """What of an error's detail may be shown, or False."""
        return error.detail if error.code in TELLING_DETAIL else False

    @api.model
    def _remedy(self, code):
        """What the user can do about ``code``: renew, administer, fetch; False without an error."""
        if not code:
            return False
        if code in RENEW:
            return "renew"
        return "administer" if code in ADMINISTER else "fetch"

    def _sentence(self, code, **values):
        """What happened and what to do next, in the user's language. ``values``: bank, date."""
        values = {"bank": self.env._("The bank"), "detail": "", **values}
        sentences = {
            "timeout": self.env._(
                "%(bank)s did not answer in time. The next fetch tries again; nothing is lost.",
                **values,
            ),
            "unavailable": self.env._(
                "%(bank)s cannot be reached at the moment. The next fetch tries again;"
                " nothing is lost.",
                **values,
            ),
            "rate_limited": self.env._(
                "%(bank)s allows no further reads for now. The next fetch waits until it does.",
                **values,
            ),
            "bad_response": self.env._(
                "%(bank)s sent an answer that cannot be read. Nothing was stored; the next fetch"
                " tries again.",
                **values,
            ),
            "consent_expired": self.env._(
                "The consent for %(bank)s has expired. Click Renew consent to keep receiving"
                " transactions.",
                **values,
            ),
            "consent_revoked": self.env._(
                "The consent for %(bank)s was withdrawn. Click Renew consent if you want to receive"
                " transactions again.",
                **values,
            ),
            "consent_invalid": self.env._(
                "%(bank)s no longer accepts the consent. Click Renew consent to keep receiving"
                " transactions.",
                **values,
            ),
            "consent_rejected": self.env._(
                "The access was refused at %(bank)s. Nothing was connected; start again when you"
                " want to.",
                **values,
            ),
            "consent_unconfirmed": self.env._(
                "Nobody confirmed the access at %(bank)s in time. Start again when you want to.",
                **values,
            ),
            "account_not_shared": self.env._(
                "The consent for %(bank)s no longer opens this account. Renew the consent and choose"
                " the account at the bank if you want to receive its transactions.",
                **values,
            ),
            "credentials_refused": self.env._(
                "%(bank)s does not accept who we say we are. Ask your administrator to check the"
                " client id and the secret or key of the provider.",
                **values,
            ),
            "institution_unknown": self.env._(
                "This bank is not in the provider's list any more. Connect it again and choose it"
                " anew.",
            ),
            "account_unauthorized": self.env._(
                "The account must be authorised again at %(bank)s. Log in there and renew it, then"
                " fetch.",
                **values,
            ),
            "synchronizing": self.env._(
                "%(bank)s is asking the bank at this moment. The next fetch brings what it finds.",
                **values,
            ),
            "service_blocked": self.env._(
                "%(bank)s does not let this access read the account. Ask the bank whether online"
                " access is active for it.",
                **values,
            ),
            "id_token_invalid": self.env._(
                "%(bank)s did not prove who it is when the access was given. Nothing was connected;"
                " start again, and tell your administrator when it happens twice.",
                **values,
            ),
            "certificate_expired": self.env._(
                "Our certificate for %(bank)s has expired or is not in force yet. Nothing was sent."
                " Ask your administrator to replace it on the provider.",
                **values,
            ),
            "certificate_invalid": self.env._(
                "Our certificate for %(bank)s cannot be used: it or its key cannot be read, or they"
                " do not belong together. Ask your administrator to enter them again.",
                **values,
            ),
            "certificate_refused": self.env._(
                "%(bank)s does not accept our certificate. Ask your administrator whether it is the"
                " right one and known to the bank.",
                **values,
            ),
            "sca_unsupported": self.env._(
                "%(bank)s offers no way to authenticate on its own page or in its app. This system"
                " never asks for bank passwords: connect the bank through another provider.",
                **values,
            ),
            "psu_id_required": self.env._(
                "%(bank)s asks for a confirmation in its app and has to know whom to ask. Connect"
                " again and enter your user name at the bank.",
                **values,
            ),
            "authorization_failed": self.env._(
                "%(bank)s did not confirm the authorisation. Start the connection again.", **values
            ),
            "token_invalid": self.env._(
                "%(bank)s no longer accepts our access. Click Renew consent to keep receiving"
                " transactions.",
                **values,
            ),
            "tls_failed": self.env._(
                "No safe connection to %(bank)s could be made: its certificate cannot be verified, or"
                " it wants one of ours. Nothing was sent. Ask your administrator.",
                **values,
            ),
            "consent_terminated": self.env._(
                "The consent for %(bank)s was ended. Click Renew consent if you want to receive"
                " transactions again.",
                **values,
            ),
            "response_too_large": self.env._(
                "%(bank)s sent more than can be read at once. Shorten the history of the account.",
                **values,
            ),
            "discovery_failed": self.env._(
                "%(bank)s does not tell where to authorise. Ask your administrator to enter the"
                " addresses on the provider.",
                **values,
            ),
            "insecure_url": self.env._(
                "The address of %(bank)s does not start with https. Ask your administrator to"
                " correct the provider.",
                **values,
            ),
            "period_invalid": self.env._(
                "%(bank)s does not give transactions that old. Shorten the history of the account.",
                **values,
            ),
            "resource_unknown": self.env._(
                "%(bank)s no longer knows this account. Renew the consent and choose the account"
                " again.",
                **values,
            ),
            "vault_key_missing": self.env._(
                "The key that protects the bank credentials cannot be read. Ask your administrator"
                " to restore the key file, then try again."
            ),
            "vault_key_invalid": self.env._(
                "The file with the key that protects the bank credentials is damaged. Ask your"
                " administrator to restore it."
            ),
            "vault_key_mismatch": self.env._(
                "The bank credentials were sealed with another key. Ask your administrator to"
                " restore that key file, or renew the consent."
            ),
            "vault_key_version_missing": self.env._(
                "The bank credentials were sealed with version %(detail)s of the key, which is not"
                " there any more. Ask your administrator to put it back, or renew the consent.",
                **values,
            ),
            "vault_format": self.env._(
                "The stored bank credentials are damaged. Renew the consent; for a client secret,"
                " ask your administrator to enter it again."
            ),
            "vault_hsm_unavailable": self.env._(
                "The security module that keeps the key of the bank credentials does not answer."
                " The next attempt may succeed."
            ),
            **dict.fromkeys(
                ("vault_hsm_address", "vault_hsm_library", "vault_hsm_login"),
                self.env._(
                    "The security module that keeps the key of the bank credentials cannot be"
                    " used. Ask your administrator to check its address, library and PIN."
                ),
            ),
            "worker_lost": self.env._(
                "The work ended several times without a trace: too little memory or time may be"
                " the cause. Ask your administrator to look at the log, then replay it."
            ),
            "internal_error": self.env._(
                "Something went wrong that nobody foresaw. Ask your administrator to look at the"
                " log of the server."
            ),
            "no_journal": self.env._("Choose a bank journal for this account first."),
            "booking_refused": self.env._(
                "The transactions could not be booked: %(detail)s Nothing was lost; they come with"
                " the next fetch after this is corrected.",
                **values,
            ),
            "currency_mismatch": self.env._(
                "The account and its journal are in different currencies. Choose a journal in the"
                " currency of the account."
            ),
            "concurrent_fetch": self.env._(
                "Somebody else was booking in the same journal. The next fetch tries again."
            ),
        }
        return sentences.get(code) or self.env._(
            "%(bank)s refused the request (%(code)s).", bank=values["bank"], code=code
        )
