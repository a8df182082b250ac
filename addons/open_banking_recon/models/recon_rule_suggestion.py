import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from ..recon_core.matching import counterpart
from ..recon_core.matching.rule_suggestion import Booked, Known, as_rule, suggest
from .cron_trigger import trigger_sudo
from .open_banking_sync import CONFLICTS
from .recon_rules import _line, _rule

_logger = logging.getLogger(__name__)

LEARNED_FROM = timedelta(days=180)
RECENT = timedelta(days=90)
LOOKED_AT = 20_000  # bank lines of a company, the newest first
EXAMPLES = 10
SOON = timedelta(minutes=1)  # one run for all that somebody books in a row


class ReconRuleSuggestion(models.Model):
    """A rule that people follow by hand: what they booked on one account, again and again.

    Made anew by a cron from the books. Open ones come and go with them; what a person dismissed does
    not come back, not in other words either.
    """

    _name = "recon.rule.suggestion"
    _description = "Suggested Rule"
    _order = "times desc, id"
    _rec_name = "sentence"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    journal_id = fields.Many2one(
        "account.journal", required=True, readonly=True, ondelete="cascade"
    )
    account_id = fields.Many2one(
        "account.account", required=True, readonly=True, ondelete="cascade"
    )
    label = fields.Char(string="Bank text contains", readonly=True)
    partner_id = fields.Many2one("res.partner", readonly=True, ondelete="cascade")
    times = fields.Integer(
        string="Booked by hand", readonly=True, help="Bank lines of the last 180 days."
    )
    precision = fields.Float(
        readonly=True,
        digits=(5, 4),
        help="Of the bank lines of the last 90 days that the rule takes and that are booked, the "
        "share that is booked on this account.",
    )
    example_ids = fields.Many2many("account.bank.statement.line", string="Examples", readonly=True)
    sentence = fields.Char(string="What you do", compute="_compute_sentence")
    state = fields.Selection(
        [("open", "Suggested"), ("made", "Made a rule"), ("dismissed", "Dismissed")],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    rule_id = fields.Many2one("account.reconcile.model", readonly=True)

    _one_open = models.UniqueIndex(
        "(journal_id, account_id, COALESCE(label, ''), COALESCE(partner_id, 0)) WHERE state = 'open'",
        "This rule is suggested already.",
    )

    @api.depends("times", "label", "partner_id", "account_id")
    @api.depends_context("lang")
    def _compute_sentence(self):
        for row in self:
            values = {
                "times": row.times,
                "label": row.label,
                "partner": row.partner_id.display_name,
                "account": row.account_id.display_name,
            }
            if row.label and row.partner_id:
                row.sentence = self.env._(
                    "%(times)s times a bank line of %(partner)s with “%(label)s” was booked on "
                    "%(account)s.",
                    **values,
                )
            elif row.label:
                row.sentence = self.env._(
                    "%(times)s times a bank line with “%(label)s” was booked on %(account)s.",
                    **values,
                )
            else:
                row.sentence = self.env._(
                    "%(times)s times a bank line of %(partner)s was booked on %(account)s.",
                    **values,
                )

    # -- what people do with it --------------------------------------------------

    def action_make_rule(self):
        """Make it a rule that proposes, and open the rule with its preview."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "open":
            raise UserError(self.env._("“%s” is no open suggestion any more.", self.sentence))
        rule = self.env["account.reconcile.model"].create(self._rule_vals())
        self._set_state("made", rule)
        return {
            "type": "ir.actions.act_window",
            "res_model": rule._name,
            "res_id": rule.id,
            "view_mode": "form",
            "views": [
                (self.env.ref("open_banking_recon.account_reconcile_model_view_form").id, "form")
            ],
        }

    def action_dismiss(self):
        """Never suggest it again."""
        self.check_access("write")
        self._set_state("dismissed")

    def _rule_vals(self):
        return {
            "name": self.label or self.partner_id.display_name,
            "company_id": self.company_id.id,
            "trigger": "manual",
            "match_label": "contains" if self.label else False,
            "match_label_param": self.label,
            "match_partner_ids": [Command.set(self.partner_id.ids)],
            "match_journal_ids": [Command.set(self.journal_id.ids)],
            "line_ids": [Command.create({"account_id": self.account_id.id})],
        }

    def _set_state(self, state, rule=None):
        """An open suggestion becomes ``state``; others stay what they are."""
        rows = self.filtered(lambda row: row.state == "open")
        rows.write({"state": state, "rule_id": rule.id if rule else False})

    @api.model
    def _for_line(self, st_line):
        """The open suggestion, most often followed, that takes ``st_line``; empty when none does."""
        rows = self.search(
            [("journal_id", "=", st_line.journal_id.id), ("state", "=", "open")],
        )
        line = _line(st_line)
        return next(
            (row for row in rows if counterpart.takes(row._kernel_rule(), line)), self.browse()
        )

    def _kernel_rule(self):
        return as_rule(self.label or "", self.partner_id.id or 0, self.journal_id.id, self.id)

    # -- where it comes from -------------------------------------------------------

    @api.model
    def _cron_suggest(self):
        """Look again at the companies in which people booked something since the last run."""
        since = fields.Date.context_today(self) - LEARNED_FROM
        domain = [("match_state", "=", "accepted"), ("date", ">=", since)]
        lastcall = self.env.context.get("lastcall")
        if lastcall:
            domain.append(("write_date", ">=", lastcall))
        companies = [
            company
            for (company,) in self.env["account.bank.statement.line"]._read_group(
                domain, ["company_id"]
            )
        ]
        for position, company in enumerate(companies, 1):
            try:
                self._refresh(company)
                self.env.flush_all()
            except CONFLICTS:
                # a person decided on a suggestion meanwhile: the next run sees it
                self.env.cr.rollback()
                _logger.info("company %s: a suggestion changed meanwhile", company.id)
            self.env["ir.cron"]._commit_progress(1, remaining=len(companies) - position)

    @api.model
    def _refresh(self, company):
        """Bring the open suggestions of ``company`` in line with its books."""
        today = fields.Date.context_today(self)
        found = suggest(self._booked(company, today), self._known(company), today - RECENT)
        existing = {
            row._key(): row
            for row in self.search([("company_id", "=", company.id), ("state", "=", "open")])
        }
        vals_list = []
        for suggestion in found:
            vals = {
                "times": len(suggestion.line_ids),
                "precision": suggestion.precision,
                "example_ids": [Command.set(suggestion.line_ids[:EXAMPLES])],
            }
            row = existing.pop(_key(suggestion), None)
            if row:
                row._bring_up_to_date(vals)
                continue
            vals |= {
                "company_id": company.id,
                "journal_id": suggestion.journal_id,
                "account_id": suggestion.account_id,
                "label": suggestion.label or False,
                "partner_id": suggestion.partner_id or False,
            }
            vals_list.append(vals)
        self.browse([row.id for row in existing.values()]).unlink()
        self.create(vals_list)
        _logger.info("company %s: %s suggested rules", company.id, len(found))

    def _bring_up_to_date(self, vals):
        """Write only what changed: most runs find most suggestions as they were."""
        if (self.times, round(self.precision, 4)) != (vals["times"], round(vals["precision"], 4)):
            self.write(vals)

    def _key(self):
        return (
            *(self.journal_id.id, self.account_id.id, (self.label or "").casefold()),
            self.partner_id.id or 0,
        )

    def _known(self, company):
        """The rules of ``company``, and the suggestions that were refused."""
        rules = self.env["account.reconcile.model"].search([("company_id", "=", company.id)])
        refused = self.search([("company_id", "=", company.id), ("state", "=", "dismissed")])
        return [
            *(Known(_rule(rule)) for rule in rules if rule._recon_is_usable()),
            *(Known(row._kernel_rule(), row.account_id.id) for row in refused),
        ]

    def _booked(self, company, today):
        """The bank lines of ``company`` as the kernel takes them. Four queries."""
        st_lines = self.env["account.bank.statement.line"].search_fetch(
            [
                ("company_id", "=", company.id),
                ("date", ">=", today - LEARNED_FROM),
                ("move_id.state", "=", "posted"),
            ],
            [
                *("payment_ref", "partner_name", "partner_id", "journal_id", "amount"),
                *("match_state", "is_reconciled"),
            ],
            limit=LOOKED_AT,
            order="internal_index desc",
        )
        bookings = self.env["recon.rules"]._bookings(st_lines.filtered("is_reconciled").ids)
        likely, special = self._likely(company, today), self._special(list(bookings))
        for st_line in st_lines:
            booking = bookings.get(st_line.id)
            is_plain = booking and not booking.has_document and len(booking.account_ids) == 1
            yield Booked(
                id=st_line.id,
                line=_line(st_line),
                day=st_line.date,
                is_booked=booking is not None or st_line.id in likely,
                account_id=next(iter(booking.account_ids)) if is_plain else 0,
                by_hand=st_line.match_state == "accepted" and st_line.id not in special,
            )

    def _likely(self, company, today):
        """The ids of bank lines that wait and for which a document is likely."""
        threshold = self.env["recon.policy"]._for_company(company).suggest_threshold
        waiting = self.env["recon.exception"].search_fetch(
            [
                ("company_id", "=", company.id),
                ("state", "=", "open"),
                ("date", ">=", today - LEARNED_FROM),
                ("probability", ">=", threshold),
            ],
            ["st_line_id"],
        )
        return set(waiting.st_line_id.ids)

    def _special(self, line_ids):
        """The ids of bank lines that teach no rule: booked by one, with taxes, or on the account of a
        customer or vendor. One query."""
        if not line_ids:
            return set()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT line.id
                     FROM account_bank_statement_line AS line
                     JOIN account_move_line AS item ON item.move_id = line.move_id
                     JOIN account_account AS account ON account.id = item.account_id
                    WHERE line.id = ANY(%s)
                      AND (item.reconcile_model_id IS NOT NULL OR item.tax_line_id IS NOT NULL
                           OR account.account_type IN ('asset_receivable', 'liability_payable')
                           OR EXISTS (SELECT FROM account_move_line_account_tax_rel AS tax
                                       WHERE tax.account_move_line_id = item.id))""",
                line_ids,
            )
        )
        return {line_id for (line_id,) in rows}


def _key(suggestion):
    return (
        *(suggestion.journal_id, suggestion.account_id, suggestion.label.casefold()),
        suggestion.partner_id,
    )


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    def _set_match_state(self, state, rule=False, probability=0.0):
        # EXTENDS open_banking_recon: what a person books without a document may be a habit
        res = super()._set_match_state(state, rule, probability)
        if state == "accepted":
            bookings = self.env["recon.rules"]._bookings(self.filtered("is_reconciled").ids)
            if not all(booking.has_document for booking in bookings.values()):
                trigger_sudo(self.env, "ir_cron_suggest", fields.Datetime.now() + SOON)
        return res
