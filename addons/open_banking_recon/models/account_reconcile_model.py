import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..recon_core.matching.rule_check import LIMITS, findings
from .recon_rule_sentences import NO_ACCOUNT, TAXES, limit, problem, sentence
from .recon_rules import _rule

CONDITIONS = (
    *("match_label", "match_label_param", "match_amount", "match_amount_min", "match_amount_max"),
    *("match_partner_ids", "match_journal_ids"),
)
PARTS = ("line_ids.account_id", "line_ids.amount_type", "line_ids.amount_string")
# what people write for 12.5 where the comma is the decimal sign
_COMMA = re.compile(r"\s*(-?\d+),(\d+)\s*")


class AccountReconcileModel(models.Model):
    _inherit = "account.reconcile.model"

    recon_sentence = fields.Char(
        string="In words", compute="_compute_recon_sentence", help="What the rule takes and does."
    )
    recon_limit = fields.Char(
        string="Left to people because",
        compute="_compute_recon_limit",
        help="Why the bank matching applies this rule to no line by itself.",
    )

    @api.depends(*CONDITIONS, *PARTS, "trigger", "line_ids.label")
    @api.depends_context("lang")
    def _compute_recon_sentence(self):
        for rule in self:
            rule.recon_sentence = sentence(rule)

    @api.depends(*CONDITIONS, *PARTS, "line_ids.tax_ids")
    @api.depends_context("lang")
    def _compute_recon_limit(self):
        for rule in self:
            rule.recon_limit = next(rule._recon_limits(), False)

    def _recon_limits(self):
        """Why no line is ever taken, in the user's words, the weightiest first."""
        if self.line_ids.tax_ids:
            yield limit(self.env, TAXES)
        if not all(line.account_id for line in self.line_ids):
            yield limit(self.env, NO_ACCOUNT)
        for finding in findings(_rule(self)):
            yield problem(self.env, finding)

    def _recon_is_usable(self):
        """Whether the rule can book a line: with accounts, and without taxes, which are not ours."""
        return all(line.account_id and not line.tax_ids for line in self.line_ids)

    @api.constrains(*CONDITIONS, "line_ids")
    def _check_recon_errors(self):
        for rule in self:
            errors = [row for row in findings(_rule(rule)) if row.problem not in LIMITS]
            if errors:
                raise ValidationError("\n".join(problem(self.env, error) for error in errors))

    @api.constrains("match_label", "match_label_param")
    def _check_match_label_param(self):
        # OVERRIDES account: the same check, in words that say where the pattern breaks
        self._check_recon_errors()


class AccountReconcileModelLine(models.Model):
    _inherit = "account.reconcile.model.line"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS account: 12,5 is a number where people write it so
        return super().create([_with_point(vals) for vals in vals_list])

    def write(self, vals):
        # EXTENDS account: as at creation
        return super().write(_with_point(vals))

    @api.constrains("amount_string", "amount_type")
    def _validate_amount(self):
        # OVERRIDES account: the same check, in words that say what to enter
        self.model_id._check_recon_errors()


def _with_point(vals):
    found = _COMMA.fullmatch(vals.get("amount_string") or "")
    return {**vals, "amount_string": f"{found[1]}.{found[2]}"} if found else vals
