from dataclasses import replace

from odoo import api, fields, models


class ReconProposal(models.Model):
    """A proposal that a person refused without another in its place: it is not made again."""

    _inherit = "recon.proposal"

    refused_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="set null")

    def _refuse(self):
        """Refuse this proposal of a line that goes on waiting; the line is not matched by itself any
        more. The rights to the line were checked.

        sudo: proposals are the engine's; only their fate is the user's.
        """
        self.ensure_one()
        self._set_state("rejected")
        proposal = self.sudo()
        proposal.refused_by_id = self.env.user
        line = proposal.st_line_id.with_context(skip_account_move_synchronization=True)
        line.auto_match_blocked = True
        left = line.proposal_ids.filtered(lambda row: row.state == "proposed").sorted("sequence")
        exceptions = self.env["recon.exception"].sudo()  # sudo: as above
        waiting = exceptions.search([("st_line_id", "=", line.id), ("state", "=", "open")])
        waiting.best_proposal_id = left[:1]

    @api.model
    def _replace(self, results):
        # EXTENDS open_banking_recon: what was refused is not proposed again
        refused = self.search(
            [
                ("st_line_id", "in", [line_id for line_id, _result in results]),
                ("refused_by_id", "!=", False),
            ]
        ).grouped("st_line_id")
        lines = self.env["account.bank.statement.line"]
        return super()._replace(
            [
                (line_id, _without(result, refused.get(lines.browse(line_id), self.browse())))
                for line_id, result in results
            ]
        )


def _without(result, refused):
    if not refused:
        return result
    kept = tuple(
        proposal
        for proposal in result.proposals
        if not any(
            row._settles({part.item_id: float(part.amount) for part in proposal.allocations})
            for row in refused
        )
    )
    return replace(result, proposals=kept)
