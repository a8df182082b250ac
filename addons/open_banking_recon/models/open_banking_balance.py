from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL, plaintext2html

from ..recon_core.sync.balance import comparable, gap

ACTIVITY = "open_banking_recon.mail_activity_balance_gap"


class OpenBankingAccount(models.Model):
    """Whether the lines of the feed add up to the balance that the bank tells.

    The first complete fetch fixes the anchor: what was on the account before its window. From then
    on the anchor and the lines since have to give the bank's booked balance.
    """

    _inherit = "open.banking.account"

    balance_anchor = fields.Monetary(
        readonly=True, copy=False, help="What was on the account before the first day fetched."
    )
    balance_anchor_date = fields.Date(
        readonly=True, copy=False, help="The first day whose lines count."
    )
    balance_gap = fields.Monetary(
        readonly=True, copy=False, help="What the bank has more than the lines of the feed."
    )
    balance_gap_since = fields.Date(readonly=True, copy=False)
    balance_gap_message = fields.Char(compute="_compute_balance_gap_message")

    @api.depends("balance_gap", "balance_gap_since")
    @api.depends_context("lang")
    def _compute_balance_gap_message(self):
        for account in self:
            account.balance_gap_message = account.balance_gap_since and self.env._(
                "%(account)s: the balance of the bank and the bank lines differ by %(gap)s since"
                " %(date)s. Look for a line that was deleted, or that the bank took back.",
                account=account.name,
                gap=account.currency_id.format(account.balance_gap),
                date=fields.Date.to_string(account.balance_gap_since),
            )

    def write(self, vals):
        """Another journal starts anew: its lines are others, and so is what they add up to."""
        if "journal_id" in vals:
            moved = self.filtered(
                lambda account: (
                    account.journal_id and account.journal_id.id != (vals["journal_id"] or False)
                )
            )
            # sudo: readonly for everybody
            super(OpenBankingAccount, moved.sudo()).write(
                {"synced_until": False, "balance_anchor_date": False, "balance_gap_since": False}
            )
        return super().write(vals)

    def action_accept_balance_gap(self):
        """Take the books as right: from now on the difference belongs to the anchor."""
        self.check_access("write")
        # sudo: readonly for everybody, set by this action and the fetch alone
        for account in self.sudo().filtered("balance_gap_since"):
            account.balance_anchor += account.balance_gap
            account._set_balance_gap(Decimal(0), fields.Date.context_today(account))

    def _check_balance(self, balances, date_from, read_on):
        """Compare after a complete fetch of the window from ``date_from`` until ``read_on``.

        The first time, this fixes the anchor.
        """
        self.ensure_one()
        since = self.balance_anchor_date or date_from
        _sum, newest = self._lines_sum(since)
        bank = comparable(balances, self.currency_id.name, read_on, newest)
        if bank is None or bank.day < since:
            return
        lines, _newest = self._lines_sum(since, bank.day)
        if not self.balance_anchor_date:
            self.write({"balance_anchor": float(bank.amount - lines), "balance_anchor_date": since})
            return
        digits = self.currency_id.decimal_places
        anchor = Decimal(f"{self.balance_anchor:.{digits}f}")
        self._set_balance_gap(gap(bank, anchor, lines), read_on)

    def _lines_sum(self, since, until=None):
        """(sum, newest booking date) of the lines of the feed, on booking dates."""
        self.env["account.bank.statement.line"].flush_model(
            ["journal_id", "open_banking_ref", "booking_date", "amount"]
        )
        [(total, newest)] = self.env.execute_query(
            SQL(
                "SELECT coalesce(sum(amount), 0)::text, max(booking_date)"
                " FROM account_bank_statement_line WHERE journal_id = %s"
                " AND open_banking_ref IS NOT NULL AND booking_date >= %s AND %s",
                self.journal_id.id,
                since,
                SQL("booking_date <= %s", until) if until else SQL("TRUE"),
            )
        )
        return Decimal(total), newest

    def _set_balance_gap(self, amount, today):
        """Remember the gap since its first day; tell the consent's owner when it lasts.

        What is booked between the two calls of one fetch looks like a gap until the next one: only
        one that is still there on another day is told.
        """
        if not amount:
            if self.balance_gap_since:
                self.write({"balance_gap": 0, "balance_gap_since": False})
                self._forget_balance_activity()
            return
        since = self.balance_gap_since or today
        self.write({"balance_gap": float(amount), "balance_gap_since": since})
        consent = self.consent_id
        if since < today and not consent.activity_search([ACTIVITY]):
            consent.activity_schedule(
                ACTIVITY,
                summary=self.env._("%(account)s: the balance does not add up", account=self.name),
                # the name of an account is the bank's text
                note=plaintext2html(self.balance_gap_message),
                user_id=consent.user_id.id,
            )

    def _forget_balance_activity(self):
        """One activity stands for all accounts of a consent."""
        if not any(self.consent_id.account_ids.mapped("balance_gap_since")):
            self.consent_id.activity_unlink([ACTIVITY])
