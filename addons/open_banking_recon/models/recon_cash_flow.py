from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..recon_core.cash_forecast import Kind

KINDS = [
    (Kind.PENDING.value, "Pending at the bank"),
    (Kind.TRANSIT.value, "Payments on their way"),
    (Kind.CUSTOMER.value, "Customer invoices"),
    (Kind.VENDOR.value, "Vendor bills"),
]
TRANSIT_DAYS = 90  # an older payment that no bank line confirms is a matter of bookkeeping
PENDING_PART, PARTS = 1023, 1024  # ids: a document may be expected in up to 1023 parts


class ReconCashFlow(models.Model):
    """What is known today to move on the bank accounts, document by document, in company currency.

    A query and not a table. What the bank has booked or announced of a partner, and what is open to
    their credit, is taken off their oldest documents: that money does not come again. Other
    currencies count at the rate of today. Only companies of the user's choice are read.
    """

    _name = "recon.cash.flow"
    _description = "Expected Bank Movement"
    _auto = False
    _order = "date, id"
    _depends = {
        "account.move.line": [
            *("account_id", "amount_residual_currency", "company_id", "currency_id", "date"),
            *("date_maturity", "move_id", "parent_state", "partner_id", "payment_id", "reconciled"),
        ],
        "account.account": ["account_type", "reconcile"],
        "account.bank.statement.line": [
            *("amount_residual", "company_id", "currency_id", "foreign_currency_id"),
            *("is_reconciled", "partner_id"),
        ],
        "open.banking.pending": [
            *("amount", "company_id", "counterparty_name", "currency_id", "partner_id"),
            *("remittance_unstructured", "value_date"),
        ],
        "res.partner": ["commercial_partner_id"],
    }

    name = fields.Char(string="Document", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS, readonly=True)
    is_in = fields.Boolean(string="Comes in", readonly=True)
    partner_id = fields.Many2one("res.partner", readonly=True)
    move_id = fields.Many2one("account.move", string="Journal entry", readonly=True)
    date_due = fields.Date(string="Due", readonly=True)
    date = fields.Date(string="Expected on", readonly=True)
    amount = fields.Monetary(readonly=True, help="More than 0 comes in.")

    @property
    def _table_query(self):
        return SQL(
            """
            WITH rate (pair, rate, digits) AS (VALUES %(rates)s),
            document AS (%(documents)s),
            expected AS (%(expected)s)
            SELECT expected.id::bigint * %(parts)s + expected.part AS id, move.name,
                   expected.company_id, expected.kind, expected.side > 0 AS is_in,
                   expected.partner_id, expected.move_id, expected.due AS date_due,
                   expected.day AS date, expected.side * expected.amount AS amount
              FROM expected
              JOIN account_move move ON move.id = expected.move_id
             WHERE expected.amount > 0
             UNION ALL
            SELECT pending.id::bigint * %(parts)s + %(pending_part)s,
                   COALESCE(NULLIF(pending.remittance_unstructured, ''), pending.counterparty_name),
                   pending.company_id, 'pending', pending.amount > 0, pending.partner_id, NULL, NULL,
                   COALESCE(pending.value_date, %(today)s),
                   round(pending.amount * rate.rate, rate.digits)
              FROM open_banking_pending pending
              JOIN rate ON rate.pair = %(pair)s
            """,
            pair=rate_pair("pending.company_id", "pending.currency_id"),
            rates=self._rates(),
            documents=self._documents(),
            expected=self._expected(),
            parts=PARTS,
            pending_part=PENDING_PART,
            today=fields.Date.context_today(self),
        )

    def _rates(self):
        """SQL rows (pair of company and currency, rate of today to the company's currency, digits of
        that)."""
        today = fields.Date.context_today(self)
        rows = [
            SQL(
                "(%s, %s::numeric, %s)",
                rate_pair(company.id, currency_id),
                repr(rate),
                company.currency_id.decimal_places,
            )
            for company in self.env.companies
            for currency_id, rate in self._rates_to(company, today).items()
        ]
        return SQL(", ").join(rows)

    @api.model
    def _rates_to(self, company, day):
        """{currency id: what one unit is worth in the currency of ``company`` on ``day``}."""
        # a currency that nobody may choose any more can still have open documents
        currencies = self.env["res.currency"].with_context(active_test=False).search(Domain.TRUE)
        rates = currencies._get_rates(company, day)
        own = rates[company.currency_id.id]
        return {currency_id: own / rate for currency_id, rate in rates.items()}

    def _documents(self):
        """SQL of open documents and payments on their way: id of the journal item, ``side`` 1 for
        money in and -1 for money out, what is still expected of it (``amount`` >= 0), ``due``."""
        return SQL(
            """
            SELECT id, company_id, kind, side, partner_id, move_id, due,
                   GREATEST(0, LEAST(unpaid, sum(unpaid) FILTER (WHERE kind != 'transit') OVER (
                       PARTITION BY company_id, side, partner_id ORDER BY due, id)
                       - COALESCE(credit, 0))) AS amount
              FROM (
                SELECT item.*, CASE WHEN kind = 'transit' THEN 0 ELSE
                           -sum(LEAST(open, 0)) OVER (
                               PARTITION BY company_id, side, partner_id, kind) END AS credit,
                       GREATEST(0, LEAST(open, sum(GREATEST(open, 0)) OVER (
                           PARTITION BY company_id, side, partner_id
                           ORDER BY kind != 'transit', due, id)
                           - COALESCE(bank.amount, 0))) AS unpaid
                  FROM (%(items)s) item
             LEFT JOIN (%(bank)s) bank USING (company_id, side, partner_id)
              ) step
            """,
            items=self._items(),
            bank=self._already_at_the_bank(),
        )

    def _items(self):
        """SQL of the journal items behind the documents; ``open`` < 0 is to the partner's credit."""
        return SQL(
            """
            SELECT line.id, line.company_id, line.move_id, partner.commercial_partner_id AS partner_id,
                   %(due)s AS due, kind.kind, kind.side,
                   round(kind.side * line.amount_residual_currency * rate.rate, rate.digits) AS open
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id
              JOIN rate ON rate.pair = %(pair)s
         LEFT JOIN res_partner partner ON partner.id = line.partner_id
        CROSS JOIN LATERAL (
                SELECT CASE account.account_type WHEN 'asset_receivable' THEN 'customer'
                            WHEN 'liability_payable' THEN 'vendor' ELSE 'transit' END AS kind,
                       CASE account.account_type WHEN 'asset_receivable' THEN 1
                            WHEN 'liability_payable' THEN -1
                            ELSE sign(line.amount_residual_currency)::int END AS side
                ) kind
             WHERE line.parent_state = 'posted'
               AND line.reconciled IS NOT TRUE
               AND line.amount_residual_currency != 0
               AND (account.account_type IN ('asset_receivable', 'liability_payable')
                    OR (line.payment_id IS NOT NULL AND account.reconcile
                        AND line.date >= %(oldest)s))
            """,
            pair=rate_pair("line.company_id", "line.currency_id"),
            due=SQL("COALESCE(line.date_maturity, line.date)"),
            oldest=fields.Date.context_today(self) - timedelta(days=TRANSIT_DAYS),
        )

    def _already_at_the_bank(self):
        """SQL of what the bank has booked or announced of each partner and no document has got."""
        return SQL(
            """
            SELECT moved.company_id, moved.side, partner.commercial_partner_id AS partner_id,
                   sum(moved.amount) AS amount
              FROM (
                SELECT line.company_id, line.partner_id, -sign(line.amount_residual)::int AS side,
                       round(abs(line.amount_residual::numeric) * rate.rate, rate.digits) AS amount
                  FROM account_bank_statement_line line
                  JOIN account_move move ON move.id = line.move_id AND move.state = 'posted'
                  JOIN rate ON rate.pair = %(line_pair)s
                 WHERE line.is_reconciled IS NOT TRUE
                   AND line.partner_id IS NOT NULL
                 UNION ALL
                SELECT pending.company_id, pending.partner_id, sign(pending.amount)::int,
                       round(abs(pending.amount) * rate.rate, rate.digits)
                  FROM open_banking_pending pending
                  JOIN rate ON rate.pair = %(pending_pair)s
                 WHERE pending.partner_id IS NOT NULL
              ) moved
              JOIN res_partner partner ON partner.id = moved.partner_id
          GROUP BY 1, 2, 3
            """,
            line_pair=rate_pair(
                "line.company_id", "COALESCE(line.foreign_currency_id, line.currency_id)"
            ),
            pending_pair=rate_pair("pending.company_id", "pending.currency_id"),
        )

    def _expected(self):
        """SQL: the rows of ``document`` with ``day`` and ``part`` (0 to 1022); a document may have
        several that add up to its amount. It comes on its due date; other add-ons know better."""
        return SQL("SELECT document.*, due AS day, 0 AS part FROM document")

    def action_open_document(self):
        """Open the invoice, bill or payment; what is pending has none."""
        self.ensure_one()
        if self.move_id:
            return self.move_id._get_records_action()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "open_banking_recon.open_banking_pending_action"
        )


def rate_pair(company, currency):
    """SQL of one number for a company and a currency, given as columns or as ids: on two columns
    PostgreSQL joins by the company alone and throws away what is in other currencies, a second for
    each 50,000 documents."""
    return SQL("(%s::bigint * 4294967296 + %s)", *(_column(part) for part in (company, currency)))


def _column(part):
    return SQL(part) if isinstance(part, str) else part


def to_decimal(currency, amount):
    """``amount`` (float) as Decimal with the digits of ``currency``."""
    return Decimal(f"{amount:.{currency.decimal_places}f}")
