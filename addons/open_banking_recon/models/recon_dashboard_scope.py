"""What the figures of one page are about."""

from decimal import Decimal

from odoo import fields

from ..recon_core.period import PeriodKind, period_of


class Scope:
    """The period, what it is compared with, and the companies of the user's choice.

    Amounts are told in the currency of the current company, those of others at the rate of today.
    ``once`` keeps what several figures read, for as long as the page is made.
    """

    def __init__(self, env, kind, first=None, last=None):
        self.env = env
        self.kind = PeriodKind(kind)
        self.today = fields.Date.context_today(env["recon.dashboard"])
        self.period = period_of(
            self.kind, self.today, fields.Date.to_date(first), fields.Date.to_date(last)
        )
        self.companies = env.companies
        self.company = env.company
        self.currency = env.company.currency_id
        self._rates = self._rates_to_currency()
        self._kept = {}

    @property
    def month_ends(self):
        return self.period.month_ends()

    @property
    def trend_first(self):
        """The first day that the charts show."""
        return min(self.month_ends[0].replace(day=1), self.period.first)

    def base(self, company):
        """What the period of ``company`` is compared with."""
        return self.period.before(company.value_in_use_since or None)

    def worth(self, company_id, amount):
        """Decimal in the currency of the page: what ``amount`` of ``company_id`` is worth."""
        return Decimal(str(amount)) * self._rates[company_id]

    def once(self, key, read):
        """The answer of ``read``, which is called for the first figure that asks."""
        if key not in self._kept:
            self._kept[key] = read()
        return self._kept[key]

    def _rates_to_currency(self):
        flow = self.env["recon.cash.flow"]
        rates = (
            flow._rates_to(self.company, self.today)
            if self.companies.currency_id != self.currency
            else {self.currency.id: 1.0}
        )
        return {
            company.id: Decimal(repr(rates[company.currency_id.id])) for company in self.companies
        }
