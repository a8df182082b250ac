from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .recon_cash_flow import to_decimal

SPREAD_DAYS = 7  # before there is a history of payments to measure it on
SPREAD_MONTHS = 12
LEAST_PAYMENTS = 20  # fewer say nothing about the spread


class ReconCashBalance(models.AbstractModel):
    """What is on the bank accounts of a company, and how punctual its customers were."""

    _name = "recon.cash.balance"
    _description = "Bank Balances"

    @api.model
    def _journals(self, company, rates):
        """[{journal, amount, currency, worth (Decimal, company currency), as_of, source}] of the bank
        journals. ``source``: ``bank``, what the bank told last and the lines booked after that day,
        or ``books``, the balance of the journal's account."""
        journals = self.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "bank")]
        )
        told = {
            account.journal_id: account
            for account in self.env["open.banking.account"].search(
                [("journal_id", "in", journals.ids), ("balance_date", "!=", False)]
            )
        }
        since = self._booked_after(told)
        booked = self._booked(journals.filtered(lambda journal: journal not in told))
        found = []
        for journal in journals:
            account = told.get(journal)
            currency = journal.currency_id or company.currency_id
            amount = account.balance + since.get(journal, 0) if account else booked[journal]
            found.append(
                {
                    "journal": journal,
                    "amount": amount,
                    "currency": currency,
                    "worth": to_decimal(company.currency_id, amount * rates[currency.id]),
                    "as_of": account.balance_date if account else None,
                    "source": "bank" if account else "books",
                }
            )
        return found

    @api.model
    def _booked(self, journals):
        """{journal: balance of its account, in the currency of the journal}; of journals that share
        an account the first has it all."""
        groups = self.env["account.move.line"]._read_group(
            [
                ("account_id", "in", journals.default_account_id.ids),
                ("company_id", "in", journals.company_id.ids),
                ("parent_state", "=", "posted"),
            ],
            ["account_id"],
            ["balance:sum", "amount_currency:sum"],
        )
        sums = {account: (balance, foreign) for account, balance, foreign in groups}
        return {
            journal: sums.pop(journal.default_account_id, (0, 0))[bool(journal.currency_id)]
            for journal in journals
        }

    @api.model
    def _booked_after(self, told):
        """{journal: sum of its bank lines after the balance of its open.banking.account}."""
        if not told:
            return {}
        groups = self.env["account.bank.statement.line"]._read_group(
            [
                ("journal_id", "in", [journal.id for journal in told]),
                ("move_id.state", "=", "posted"),
                ("date", ">", min(account.balance_date for account in told.values())),
            ],
            ["journal_id", "date:day"],
            ["amount:sum"],
        )
        sums = {}
        for journal, day, amount in groups:
            if day > told[journal].balance_date:
                sums[journal] = sums.get(journal, 0) + amount
        return sums

    @api.model
    def _moved_after(self, company, day, rates):
        """Decimal in company currency: what the bank booked after ``day``."""
        groups = self.env["account.bank.statement.line"]._read_group(
            [
                ("company_id", "=", company.id),
                ("journal_id.type", "=", "bank"),
                ("move_id.state", "=", "posted"),
                ("date", ">", day),
            ],
            ["currency_id"],
            ["amount:sum"],
        )
        worth = sum(amount * rates[currency.id] for currency, amount in groups)
        return to_decimal(company.currency_id, worth)

    @api.model
    def _spread_days(self, company):
        """Half of the days between the quarter of the customers' payments that came earliest and the
        quarter that came latest, both counted from the due date, in the last twelve months.

        SPREAD_DAYS with fewer than LEAST_PAYMENTS. SQL: the ORM has no quantiles.
        """
        self.env["account.move.line"].flush_model()
        self.env["account.partial.reconcile"].flush_model()
        since = fields.Date.context_today(self) - relativedelta(months=SPREAD_MONTHS)
        [(count, spread)] = self.env.execute_query(
            SQL(
                """
                SELECT count(*),
                       percentile_cont(0.75) WITHIN GROUP (ORDER BY late)
                       - percentile_cont(0.25) WITHIN GROUP (ORDER BY late)
                  FROM (SELECT partial.max_date - line.date_maturity AS late
                          FROM account_partial_reconcile partial
                          JOIN account_move_line line ON line.id = partial.debit_move_id
                          JOIN account_account account ON account.id = line.account_id
                          JOIN account_move_line credit ON credit.id = partial.credit_move_id
                          JOIN account_move payment ON payment.id = credit.move_id
                         WHERE partial.company_id = %(company)s
                           AND partial.max_date > %(since)s
                           AND line.date_maturity IS NOT NULL
                           AND account.account_type = 'asset_receivable'
                           AND payment.move_type = 'entry') paid
                """,
                company=company.id,
                since=since,
            )
        )
        return round(spread / 2) if count >= LEAST_PAYMENTS else SPREAD_DAYS
