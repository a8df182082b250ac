from datetime import timedelta

from odoo import fields, models

CARD_DAYS = 30


class AccountJournal(models.Model):
    """What the matching did for a bank journal lately, and what it left, on the journal's card."""

    _inherit = "account.journal"

    def _fill_bank_cash_dashboard_data(self, dashboard_data):
        # EXTENDS account
        super()._fill_bank_cash_dashboard_data(dashboard_data)
        if not self.env.user.has_group("open_banking_recon.group_reader"):
            return
        banks = self.filtered(lambda journal: journal.type == "bank")
        rates, waiting = banks._automatic_shares(), banks._waiting_amounts()
        for journal in banks:
            currency = journal.currency_id or journal.company_id.currency_id
            dashboard_data[journal.id]["open_banking_matching"] = {
                "rate": f"{rates[journal]:.0%}" if journal in rates else False,
                "waiting": currency.format(waiting[journal]) if journal in waiting else False,
            }

    def _automatic_shares(self):
        """{journal: share of its lines of the last CARD_DAYS days that were reconciled without a
        person, 0 to 1}; only journals with lines."""
        since = fields.Date.context_today(self) - timedelta(days=CARD_DAYS)
        groups = self.env["account.bank.statement.line"]._read_group(
            [
                ("journal_id", "in", self.ids),
                ("move_id.state", "=", "posted"),
                ("date", ">", since),
            ],
            ["journal_id", "match_state"],
            ["__count"],
        )
        counts = {}
        for journal, state, count in groups:
            automatic, lines = counts.get(journal, (0, 0))
            counts[journal] = (automatic + count * (state == "auto"), lines + count)
        return {journal: automatic / lines for journal, (automatic, lines) in counts.items()}

    def _waiting_amounts(self):
        """{journal: sum of the amounts of its lines on the to-do list, in and out both counted as
        positive, in its currency}; only journals with such lines."""
        waiting = self.env["recon.exception"].search_fetch(
            [("journal_id", "in", self.ids), ("state", "=", "open")], ["journal_id", "st_line_id"]
        )
        return {
            journal: sum(abs(line.amount) for line in rows.st_line_id)
            for journal, rows in waiting.grouped("journal_id").items()
        }
