from odoo import api, fields, models

from ..recon_core.matching.model import Evidence
from .recon_sentences import sentences


class ReconProposal(models.Model):
    """One way to settle a bank line: documents, probability, and the reasons in numbers."""

    _name = "recon.proposal"
    _description = "Match Proposal"
    _order = "st_line_id, sequence, id"

    st_line_id = fields.Many2one(
        "account.bank.statement.line", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="st_line_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="st_line_id.currency_id")
    sequence = fields.Integer(default=1)
    partner_id = fields.Many2one("res.partner")
    probability = fields.Float(readonly=True)
    rule = fields.Char(readonly=True)
    category = fields.Char(
        readonly=True,
        help="Kind of match whose record is kept; only the best proposal of a line has one.",
    )
    is_automatic = fields.Boolean(readonly=True)
    decided_on = fields.Datetime(readonly=True)
    evidence = fields.Json(readonly=True)
    reasons = fields.Text(compute="_compute_reasons")
    documents = fields.Char(compute="_compute_documents")
    difference = fields.Monetary(readonly=True)
    line_ids = fields.One2many("recon.proposal.line", "proposal_id")
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("accepted", "Accepted"),
            ("rejected", "Rejected"),
            ("superseded", "Superseded"),
            ("undone", "Undone"),
        ],
        default="proposed",
        required=True,
        readonly=True,
        index=True,
    )

    _decided = models.Index("(company_id, category) WHERE category IS NOT NULL")

    @api.depends("evidence")
    @api.depends_context("lang")
    def _compute_reasons(self):
        for proposal in self:
            evidence = [
                Evidence(item["code"], item["weight"], item["params"])
                for item in proposal.evidence or []
            ]
            proposal.reasons = "\n".join(
                f"{'+' if speaks_for else '-'} {sentence}"
                for speaks_for, sentence in sentences(self.env, evidence)
            )

    @api.depends("line_ids.aml_id")
    def _compute_documents(self):
        for proposal in self:
            proposal.documents = ", ".join(proposal.line_ids.aml_id.mapped("move_name"))

    def _set_state(self, state, automatic=False):
        """sudo: proposals are the engine's; only their fate is the user's."""
        vals = {"state": state}
        if state in ("accepted", "rejected"):
            vals |= {"decided_on": fields.Datetime.now(), "is_automatic": automatic}
        self.sudo().filtered(lambda row: row.state == "proposed").write(vals)

    @api.model
    def _close(self, st_lines):
        """Supersede what is still proposed for ``st_lines``, which are reconciled."""
        self.search([("st_line_id", "in", st_lines.ids), ("state", "=", "proposed")])._set_state(
            "superseded"
        )

    @api.model
    def _undo(self, st_lines):
        """Remember that the accepted proposals of ``st_lines`` were undone after all.

        sudo: proposals are the engine's; only their fate is the user's.
        """
        self.sudo().search([("st_line_id", "in", st_lines.ids), ("state", "=", "accepted")]).write(
            {"state": "undone"}
        )

    def _settles(self, amounts):
        """Whether it proposes exactly {journal item id: amount}, to half a cent."""
        proposed = {line.aml_id.id: line.amount for line in self.line_ids}
        return proposed.keys() == amounts.keys() and all(
            abs(amount - amounts[item]) <= 0.005 for item, amount in proposed.items()
        )

    @api.model
    def _replace(self, results):
        """Store the proposals of [(st_line id, LineResult)]; what was proposed before is superseded.

        Returns {st_line id: ids of the new proposals, best first}. Lines whose proposals are still
        the same keep them.
        """
        line_ids = [line_id for line_id, _result in results]
        old = self.search([("st_line_id", "in", line_ids), ("state", "=", "proposed")])
        old_by_line = old.grouped("st_line_id")
        kept, vals_list, superseded = {}, [], self.browse()
        for line_id, result in results:
            before = old_by_line.get(
                self.env["account.bank.statement.line"].browse(line_id), self.browse()
            )
            if before and before._signature() == _signature(result):
                kept[line_id] = before.ids
                continue
            superseded |= before
            vals_list += [
                _proposal_vals(line_id, sequence, proposal)
                for sequence, proposal in enumerate(result.proposals, 1)
            ]
        superseded._set_state("superseded")
        created = {line_id: [] for line_id in line_ids}
        for proposal in self.create(vals_list):
            created[proposal.st_line_id.id].append(proposal.id)
        return created | kept

    def _signature(self):
        return [
            (
                round(row.probability, 4),
                sorted((line.aml_id.id, round(line.amount, 4)) for line in row.line_ids),
            )
            for row in self.sorted("sequence")
        ]


class ReconProposalLine(models.Model):
    """A share of one document in a proposal."""

    _name = "recon.proposal.line"
    _description = "Match Proposal Document"

    proposal_id = fields.Many2one("recon.proposal", required=True, ondelete="cascade", index=True)
    aml_id = fields.Many2one("account.move.line", required=True, ondelete="cascade", index=True)
    currency_id = fields.Many2one(related="aml_id.currency_id")
    amount = fields.Monetary(help="What is consumed of the document's residual, in its currency.")

    _amount_positive = models.Constraint("CHECK (amount > 0)", "The amount has to be positive.")


def _signature(result):
    return [
        (
            round(proposal.probability, 4),
            sorted((part.item_id, round(float(part.amount), 4)) for part in proposal.allocations),
        )
        for proposal in result.proposals
    ]


def _proposal_vals(line_id, sequence, proposal):
    return {
        "st_line_id": line_id,
        "sequence": sequence,
        "partner_id": proposal.partner_id or False,
        "probability": proposal.probability,
        "rule": proposal.rule,
        "category": proposal.category or False,
        "evidence": [
            {"code": item.code, "weight": item.weight, "params": dict(item.params)}
            for item in proposal.evidence
        ],
        "difference": float(proposal.difference),
        "line_ids": [
            fields.Command.create({"aml_id": part.item_id, "amount": float(part.amount)})
            for part in proposal.allocations
        ],
    }
