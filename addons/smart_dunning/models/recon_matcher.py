"""Transfers that quote a reference of ours: an instalment's, or that of a whole case."""

from __future__ import annotations

import re

from odoo import api, models

from odoo.addons.open_banking_recon.models.recon_apply import Match

from ..dunning_core.instalments import references_in
from .dunning_ledger import to_decimal

_SPACES = re.compile(r"[\W_]+")


class ReconMatcher(models.AbstractModel):
    _inherit = "recon.matcher"

    def _settle(self, company, judged):
        # EXTENDS open_banking_recon: what quotes an agreed reference is settled first.
        done = self._settle_agreed(company, [line for line, _result in judged])
        rest = [(line, result) for line, result in judged if line not in done]
        return done | super()._settle(company, rest)

    @api.model
    def _settle_agreed(self, company, st_lines):
        """Allocate the lines that quote a reference of a plan or a case; returns those done."""
        none = self.env["account.bank.statement.line"]
        quoted = {line: found for line in st_lines if (found := _references(line))}
        known = self._agreed_lines(company, {ref for found in quoted.values() for ref in found})
        if not known:
            return none
        policies = self.env["recon.policy"]._for_journals(none.union(*quoted).journal_id)
        left, matches = {}, []
        for st_line, references in quoted.items():
            # two references of different customers in one text: a person decides
            sets = {known[ref] for ref in references if ref in known}
            may_post = policies[st_line.journal_id].autonomy == "automatic"
            if len(sets) == 1 and may_post and not st_line.auto_match_blocked:
                matches += self._agreed_match(st_line, sets.pop(), left)
        done, _failed = self.env["recon.apply"]._apply_each(matches)
        done._set_match_state("auto", self.env._("Agreed reference"), 1.0)
        self.env["recon.proposal"]._close(done)
        self.env["recon.exception"]._resolve(done)
        return done

    @api.model
    def _agreed_lines(self, company, references):
        """{reference: receivable lines that it pays} of those of ``references`` that are ours."""
        # sudo: who matches bank lines needs no rights on follow-up
        plan_lines = (
            self.env["dunning.plan.line"]
            .sudo()
            .search([("company_id", "=", company.id), ("reference", "in", list(references))])
        )
        known = {line.reference: line.plan_id.item_ids.move_line_id for line in plan_lines}
        case_ids = [int(ref[5:]) for ref in references - known.keys() if _is_case(ref)]
        # sudo: as above
        cases = (
            self.env["dunning.case"]
            .sudo()
            .search([("company_id", "=", company.id), ("id", "in", case_ids)])
        )
        known |= {case._payment_reference(): case.item_ids.move_line_id for case in cases}
        return {
            ref: lines.sudo(False) for ref, lines in known.items() if ref in references and lines
        }

    @api.model
    def _agreed_match(self, st_line, lines, left):
        """[Match] of ``st_line`` with ``lines``, the oldest first; [] when nothing fits.

        ``left``: {line: what earlier matches of this run leave of it}, kept up to date.
        """
        paid = to_decimal(st_line.currency_id, st_line.amount)
        open_lines = lines.filtered(
            lambda line: (
                not line.reconciled
                and line.parent_state == "posted"
                and line.amount_residual_currency > 0
                and line.currency_id == st_line.currency_id
            )
        ).sorted(lambda line: (line.date_maturity or line.date, line.id))
        if paid <= 0 or st_line.foreign_currency_id:
            return []
        allocations = []
        for line in open_lines:
            residual = left.get(line)
            if residual is None:
                residual = to_decimal(line.currency_id, line.amount_residual_currency)
            part = min(residual, paid)
            if part > 0:
                allocations.append((line, float(part)))
                left[line], paid = residual - part, paid - part
        if not allocations:
            return []
        match = Match(st_line, allocations, partner=open_lines[0].partner_id)
        if paid:
            match.rest_account = open_lines[0].account_id
        return [match]


def _references(st_line):
    """The RF references that the bank line quotes, in its own field or in its text."""
    texts = (st_line.creditor_reference, st_line.payment_ref)
    return {ref for text in texts if text for ref in references_in(_SPACES.sub("", text))}


def _is_case(reference):
    return reference[4:5] == "C" and reference[5:].isdigit()
