from odoo import api, fields, models
from odoo.tools import SQL

REFIT_AFTER = 25  # decisions


class ReconExperience(models.Model):
    """One version of what people's decisions taught a company about the weight of each sign."""

    _name = "recon.experience"
    _description = "Learned Weights"
    _order = "company_id, version desc"
    _rec_name = "version"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    version = fields.Integer(required=True, readonly=True)
    active = fields.Boolean(default=True, help="Archived: the version before it is in force.")
    decisions = fields.Integer(readonly=True)
    right_signs = fields.Json(readonly=True)
    wrong_signs = fields.Json(readonly=True)

    _version_unique = models.UniqueIndex("(company_id, version)", "This version exists already.")

    @api.model
    def _current(self, company):
        """The version in force; a new one is made when enough was decided since the last."""
        versions = self.with_context(active_test=False).search([("company_id", "=", company.id)])
        decided = self.env["recon.proposal"].search_count(
            [("company_id", "=", company.id), *self._decided_domain()]
        )
        if decided >= sum(versions[:1].mapped("decisions")) + REFIT_AFTER:
            versions = self._refit(company, versions[:1].version + 1, decided) | versions
        return versions.filtered("active")[:1]

    @api.model
    def _decided_domain(self):
        return [("state", "in", ("accepted", "rejected", "undone")), ("is_automatic", "=", False)]

    def _refit(self, company, version, decided):
        self.env["recon.proposal"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT state = 'accepted', sign ->> 'code', count(*)
                     FROM recon_proposal, jsonb_array_elements(evidence) AS sign
                    WHERE company_id = %s AND state IN ('accepted', 'rejected', 'undone')
                      AND NOT coalesce(is_automatic, FALSE)
                 GROUP BY 1, 2""",
                company.id,
            )
        )
        signs = {True: {}, False: {}}
        for is_right, code, count in rows:
            signs[is_right][code] = count
        return self.create(
            {
                "company_id": company.id,
                "version": version,
                "decisions": decided,
                "right_signs": signs[True],
                "wrong_signs": signs[False],
            }
        )
