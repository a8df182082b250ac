import logging
import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..recon_core.errors import ReconError

_logger = logging.getLogger(__name__)

LIST_LIFETIME = timedelta(days=1)
# it is drawn by a style: what could end an address there is no part of one
LOGO_URL = re.compile(r"https://[A-Za-z0-9.~:/?#@!$&*+,;=%_-]+")


class OpenBankingInstitution(models.Model):
    """A bank (ASPSP) that a provider reaches, as its list names it. A copy: the provider's is the
    truth, and is read again when somebody chooses a bank and the copy is a day old."""

    _name = "open.banking.institution"
    _description = "Bank of a Provider"
    _order = "name, id"

    name = fields.Char(required=True, readonly=True)
    provider_id = fields.Many2one(
        "open.banking.provider", required=True, readonly=True, ondelete="cascade", index=True
    )
    country_id = fields.Many2one("res.country", required=True, readonly=True, index=True)
    ref = fields.Char(required=True, readonly=True, help="What the provider calls the bank.")
    bic = fields.Char(string="BIC", readonly=True)
    logo_url = fields.Char(readonly=True)
    active = fields.Boolean(default=True, readonly=True)
    listed_at = fields.Datetime(required=True, readonly=True, help="When the list was last read.")

    _ref_unique = models.UniqueIndex(
        "(provider_id, country_id, ref)", "This bank is in the provider's list already."
    )

    @api.model
    def _refresh_sudo(self, provider, country):
        """Bring the copy of the provider's list for ``country`` up to date, unless it is fresh.

        A provider that does not answer does not matter while there is an older copy; without one
        its error is told. sudo: the list is the provider's word, nobody writes it.
        """
        Institution = self.sudo().with_context(active_test=False)
        known = Institution.search(
            [("provider_id", "=", provider.id), ("country_id", "=", country.id)]
        )
        newest = max(known.mapped("listed_at"), default=None)
        if newest and fields.Datetime.now() - newest < LIST_LIFETIME:
            return
        try:
            listed = provider._connector_sudo().institutions(country.code)
        except ReconError as error:
            _logger.info("provider %s: no list of banks, %s", provider.id, error.code)
            if known:
                return
            messages = self.env["open.banking.messages"]
            raise UserError(messages._error_sentence(error, provider.name)) from error
        known._become(provider, country, listed)

    def _become(self, provider, country, listed):
        """Make ``self``, the copy so far, the banks of ``listed``: new ones, changed, gone."""
        by_ref = {institution.ref: institution for institution in self}
        now = fields.Datetime.now()
        to_create, seen = [], self.browse()
        for bank in {bank.ref: bank for bank in listed}.values():
            values = {
                "name": bank.name,
                "bic": bank.bic,
                "logo_url": bank.logo_url if LOGO_URL.fullmatch(bank.logo_url) else False,
                "active": True,
            }
            institution = by_ref.get(bank.ref)
            if not institution:
                to_create.append(
                    {
                        **values,
                        "ref": bank.ref,
                        "provider_id": provider.id,
                        "country_id": country.id,
                        "listed_at": now,
                    }
                )
                continue
            seen |= institution
            if any((institution[name] or False) != (values[name] or False) for name in values):
                institution.write(values)
        (self - seen).filtered("active").active = False
        self.listed_at = now  # also what is gone was looked for
        self.create(to_create)

    def action_connect(self):
        """Start a consent at this bank; the browser goes there."""
        self.ensure_one()
        company = self.env["res.company"].browse(
            self.env.context.get("open_banking_company_id") or self.env.company.id
        )
        return self.env["open.banking.consent"]._connect(self.provider_id, company, self)
