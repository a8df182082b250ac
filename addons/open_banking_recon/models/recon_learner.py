from collections import defaultdict
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..recon_core.matching.experience import Experience


class Settled(NamedTuple):
    """A document that a bank line settled: ``amount`` > 0 in the document's currency."""

    item_id: int
    amount: float
    partner_id: int
    references: tuple


class ReconLearner(models.AbstractModel):
    """Learns from bank lines that were reconciled, and from those whose match was undone."""

    _name = "recon.learner"
    _description = "Matching Learner"

    @api.model
    def _experience(self, company):
        """What ``company`` has taught, as the kernel takes it."""
        policy = self.env["recon.policy"]._for_company(company)
        # sudo: the records of the engine; what it learned is not the business of one user's rights
        tallies, paused = (
            self.env["recon.category"].sudo()._refresh(company, policy.precision_target)
        )
        current = self.env["recon.experience"].sudo()._current(company)
        return Experience(
            version=current.version,
            aliases=self.env["recon.partner.alias"].sudo()._kernel_aliases(company),
            categories=tallies,
            right_signs=current.right_signs or {},
            wrong_signs=current.wrong_signs or {},
            paused=paused,
        )

    @api.model
    def _known_payers(self, company):
        """Of what ``company`` has taught only who pays for whom: enough to recognise somebody."""
        # sudo: the records of the engine; what it learned is not the business of one user's rights
        aliases = self.env["recon.partner.alias"].sudo()._kernel_aliases(company)
        return Experience(aliases=aliases)

    @api.model
    def _learn(self, st_lines):
        """Learn the payers of ``st_lines``, which are reconciled for sure."""
        self._observe(st_lines, 1)

    @api.model
    def _unlearn(self, st_lines):
        """Take back what ``st_lines`` taught; called while they are still reconciled."""
        self._observe(st_lines, -1)

    def _observe(self, st_lines, times):
        settled = self._settled(st_lines)
        for company, lines in st_lines.grouped("company_id").items():
            known = lines.filtered(lambda line: line.id in settled)
            values = {line.id: line for line in self.env["recon.loader"]._lines(known)}
            # sudo: people teach the engine by reconciling, not by writing its records
            self.env["recon.partner.alias"].sudo()._observe(
                company, values, {line.id: settled[line.id] for line in known}, times
            )

    @api.model
    def _compare(self, st_lines):
        """Mark the proposals of lines that were reconciled without them, in the books themselves:
        accepted when the books say the same, else rejected."""
        settled = self._settled(st_lines)
        proposals = self.env["recon.proposal"].search(
            [("st_line_id", "in", st_lines.ids), ("state", "=", "proposed")]
        )
        same = proposals.filtered(
            lambda proposal: proposal._settles(
                {item.item_id: item.amount for item in settled.get(proposal.st_line_id.id, ())}
            )
        )
        same._set_state("accepted")
        (proposals - same)._set_state("rejected")

    @api.model
    def _settled(self, st_lines):
        """{bank line id: [Settled]} of the documents that the entries of ``st_lines`` are reconciled
        with. One query."""
        if not st_lines:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT st.id, item.id, sum(part.amount),
                          coalesce(move.commercial_partner_id, item.partner_id),
                          move.name, move.ref, move.payment_reference, move.invoice_origin
                     FROM account_bank_statement_line AS st
                     JOIN account_move_line AS counterpart ON counterpart.move_id = st.move_id
                     JOIN LATERAL (
                          SELECT credit_move_id AS item_id, credit_amount_currency AS amount
                            FROM account_partial_reconcile WHERE debit_move_id = counterpart.id
                       UNION ALL
                          SELECT debit_move_id, debit_amount_currency
                            FROM account_partial_reconcile WHERE credit_move_id = counterpart.id
                          ) AS part ON TRUE
                     JOIN account_move_line AS item ON item.id = part.item_id
                     JOIN account_move AS move ON move.id = item.move_id
                    WHERE st.id = ANY(%s) AND item.partner_id IS NOT NULL
                 GROUP BY st.id, item.id, move.id""",
                list(st_lines.ids),
            )
        )
        found = defaultdict(list)
        for line_id, item_id, amount, partner_id, *references in rows:
            named = tuple(reference for reference in references if reference)
            found[line_id].append(Settled(item_id, float(amount), partner_id, named))
        return dict(found)
