from functools import wraps

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..recon_core.masking import ID_FIELDS, masked, masked_numbers

MODULE = "open_banking_recon"
ALSO = frozenset({"account.bank.statement.line"})  # Odoo's, with what the bank wrote
# What was handed in is a voucher of the company and shown as it is, picture and all.
NOT = frozenset(
    {
        "recon.document",
        "recon.document.field",
        "recon.document.page",
        "recon.document.layout",
    }
)

WHOLE = frozenset({"=", "!=", "in", "not in"})


def shown(method):
    """A method that the browser calls, with its answer as its user is to see it."""

    @wraps(method)
    def answer(self, *args, **kwargs):
        return self._shown(method(self, *args, **kwargs))

    return answer


class Base(models.AbstractModel):
    """Who only looks at figures sees account numbers and ids of payers by their last characters.

    At the methods by which values leave the server, for all of our models and all their fields: one
    that is new is masked without anybody thinking of it. Code that runs on the server sees all.
    """

    _inherit = "base"

    def _is_masked(self):
        """Whether this user is shown account numbers of others in this model masked.

        A reader without any right to enter something in Odoo's accounting: who works with bank lines
        needs the numbers.
        """
        name = self._name
        if name not in ALSO and (self._original_module != MODULE or name in NOT):
            return False
        user = self.env.user
        return (
            not self.env.su
            and user.has_group("open_banking_recon.group_reader")
            and not user.has_group("account.group_account_invoice")
        )

    def _shown(self, value):
        """``value`` as this user is to see it."""
        return masked(value) if self._is_masked() else value

    def _read_format(self, fnames, load="_classic_read"):
        # EXTENDS base
        return self._shown(super()._read_format(fnames, load))

    def web_read(self, specification):
        # EXTENDS web, which puts names of other records beside what was read
        return self._shown(super().web_read(specification))

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        # EXTENDS base
        return self._shown(super().name_search(name, domain, operator, limit))

    def export_data(self, fields_to_export):
        # EXTENDS base
        result = super().export_data(fields_to_export)
        if self._is_masked():
            # the cells of a row are named by ``fields_to_export``
            result["datas"] = [
                [
                    self._shown({name: cell})[name]
                    for name, cell in zip(fields_to_export, row, strict=True)
                ]
                for row in result["datas"]
            ]
        return result

    @api.model
    def _web_read_group_format(self, groupby, aggregates, groups):
        # EXTENDS web
        return self._shown(super()._web_read_group_format(groupby, aggregates, groups))

    @api.model
    @api.readonly
    @api.deprecated("Since 19.0, as the method of Odoo that it masks")
    def read_group(self, domain, fields, groupby, offset=0, limit=None, orderby=False, lazy=True):
        # EXTENDS base
        found = super().read_group(domain, fields, groupby, offset, limit, orderby, lazy)
        return self._shown(found)

    @api.model
    def read_progress_bar(self, domain, group_by, progress_bar):
        # EXTENDS web
        return self._shown(super().read_progress_bar(domain, group_by, progress_bar))

    @api.model
    def _search(self, domain, *args, **kwargs):
        # EXTENDS base: nobody guesses digit by digit what is not shown
        if self._is_masked() and not kwargs.get("bypass_access"):
            for condition in Domain(domain).iter_conditions():
                if condition.operator not in WHOLE and self._is_id_asked(condition):
                    raise AccessError(
                        self.env._(
                            "You can search for a whole account number only, not for a part."
                        )
                    )
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _is_id_asked(self, condition):
        """Whether a condition of a search is about what this user is not shown."""
        return condition.field_expr in ID_FIELDS


class ReconPartnerAlias(models.Model):
    """What is known of a payer may be any number, an account among them."""

    _inherit = "recon.partner.alias"

    def _shown(self, value):
        value = super()._shown(value)
        return masked_numbers(value) if self._is_masked() else value

    @api.model
    def _is_id_asked(self, condition):
        is_value = condition.field_expr in ("value", "display_name")
        is_number = any(map(str.isdigit, str(condition.value)))
        return super()._is_id_asked(condition) or (is_value and is_number)
