from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from ..recon_core.cash_recurring import LEAST, Announced, PastLine, learn
from .recon_cash_flow import to_decimal

MONTHS = 12
# more days a year than a monthly payment can have: the till, not a contract
MOST_DAYS = 60


class ReconCashRecurring(models.AbstractModel):
    """Salaries, rents, taxes, charges: what the bank lines without a document teach."""

    _name = "recon.cash.recurring"
    _description = "Recurring Bank Payments"

    @api.model
    def _learn(self, company, today, rates):
        """([kernel Recurring] of ``company``, {key: name of the counterparty as the bank last wrote
        it}); amounts in company currency. ``rates``: {currency id: rate of today}."""
        currency = company.currency_id
        past, names = [], {}
        for key, name, line_id, day, amount, currency_id in self._past_lines(company, today):
            converted = to_decimal(currency, float(amount) * rates[currency_id])
            past.append(PastLine(line_id, key, day, converted))
            names[key] = name
        announced = [
            Announced(key, day or today, to_decimal(currency, float(amount) * rates[currency_id]))
            for key, day, amount, currency_id in self._announced(company)
        ]
        return learn(past, today, announced), names

    @api.model
    def _past_lines(self, company, today):
        """Rows (key, name, id, date, amount, currency) of the bank lines of twelve months that pay no
        document, oldest first.

        A line pays a document when its entry touches a receivable or payable account or a payment
        of the books, and while it waits when a match with a document is proposed for it. SQL: the
        ORM cannot ask for what the other lines of an entry are.
        """
        for name in ("account.bank.statement.line", "account.move.line", "recon.proposal"):
            self.env[name].flush_model()
        return self.env.execute_query(
            SQL(
                """
                WITH line AS (
                    SELECT line.id, move.date, line.amount, line.currency_id, %(key)s AS key,
                           COALESCE(NULLIF(line.partner_name, ''), partner.name, line.payment_ref)
                               AS name
                      FROM account_bank_statement_line line
                      JOIN account_move move ON move.id = line.move_id
                 LEFT JOIN res_partner partner ON partner.id = line.partner_id
                     WHERE line.company_id = %(company)s
                       AND move.state = 'posted'
                       AND move.date > %(since)s AND move.date <= %(today)s
                       AND NOT EXISTS (
                           SELECT FROM account_move_line item
                             JOIN account_account account ON account.id = item.account_id
                            WHERE item.move_id = line.move_id
                              AND account.account_type IN ('asset_receivable', 'liability_payable'))
                       AND NOT EXISTS (
                           SELECT FROM account_move_line item
                             JOIN account_partial_reconcile partial
                               ON item.id IN (partial.debit_move_id, partial.credit_move_id)
                             JOIN account_move_line other
                               ON other.id IN (partial.debit_move_id, partial.credit_move_id)
                              AND other.payment_id IS NOT NULL
                            WHERE item.move_id = line.move_id)
                       AND (line.is_reconciled OR NOT EXISTS (
                           SELECT FROM recon_proposal WHERE st_line_id = line.id))
                ), often AS (
                    SELECT key, amount > 0 AS is_in FROM line GROUP BY 1, 2
                    HAVING count(DISTINCT date) BETWEEN %(least)s AND %(most)s
                )
                SELECT line.key, line.name, line.id, line.date, line.amount, line.currency_id
                  FROM line
                  JOIN often ON often.key = line.key AND often.is_in = (line.amount > 0)
              ORDER BY line.date, line.id
                """,
                key=_key("line.account_number", "line.partner_name", "line.payment_ref"),
                company=company.id,
                since=today - relativedelta(months=MONTHS),
                today=today,
                least=LEAST,
                most=MOST_DAYS,
            )
        )

    @api.model
    def _announced(self, company):
        """Rows (key, date, amount, currency) of what is pending. Banks give no account there, so
        that a payment is only recognised by its partner, name or text."""
        self.env["open.banking.pending"].flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT %(key)s, line.value_date, line.amount, line.currency_id
                  FROM open_banking_pending line
             LEFT JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE line.company_id = %(company)s
                """,
                key=_key("NULL", "line.counterparty_name", "line.remittance_unstructured"),
                company=company.id,
            )
        )


def _key(account, name, text):
    """SQL for who is on the other side: the partner, else the account, the name, or the text of the
    bank without its numbers and dates."""
    return SQL(
        """CASE WHEN partner.id IS NOT NULL THEN 'partner ' || partner.commercial_partner_id
                WHEN %(name)s > '' THEN 'name ' || lower(%(name)s)
                WHEN %(account)s > '' THEN 'account ' || %(account)s
                ELSE 'text ' || regexp_replace(lower(COALESCE(%(text)s, '')), '[^[:alpha:]]+', ' ', 'g')
           END""",
        account=SQL(account),
        name=SQL(name),
        text=SQL(text),
    )
