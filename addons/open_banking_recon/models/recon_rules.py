from decimal import Decimal

from odoo import api, models

from ..recon_core.matching import counterpart
from .recon_apply import Match


class ReconRules(models.AbstractModel):
    """The user's automatic counterpart rules (``account.reconcile.model``), applied.

    Community has the rules as data; what runs them is here. Rules with taxes are left to people.
    """

    _name = "recon.rules"
    _description = "Counterpart Rules"

    @api.model
    def _matches(self, company, st_lines):
        """{st_line: (Match, rule record)} for the lines that an automatic rule takes."""
        models_ = self.env["account.reconcile.model"].search(
            [("company_id", "=", company.id), ("trigger", "=", "auto_reconcile")]
        )
        usable = models_.filtered(
            lambda model: all(line.account_id and not line.tax_ids for line in model.line_ids)
        )
        rules = [_rule(model) for model in usable]
        found = {}
        for st_line in st_lines:
            unit = Decimal(1).scaleb(-st_line.currency_id.decimal_places)
            match = counterpart.first_match(rules, _line(st_line), unit)
            if match:
                rule, shares = match
                model = usable.browse(rule.id)
                found[st_line] = (self._match(st_line, model, shares), model)
        return found

    def _match(self, st_line, model, shares):
        write_offs = []
        for part, share in shares:
            line = model.line_ids.browse(part.key)
            write_offs.append(
                {
                    "account_id": line.account_id.id,
                    "partner_id": (line.partner_id or st_line.partner_id).id,
                    "name": line.label or st_line.payment_ref,
                    "amount_currency": -float(share),
                    "analytic_distribution": line.analytic_distribution,
                    "reconcile_model_id": model.id,
                }
            )
        return Match(st_line, [], write_offs)


def _rule(model):
    return counterpart.Rule(
        id=model.id,
        parts=tuple(
            counterpart.Part(line.id, counterpart.PartKind(line.amount_type), line.amount_string)
            for line in model.line_ids
        ),
        label_test=counterpart.LabelTest(model.match_label) if model.match_label else None,
        label=model.match_label_param or "",
        amount_test=counterpart.AmountTest(model.match_amount) if model.match_amount else None,
        amount_min=Decimal(repr(model.match_amount_min)),
        amount_max=Decimal(repr(model.match_amount_max)),
        partner_ids=frozenset(model.match_partner_ids.ids),
        journal_ids=frozenset(model.match_journal_ids.ids),
    )


def _line(st_line):
    return counterpart.Line(
        text=" ".join(filter(None, [st_line.payment_ref, st_line.partner_name])),
        amount=Decimal(repr(round(st_line.amount, 6))),
        journal_id=st_line.journal_id.id,
        partner_id=st_line.partner_id.id or 0,
    )
