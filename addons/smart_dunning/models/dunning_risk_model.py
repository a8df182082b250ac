"""Which of two models says how late customers pay, and how good each was on the past."""

from __future__ import annotations

from odoo import api, fields, models

from ..dunning_core.risk_features import NAMES


class DunningRiskModel(models.Model):
    _name = "dunning.risk.model"
    _description = "Late Payment Risk Model"
    _order = "as_of desc, id desc"
    _rec_name = "as_of"

    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade")
    as_of = fields.Date(required=True, string="Learned On")
    invoices = fields.Integer(help="Invoices of the last two years that it learned from.")
    champion = fields.Selection(
        [("rate", "Smoothed late rate"), ("corrected", "Corrected rate")],
        required=True,
        help="The corrected rate is used only where it was better on the past, by more than chance "
        "brings about.",
    )
    predicted = fields.Integer(
        string="Invoices in the Back-Test",
        help="Predicted from what was known before them. 0: too little history for a back-test.",
    )
    rate_auc = fields.Float(string="AUC, Rate", digits=(5, 4), aggregator="avg")
    rate_brier = fields.Float(string="Brier, Rate", digits=(5, 4), aggregator="avg")
    model_auc = fields.Float(string="AUC, Corrected", digits=(5, 4), aggregator="avg")
    model_brier = fields.Float(string="Brier, Corrected", digits=(5, 4), aggregator="avg")
    weights = fields.Json(
        help="Feature -> what one standard deviation of it adds to the log odds of paying late."
    )

    _once_a_day = models.UniqueIndex("(company_id, as_of)", "A company learns once a day.")

    @api.model
    def _store(self, company, today, model, invoices):
        """Keep what was learned from ``invoices`` invoices; ``model``: the kernel's RiskModel."""
        self.search([("company_id", "=", company.id), ("as_of", "=", today)]).unlink()
        contest, correction = model.contest, model.correction
        values = {
            "company_id": company.id,
            "as_of": today,
            "invoices": invoices,
            "champion": "corrected" if correction else "rate",
        }
        if contest:
            values |= {
                "predicted": contest.predicted,
                "rate_auc": contest.rate_auc or 0,
                "rate_brier": contest.rate_brier,
                "model_auc": contest.model_auc or 0,
                "model_brier": contest.model_brier,
            }
        if correction:
            values["weights"] = {
                name: round(weight, 4)
                for name, weight in zip(NAMES, correction.weights[1:], strict=True)
            }
        return self.create(values)
