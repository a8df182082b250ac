from babel.dates import format_timedelta

from odoo import fields, models
from odoo.tools.misc import babel_locale_parse, format_datetime

WARN_DAYS = 14  # the first reminder to renew goes out then


class OpenBankingAccount(models.Model):
    """What the card of a journal shows of the account that feeds it."""

    _inherit = "open.banking.account"

    def _card(self):
        """What the journal's card shows of this account: texts, and which button is needed."""
        self.ensure_one()
        code = self.error_code
        if self.consent_state != "valid":
            state = self.consent_state
            code = f"consent_{state}" if state != "received" else "consent_unconfirmed"
        messages = self.env["open.banking.messages"]
        days_left = self.consent_id.days_left
        has_end = self.consent_state == "valid" and bool(self.consent_id.valid_until)
        return {
            "last": self._ago(self.last_sync_at),
            "last_title": self.last_sync_at and format_datetime(self.env, self.last_sync_at),
            "next": self._ago(self.next_sync_at),
            "next_title": self.next_sync_at and format_datetime(self.env, self.next_sync_at),
            "days_left": days_left,
            "ends_soon": has_end and days_left <= WARN_DAYS,
            "has_end": has_end,
            "error": self._card_error(code),
            "remedy": "renew" if code == "consent_unconfirmed" else messages._remedy(code),
            "gap": self.balance_gap_message,
        }

    def _card_error(self, code):
        if not code:
            return False
        if code == self.error_code:
            return self.error_message
        return self.env["open.banking.messages"]._sentence(code, bank=self.consent_id.name)

    def _ago(self, instant):
        if not instant:
            return False
        locale = babel_locale_parse(self.env.lang or "en_US")
        return format_timedelta(instant - fields.Datetime.now(), add_direction=True, locale=locale)
