from datetime import timedelta

from odoo import api, fields, models

from ..recon_core.sync.reads import NOT_SERVED, PERIOD, allowed_at

KEEP = timedelta(days=365)


class OpenBankingRead(models.Model):
    """One read of a bank: what was asked, with or without a person in front of the screen.

    Written and committed before the bank is asked, so that a worker that dies has counted it. The
    pages of one read are one row.
    """

    _name = "open.banking.read"
    _description = "Read of a Bank"
    _order = "id desc"

    account_id = fields.Many2one(
        "open.banking.account", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    endpoint = fields.Selection(
        [
            ("accounts", "Accounts"),
            ("balances", "Balances"),
            ("transactions", "Transactions"),
        ],
        required=True,
        readonly=True,
    )
    at = fields.Datetime("Asked at", required=True, readonly=True)
    is_attended = fields.Boolean(
        "Somebody was there",
        readonly=True,
        help="A person asked for it at the screen: it does not count among the reads of a day.",
    )
    outcome = fields.Char(readonly=True, help="ok, or why the bank gave nothing.")
    is_served = fields.Boolean(
        "Counts",
        default=True,
        readonly=True,
        help="The bank gave something, or nobody knows: it counts among the reads of a day.",
    )

    _recent = models.Index("(account_id, endpoint, at)")

    @api.model
    def _begin(self, account, endpoint, is_attended):
        """The row of a read that begins now; committed."""
        read = self.create(
            {
                "account_id": account.id,
                "endpoint": endpoint,
                "at": fields.Datetime.now(),
                "is_attended": is_attended,
            }
        )
        self.env["ir.cron"]._commit_progress()
        return read

    def _end(self, outcome="ok", has_given=False):
        """``has_given``: whether the bank told anything before it failed with ``outcome``."""
        self.write({"outcome": outcome, "is_served": has_given or outcome not in NOT_SERVED})

    @api.model
    def _note_accounts_sudo(self, accounts, is_attended):
        """The list of ``accounts`` was read. sudo: whoever authenticated at the bank had it read."""
        self.sudo().create(
            [
                {
                    "account_id": account.id,
                    "endpoint": "accounts",
                    "at": fields.Datetime.now(),
                    "is_attended": is_attended,
                    "outcome": "ok",
                }
                for account in accounts
            ]
        )

    @api.model
    def _allowed_at(self, account, endpoint):
        """When ``endpoint`` may be read without a person: now, or when the oldest read is a day ago."""
        now = fields.Datetime.now()
        past = self.search_fetch(
            [
                ("account_id", "=", account.id),
                ("endpoint", "=", endpoint),
                ("at", ">", now - PERIOD),
                ("is_attended", "=", False),
                ("is_served", "=", True),
            ],
            ["at"],
        )
        limit = account.provider_id.unattended_reads_per_day or None
        return allowed_at(past.mapped("at"), limit, now)

    @api.autovacuum
    def _gc_old(self):
        self.search([("at", "<", fields.Datetime.now() - KEEP)]).unlink()
