from collections import namedtuple
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL, format_list

from ..recon_core.matching import counterpart
from ..recon_core.matching.rule_check import LIMITS, findings
from ..recon_core.matching.rule_outcome import Booking, Outcome, outcome
from .recon_rules import _decimal, _rule, _text

DAYS = 90
LOOKED_AT = 10_000  # bank lines, the newest first
SHOWN = 40  # of each list
COLUMNS = (
    *("id", "amount", "currency_id", "payment_ref", "partner_name", "partner_id", "journal_id"),
    *("is_reconciled",),
)
_Row = namedtuple("_Row", COLUMNS)


@dataclass
class Preview:
    """What a rule would have taken: ``outcomes`` {bank line id: Outcome} and ``totals`` {currency
    id: Decimal}, the newest first, of ``looked_at`` lines."""

    outcomes: dict
    totals: dict
    looked_at: int

    def ids(self, conflicts):
        return [
            line_id for line_id, found in self.outcomes.items() if found.is_conflict is conflicts
        ]


class ReconRules(models.AbstractModel):
    """What a rule would have done with the bank lines of the last weeks. Writes nothing."""

    _inherit = "recon.rules"

    @api.model
    def _preview(self, rule):
        """The Preview of ``rule``, which need not be stored. Two queries, however many lines."""
        values = _rule(rule)
        if any(found.problem not in LIMITS for found in findings(values)):
            return Preview({}, {}, 0)
        rows = self._recent(rule)
        units = {
            currency.id: Decimal(1).scaleb(-currency.decimal_places)
            for currency in self.env["res.currency"].with_context(active_test=False).search([])
        }
        taken = [
            row
            for row in rows
            if counterpart.first_match([values], _kernel_line(row), units[row.currency_id])
        ]
        bookings = self._bookings([row.id for row in taken if row.is_reconciled])
        accounts = frozenset(rule.line_ids.account_id.ids)
        preview = Preview({}, {}, len(rows))
        for row in taken:
            preview.outcomes[row.id] = outcome(accounts, bookings.get(row.id))
            total = preview.totals.get(row.currency_id, Decimal(0))
            preview.totals[row.currency_id] = total + _decimal(row.amount)
        return preview

    def _recent(self, rule):
        """The bank lines that ``rule`` may look at, the newest first."""
        domain = [
            ("company_id", "=", rule.company_id.id),
            ("date", ">=", fields.Date.context_today(self) - timedelta(days=DAYS)),
            ("move_id.state", "=", "posted"),
        ]
        if rule.match_journal_ids:
            domain.append(("journal_id", "in", rule.match_journal_ids.ids))
        st_lines = self.env["account.bank.statement.line"]
        query = st_lines._search(domain, limit=LOOKED_AT, order="internal_index desc")
        columns = [st_lines._field_to_sql(query.table, name, query) for name in COLUMNS]
        return [_Row._make(row) for row in self.env.execute_query(query.select(*columns))]

    @api.model
    def _bookings(self, line_ids):
        """{bank line id: Booking} of reconciled bank lines. One query."""
        if not line_ids:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT line.id, array_agg(item.account_id),
                          bool_or(EXISTS (SELECT FROM account_partial_reconcile AS part
                                           WHERE item.id IN (part.debit_move_id, part.credit_move_id)))
                     FROM account_bank_statement_line AS line
                     JOIN account_journal AS journal ON journal.id = line.journal_id
                     JOIN account_move_line AS item ON item.move_id = line.move_id
                      AND item.account_id IS DISTINCT FROM journal.default_account_id
                    WHERE line.id = ANY(%s)
                 GROUP BY line.id""",
                list(line_ids),
            )
        )
        return {
            line_id: Booking(frozenset(accounts), has_document)
            for line_id, accounts, has_document in rows
        }


class AccountReconcileModel(models.Model):
    _inherit = "account.reconcile.model"

    recon_preview_summary = fields.Char(compute="_compute_recon_preview", string="Summary")
    recon_preview_conflict_ids = fields.Many2many(
        "account.bank.statement.line", compute="_compute_recon_preview", string="Conflicts"
    )
    recon_preview_line_ids = fields.Many2many(
        "account.bank.statement.line", compute="_compute_recon_preview", string="Without conflict"
    )

    @api.depends(
        *("match_label", "match_label_param", "match_amount", "match_amount_min"),
        *("match_amount_max", "match_partner_ids", "match_journal_ids", "line_ids.account_id"),
        *("line_ids.amount_type", "line_ids.amount_string", "line_ids.tax_ids"),
    )
    @api.depends_context("lang")
    def _compute_recon_preview(self):
        for rule in self:  # a form shows one; the lines depend on the journals of each
            preview = self.env["recon.rules"]._preview(rule)
            rule.recon_preview_conflict_ids = preview.ids(conflicts=True)[:SHOWN]
            rule.recon_preview_line_ids = preview.ids(conflicts=False)[:SHOWN]
            rule.recon_preview_summary = rule._recon_preview_words(preview)

    def _recon_preview_words(self, preview):
        found = list(preview.outcomes.values())
        if not found:
            return self.env._("It would have taken no bank line of the last %s days.", DAYS)
        currencies = self.env["res.currency"].browse(preview.totals)
        words = self.env._(
            "Of the last %(days)s days it would have taken %(count)s bank lines, %(total)s in all: "
            "%(same)s were booked the same, %(waiting)s wait, %(conflicts)s were booked otherwise.",
            days=DAYS,
            count=len(found),
            total=format_list(
                self.env, [c.format(float(preview.totals[c.id])) for c in currencies]
            ),
            same=found.count(Outcome.SAME),
            waiting=found.count(Outcome.WAITING),
            conflicts=sum(row.is_conflict for row in found),
        )
        if preview.looked_at == LOOKED_AT:
            words += " " + self.env._("Only the newest %s bank lines were looked at.", LOOKED_AT)
        return words


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    booked_on = fields.Char(
        compute="_compute_booked_on",
        help="The documents that the line is reconciled with, else the accounts that it is booked on.",
    )

    @api.depends("is_reconciled", "move_id.line_ids.account_id")
    def _compute_booked_on(self):
        for line in self:
            _liquidity, suspense, other = line._seek_for_lines()
            documents = (
                other.matched_debit_ids.debit_move_id | other.matched_credit_ids.credit_move_id
            ).move_id
            named = documents if documents else other.account_id
            line.booked_on = not suspense and ", ".join(named.mapped("display_name"))


def _kernel_line(row):
    return counterpart.Line(
        text=_text(row.payment_ref, row.partner_name),
        amount=_decimal(row.amount),
        journal_id=row.journal_id,
        partner_id=row.partner_id or 0,
    )
