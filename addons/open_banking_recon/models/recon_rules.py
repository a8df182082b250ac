from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError

from ..recon_core.matching import counterpart
from .recon_apply import Match


class ReconRules(models.AbstractModel):
    """The user's counterpart rules (``account.reconcile.model``), applied and proposed.

    Community has the rules as data; what runs them is here. Rules with taxes are left to people.
    """

    _name = "recon.rules"
    _description = "Counterpart Rules"

    @api.model
    def _matches(self, company, st_lines):
        """{st_line: (Match, rule record)} for the lines that an automatic rule takes."""
        return self._first_matches(company, st_lines, "auto_reconcile")

    @api.model
    def _propose(self, st_lines):
        """{st_line: (Match, rule record)} for the lines that a rule takes which a person decides on."""
        found = {}
        for company, lines in st_lines.grouped("company_id").items():
            found |= self._first_matches(company, lines, "manual")
        return found

    @api.model
    def _apply_rule(self, rule, st_line):
        """``st_line`` as ``rule`` books it, a Match to hand to ``recon.apply``.

        A person has chosen the rule: its conditions need not hold. UserError where it has taxes, or
        does not book the whole amount.
        """
        if not rule._recon_is_usable():
            raise UserError(rule.recon_limit)
        shares = counterpart.whole_shares(_rule(rule), _line(st_line), _unit(st_line.currency_id))
        if not shares:
            raise UserError(
                self.env._(
                    "The rule %(rule)s does not book all of %(amount)s. Book this line by hand, or "
                    "let the last row of the rule take all of the rest.",
                    rule=rule.name,
                    amount=st_line.currency_id.format(st_line.amount),
                )
            )
        return self._match(st_line, rule, shares)

    def _first_matches(self, company, st_lines, trigger):
        models_ = self.env["account.reconcile.model"].search(
            [("company_id", "=", company.id), ("trigger", "=", trigger)]
        )
        usable = models_.filtered(lambda model: model._recon_is_usable())
        rules = [_rule(model) for model in usable]
        found = {}
        for st_line in st_lines:
            match = counterpart.first_match(rules, _line(st_line), _unit(st_line.currency_id))
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
            counterpart.Part(
                line.id, counterpart.PartKind(line.amount_type), line.amount_string or ""
            )
            for line in model.line_ids
        ),
        label_test=counterpart.LabelTest(model.match_label) if model.match_label else None,
        label=model.match_label_param or "",
        amount_test=counterpart.AmountTest(model.match_amount) if model.match_amount else None,
        amount_min=_decimal(model.match_amount_min),
        amount_max=_decimal(model.match_amount_max),
        partner_ids=frozenset(model.match_partner_ids.ids),
        journal_ids=frozenset(model.match_journal_ids.ids),
    )


def _line(st_line):
    return counterpart.Line(
        text=_text(st_line.payment_ref, st_line.partner_name),
        amount=_decimal(st_line.amount),
        journal_id=st_line.journal_id.id,
        partner_id=st_line.partner_id.id or 0,
    )


def _text(payment_ref, partner_name):
    """What the rules call the bank text."""
    return " ".join(filter(None, [payment_ref, partner_name]))


def _decimal(amount):
    return Decimal(repr(round(amount, 6)))


def _unit(currency):
    return Decimal(1).scaleb(-currency.decimal_places)
