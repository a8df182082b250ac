from odoo import api, fields, models


class OpenBankingPending(models.Model):
    """A transaction the bank announces but has not booked. Never an accounting entry.

    The rows of an account are replaced at each fetch: a pending transaction has no identity that
    survives its booking (new id, date and sometimes amount).
    """

    _name = "open.banking.pending"
    _description = "Pending Bank Transaction"
    _order = "value_date, id"

    account_id = fields.Many2one(
        "open.banking.account", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", index="btree_not_null", help="The payer, where the bank's data tells."
    )
    amount = fields.Monetary(required=True)
    currency_id = fields.Many2one("res.currency", required=True)
    value_date = fields.Date()
    counterparty_name = fields.Char()
    remittance_unstructured = fields.Char(string="Remittance text")

    @api.model
    def _forget_sudo(self, accounts):
        """Drop what was announced on ``accounts``. sudo: the rows are the bank's word, not a user's."""
        self.sudo().search([("account_id", "in", accounts.ids)]).unlink()

    @api.model
    def _replace(self, account, transactions):
        """Make ``transactions`` the pending ones of ``account``."""
        self.search([("account_id", "=", account.id)]).unlink()
        Line = self.env["account.bank.statement.line"]
        partners = Line._partners_by_iban(
            account.company_id, [entry.counterparty_iban for entry in transactions]
        )
        currencies = {
            currency.name: currency.id for currency in self.env["res.currency"].search([])
        }
        pending = self.create(
            [
                {
                    "account_id": account.id,
                    "partner_id": partners.get(entry.counterparty_iban),
                    "amount": float(entry.amount),
                    "currency_id": currencies.get(entry.currency, account.currency_id.id),
                    "value_date": entry.value_date or entry.booking_date,
                    "counterparty_name": entry.counterparty_name,
                    "remittance_unstructured": entry.remittance_unstructured,
                }
                for entry in transactions
            ]
        )
        unknown = pending.filtered(lambda row: not row.partner_id)
        if unknown:
            self.env["recon.matcher"]._recognise_pending(unknown)
        return pending
