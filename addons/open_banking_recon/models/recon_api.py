from odoo import models
from odoo.fields import Domain

from ..recon_core.api import answers, cursor
from ..recon_core.api.kinds import identity, moment
from ..recon_core.api.operation import Argument, paging
from ..recon_core.api.problems import CallRefused
from .recon_api_operation import RefusedCall, document_of, operations_of, scopes_of

COMPANY = Argument(identity(), "Of this company only.")
CHANGED_SINCE = Argument(moment(), "Changed at that moment or later.")


class ReconApi(models.AbstractModel):
    """What other programs may call, over Odoo's JSON-2 (docs/api.md).

    Each public method is declared with ``operation`` and runs with the rights and in the companies of
    the caller. Other add-ons add methods by inheriting this model.
    """

    _name = "recon.api"
    _description = "API for Other Programs"
    # what a key may be made for; add-ons that inherit name their own
    _api_scopes = {
        "open_banking:read": "bank accounts, fetches, lines, proposals, exceptions, health",
        "open_banking:write": "accept and reject proposals, undo matches, ask for fetches",
        "kpi:read": "figures",
    }

    def _operations(self):
        """{name: Operation} of all methods of this database."""
        return operations_of(self.env.registry[self._name].mro())

    def _scopes(self):
        """{scope: what it allows} of this database."""
        return scopes_of(self.env.registry[self._name].mro())

    def _document(self):
        """The OpenAPI document of this database."""
        return document_of(self.env.registry[self._name].mro())

    def _call(self, name, arguments, scopes):
        """The answer of the method ``name``. ``scopes``: those of the key, None for one without
        limits. Raises RefusedCall, and what the method raises."""
        declared = self._operations().get(name)
        if declared is None:
            raise RefusedCall("not_found", "there is no such method")
        if scopes is not None and declared.scope not in scopes:
            raise RefusedCall("scope_missing", f"the scope {declared.scope} is needed")
        return getattr(self, name)(**arguments)

    # -- lists ----------------------------------------------------------------

    def _page(self, name, model, domain, after, limit):
        """(records, cursor of the next page or None) of the list method ``name``, oldest first."""
        if after:
            domain &= Domain("id", ">", cursor.read(name, after))
        found = self.env[model].search(domain, order="id", limit=limit + 1)
        page = found[:limit]
        return page, cursor.write(name, page[-1].id) if len(found) > limit else None

    def _changed(self, since, *paths):
        """The Domain of what was changed ``since``, itself or what ``paths`` lead to."""
        if not since:
            return Domain.TRUE
        return Domain.OR(Domain(f"{path}write_date", ">=", since) for path in ("", *paths))

    def _where(self, **values):
        """The Domain of the given values; None means any."""
        return Domain.AND(
            Domain(name, "=", value) for name, value in values.items() if value is not None
        )

    def _record(self, model, record_id, argument):
        """The record that the caller may see; CallRefused("not_found") for any other, so that nobody
        learns what others have."""
        found = self.env[model].search([("id", "=", record_id)])
        if not found:
            raise CallRefused("not_found", "there is no such record", argument)
        return found

    # -- values ---------------------------------------------------------------

    def _money(self, value, currency):
        return answers.money(value, currency.name, currency.decimal_places)


def listing(**arguments):
    """The arguments of a list: those of paging, the company, and ``arguments``."""
    return {**arguments, "company_id": COMPANY, **paging()}
