"""Which class a return reason code of the bank is of; a company may see it in its own way."""

from __future__ import annotations

from odoo import api, fields, models

from ..dunning_core import returns as kernel

RETURN_CLASSES = [
    ("retry_funds", "No funds: collect again later"),
    ("fix_account", "Account: ask for the right one"),
    ("mandate", "Mandate: collect no more"),
    ("refused", "Refused: ask the customer"),
    ("deceased", "Deceased: stop everything"),
    ("our_error", "Our or the bank's error: correct it"),
    ("unknown", "Unknown: a person decides"),
]


class DunningReturnRule(models.Model):
    _name = "dunning.return.rule"
    _description = "Return Reason"
    _order = "code, company_id, id"
    _rec_name = "code"

    code = fields.Char(required=True, size=4, help="ISO 20022 return reason, for example AM04.")
    # In the words of an English standard, for the specialist: what people act on is the class.
    name = fields.Char(string="Meaning", required=True)
    return_class = fields.Selection(
        RETURN_CLASSES,
        string="Reaction",
        required=True,
        default="unknown",
        help="Decides who is told what, and whether the customer is written to meanwhile.",
    )
    country_codes = fields.Char(
        string="Only Accounts In",
        help="Country codes with spaces between, for example AT BE DE. For accounts elsewhere the "
        "reason is unknown. Empty: everywhere.",
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for every company without a row of its own."
    )

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "This code has a row already."
    )

    @api.model
    def _find(self, companies, codes):
        """{(company, code): rule} of each company's own row, else of the shared one."""
        rules = self.search(
            [("code", "in", list(codes)), ("company_id", "in", [False, *companies.ids])]
        )
        shared = {rule.code: rule for rule in rules if not rule.company_id}
        found = {(company, code): rule for company in companies for code, rule in shared.items()}
        return found | {(rule.company_id, rule.code): rule for rule in rules if rule.company_id}

    def _to_kernel(self):
        """The rule as the kernel takes it, None for no rule."""
        if not self:
            return None
        return kernel.ReturnRule(
            self.code,
            kernel.ReturnClass(self.return_class),
            frozenset((self.country_codes or "").upper().split()),
        )
