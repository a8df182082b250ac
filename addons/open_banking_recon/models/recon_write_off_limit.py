from odoo import api, fields, models
from odoo.exceptions import UserError

# What stands there is still owed, by somebody or to somebody: nothing is given up.
OPEN_ACCOUNTS = ("asset_receivable", "liability_payable")


class ReconPolicy(models.Model):
    """Above which amount one person alone books nothing without a document."""

    _inherit = "recon.policy"

    company_currency_id = fields.Many2one(related="company_id.currency_id")
    write_off_limit = fields.Monetary(
        string="Write-offs need a second person above",
        currency_field="company_currency_id",
        help="Differences, discounts beyond the payment terms and bank lines without a document, each"
        " in the currency of the company. Nothing above is posted by itself either. 0: off.",
    )
    clerk_write_off_limit = fields.Monetary(
        string="Write-offs of clerks above",
        currency_field="company_currency_id",
        help="A lower limit for clerks; accountants approve what is above. 0: as for all.",
    )

    _limits_range = models.Constraint(
        "CHECK (COALESCE(write_off_limit, 0) >= 0 AND COALESCE(clerk_write_off_limit, 0) >= 0)",
        "The limits cannot be negative.",
    )

    def _second_person_above(self):
        """The limit that holds for the user, in the company's currency; None when there is none."""
        limits = [self.write_off_limit]
        may_more = self.env.user.has_group("open_banking_recon.group_accountant")
        if not self.env.su and not may_more:
            limits.append(self.clerk_write_off_limit)
        return min(filter(None, limits), default=None)

    def _needs_second_person(self, match):
        """Whether ``match`` gives up more than the user may alone."""
        limit = self._second_person_above() if match.write_offs else None
        if limit is None:
            return False
        amount = self.env["recon.apply"]._written_off(match)
        return self.company_currency_id.compare_amounts(amount, limit) > 0


class ReconApply(models.AbstractModel):
    """The one door through which everything is booked has the limit as well."""

    _inherit = "recon.apply"

    def _apply(self, matches):
        # EXTENDS open_banking_recon: whoever forgot to ask is refused here
        self._refuse_unapproved(matches)
        return super()._apply(matches)

    def _refuse_unapproved(self, matches):
        asked = [match for match in matches if match.write_offs and not match.request]
        if not asked:
            return
        journals = self.env["account.journal"].union(*(m.st_line.journal_id for m in asked))
        policies = self.env["recon.policy"]._for_journals(journals)
        for match in asked:
            policy = policies[match.st_line.journal_id]
            if policy._needs_second_person(match):
                raise UserError(self._limit_words(match, policy))

    @api.model
    def _limit_words(self, match, policy):
        currency = match.st_line.company_id.currency_id
        return self.env._(
            "%(amount)s would be written off. Above %(limit)s a second person has to approve it.",
            amount=currency.format(self._written_off(match)),
            limit=currency.format(policy._second_person_above()),
        )

    @api.model
    def _written_off(self, match):
        """What ``match`` books on accounts without a document, in the company's currency, each share
        counted as positive. What payment terms grant is agreed, and not counted."""
        st_line = match.st_line
        _liquidity, suspense, _other = st_line._seek_for_lines()
        rate = suspense[:1].balance / (suspense[:1].amount_currency or 1.0)
        accounts = self.env["account.account"].browse(
            [row["account_id"] for row in match.write_offs]
        )
        total = sum(
            abs(row["amount_currency"] * rate)
            for row, account in zip(match.write_offs, accounts, strict=True)
            if account.account_type not in OPEN_ACCOUNTS
        )
        return st_line.company_id.currency_id.round(total)
