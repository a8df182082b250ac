import logging
from decimal import Decimal

from odoo import api, fields, models

from ..recon_core import matching
from ..recon_core.matching.model import Decision, Reason, StatementLine
from .advisory_lock import MATCH_COMPANY, exclusive
from .cron_trigger import trigger_sudo
from .open_banking_sync import CONFLICTS
from .recon_apply import CHUNK, Match

_logger = logging.getLogger(__name__)


class ReconMatcher(models.AbstractModel):
    """Runs the matching kernel over the bank lines of a company and acts on its decisions."""

    _name = "recon.matcher"
    _description = "Matching Engine"

    @api.model
    def _cron_match(self):
        self._notice_settled_elsewhere()
        companies = [
            company
            for (company,) in self.env["account.bank.statement.line"]._read_group(
                self._todo_domain(), ["company_id"]
            )
        ]
        left = float("inf")
        for position, company in enumerate(companies, 1):
            with exclusive(self.env, MATCH_COMPANY, company.id) as acquired:
                if acquired:
                    matcher = self.with_company(company)
                    left = matcher._match_or_come_again(company, len(companies) - position)
            if left <= 0:
                return  # the rest was reported as remaining: the cron is called again

    def _match_or_come_again(self, company, companies_left):
        """Match the lines of ``company`` chunk by chunk, each for good; returns the seconds left.

        A worker that is killed loses one chunk at most, and no chunk is half done.
        """
        left = float("inf")
        try:
            for _done, judged, waiting in self._match_in_chunks(company):
                remaining = waiting + companies_left
                left = self.env["ir.cron"]._commit_progress(judged, remaining=remaining)
                if left <= 0:
                    break
        except CONFLICTS:
            # a person was faster on a document or a line: look again with fresh eyes
            self.env.cr.rollback()
            trigger_sudo(self.env, "ir_cron_match")
            left = self.env["ir.cron"]._commit_progress(remaining=companies_left)
            _logger.info("company %s: a document changed meanwhile, comes again", company.id)
        return left

    @api.model
    def _notice_settled_elsewhere(self):
        """Lines that somebody reconciled with another screen leave the to-do list."""
        settled = self.env["account.bank.statement.line"].search(
            [("is_reconciled", "=", True), ("match_state", "in", ("new", "exception"))]
        )
        self.env["recon.learner"]._compare(settled)
        self.env["recon.learner"]._learn(settled)
        settled._set_match_state("accepted", "manual", 1.0)
        self.env["recon.exception"]._resolve(settled)

    @api.model
    def _todo_domain(self):
        return [
            ("is_reconciled", "=", False),
            ("match_state", "in", ("new", "exception")),
            ("move_id.state", "=", "posted"),
        ]

    @api.model
    def _match_company(self, company):
        """Judge every bank line of ``company`` that waits; returns the lines that were reconciled."""
        reconciled = self.env["account.bank.statement.line"]
        return reconciled.union(*(done for done, _j, _w in self._match_in_chunks(company)))

    def _match_in_chunks(self, company):
        """Judge all bank lines of ``company`` that wait, then settle them chunk by chunk.

        Yields (lines that were reconciled, how many of the chunk were judged, how many still wait)
        with each chunk complete: books, proposals, states and to-do list say the same. The caller
        may commit there.
        """
        st_lines = self.env["account.bank.statement.line"].search(
            [("company_id", "=", company.id), *self._todo_domain()], order="date, id"
        )
        results = dict(self._judge(company, st_lines))
        reconciled = 0
        for position in range(0, len(st_lines), CHUNK):
            chunk = st_lines[position : position + CHUNK]
            # since the last commit somebody may have settled or deleted some
            waiting = chunk.exists().filtered_domain(self._todo_domain())
            done = self._settle(company, [(line, results[line.id]) for line in waiting])
            reconciled += len(done)
            yield done, len(chunk), max(len(st_lines) - position - CHUNK, 0)
        self.env["recon.exception"]._look_for_bills(company)
        _logger.info(
            "company %s: %s lines judged, %s reconciled", company.id, len(st_lines), reconciled
        )

    def _settle(self, company, judged):
        """Act on [(st_line, LineResult)]; returns the lines that were reconciled."""
        self._read_items(judged)
        proposals = self.env["recon.proposal"]._replace([(line.id, r) for line, r in judged])
        policies = self.env["recon.policy"]._for_journals(
            self.env["account.journal"].union(*(line.journal_id for line, _result in judged))
        )
        matches, rest = [], []
        for st_line, result in judged:
            match = self._automatic_match(st_line, result, policies[st_line.journal_id])
            if match:
                matches.append((match, result))
            else:
                rest.append((st_line, result))
        done, refused = self._post(matches, proposals)
        rest, by_rule = self._apply_rules(company, rest + refused, policies)
        self.env["recon.exception"]._raise(
            [(st_line.id, result) for st_line, result in rest], proposals
        )
        waiting = self.env["account.bank.statement.line"].browse([line.id for line, _r in rest])
        waiting.filtered(lambda line: line.match_state == "new")._set_match_state("exception")
        done |= by_rule
        self.env["recon.proposal"]._close(done)
        return done

    def _read_items(self, judged):
        """Have the journal items of the proposals in memory: one query, not one for each."""
        self.env["account.move.line"].browse(
            {
                part.item_id
                for _line, result in judged
                for proposal in result.proposals
                for part in proposal.allocations
            }
        ).fetch(["partner_id", "account_id", "currency_id"])

    @api.model
    def _judge(self, company, st_lines):
        """[(st_line id, LineResult)] in the order of ``st_lines``."""
        loader = self.env["recon.loader"]
        items = loader._items(company)
        policy = self.env["recon.policy"]._for_company(company)._kernel_policy()
        experience = self.env["recon.learner"]._experience(company)
        results = matching.match(
            loader._lines(st_lines, items), items, loader._partners(items), policy, experience
        )
        by_line = {result.line_id: result for result in results}
        return [(st_line.id, by_line[st_line.id]) for st_line in st_lines]

    def _automatic_match(self, st_line, result, policy):
        """The Match to post without a person, or None."""
        if result.decision is not Decision.AUTO or policy.autonomy != "automatic":
            return None
        if st_line.auto_match_blocked:
            return None
        match = self._as_match(st_line, result.proposals[0], policy)
        return None if match and policy._needs_second_person(match) else match

    @api.model
    def _as_match(self, st_line, proposal, policy):
        """A kernel proposal as a Match; None when the account for a deduction is not set."""
        items = self.env["account.move.line"].browse(
            [part.item_id for part in proposal.allocations]
        )
        allocations = [
            (item, float(part.amount))
            for item, part in zip(items, proposal.allocations, strict=True)
        ]
        match = Match(st_line, allocations, partner=items[:1].partner_id)
        difference = float(proposal.difference)
        if st_line.currency_id.is_zero(difference):
            return match
        if difference * st_line.amount > 0:  # paid too much: the rest stays on the payer's account
            match.rest_account = items[:1].account_id
            return match
        match.granted = self.env["recon.discount"]._write_offs(st_line, allocations, difference)
        if match.granted:
            return match
        account = policy._write_off_account(difference, st_line.amount)
        if not account:
            return None
        match.write_offs.append(
            {
                "account_id": account.id,
                "partner_id": items[:1].partner_id.id,
                "amount_currency": -difference,
                "name": self.env._("Deducted by the payer: %s", st_line.payment_ref),
            }
        )
        return match

    def _post(self, matches, proposals):
        """Apply [(Match, LineResult)]; returns (done lines, [(st_line, LineResult)] refused)."""
        done, failed = self.env["recon.apply"]._apply_each([match for match, _result in matches])
        result_by_line = {match.st_line.id: result for match, result in matches}
        accepted = [proposals[line.id][0] for line in done]
        self.env["recon.proposal"].browse(accepted)._set_state("accepted", automatic=True)
        by_reference = done.filtered(
            lambda line: result_by_line[line.id].proposals[0].rule.startswith("reference_")
        )
        self.env["recon.learner"]._learn(by_reference)
        by_rule = {}
        for line in done:
            best = result_by_line[line.id].proposals[0]
            key = (best.rule, round(best.probability, 4))
            by_rule[key] = by_rule.get(key, line) | line
        for (rule, probability), lines in by_rule.items():
            lines._set_match_state("auto", rule, probability)
        self.env["recon.exception"]._resolve(done)
        return done, self._refused(failed, result_by_line)

    def _refused(self, failed, result_by_line):
        for match, error in failed:
            _logger.info("bank line %s is left to a person: %s", match.st_line.id, error)
        return [(match.st_line, result_by_line.get(match.st_line.id)) for match, _e in failed]

    def _apply_rules(self, company, rest, policies):
        """Post what the user's own rules take of the lines for which no document is likely.

        Returns ([(st_line, LineResult)] still to do, lines that were posted).
        """
        st_lines = self.env["account.bank.statement.line"]
        free = st_lines.browse(
            [
                st_line.id
                for st_line, result in rest
                if policies[st_line.journal_id].autonomy == "automatic"
                and not st_line.auto_match_blocked
                and not _has_likely_document(result, policies[st_line.journal_id])
            ]
        )
        found = {
            line: taken
            for line, taken in (
                self.env["recon.rules"]._matches(company, free) if free else {}
            ).items()
            if not policies[line.journal_id]._needs_second_person(taken[0])
        }
        done, failed = self.env["recon.apply"]._apply_each([match for match, _m in found.values()])
        self._refused(failed, {})
        by_model = {}
        for line in done:
            model = found[line][1]
            by_model[model] = by_model.get(model, st_lines) | line
        for model, lines in by_model.items():
            lines._set_match_state("auto", self.env._("Rule: %s", model.name), 1.0)
        self.env["recon.exception"]._resolve(done)
        return [(line, result) for line, result in rest if line not in done], done

    @api.model
    def _recognise_pending(self, pending):
        """Set the payer of pending transactions whose text or name tells it."""
        for company in pending.company_id:
            rows = pending.filtered(lambda row, company=company: row.company_id == company)
            loader = self.env["recon.loader"]
            items = loader._items(company)
            lines = [
                StatementLine(
                    id=row.id,
                    booking_date=row.value_date or fields.Date.context_today(self),
                    amount=Decimal(repr(round(row.amount, 6))),
                    currency=row.currency_id.name,
                    remittance_unstructured=row.remittance_unstructured or "",
                    counterparty_name=row.counterparty_name or "",
                )
                for row in rows
            ]
            policy = self.env["recon.policy"]._for_company(company)._kernel_policy()
            payers = self.env["recon.learner"]._known_payers(company)
            results = matching.match(lines, items, loader._partners(items), policy, payers)
            for row, result in zip(rows, sorted(results, key=lambda r: r.line_id), strict=True):
                if result.partner_id:
                    row.partner_id = result.partner_id


def _has_likely_document(result, policy):
    """Whether a person should look at the proposals before a rule books the line elsewhere."""
    if result.reason in (Reason.RETURNED, Reason.DUPLICATE):
        return True
    return any(p.probability >= policy.suggest_threshold for p in result.proposals)
