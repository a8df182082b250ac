"""What a reference rate was, from which day, and who says so."""

from __future__ import annotations

from decimal import Decimal

from odoo import api, fields, models

from ..dunning_core import rates as kernel

RATE_KINDS = [
    ("ecb_refi", "ECB main refinancing rate"),
    ("de_base", "German base rate"),
    ("fr_legal", "French legal interest rate of professional creditors"),
]


class DunningRate(models.Model):
    _name = "dunning.rate"
    _description = "Reference Rate"
    _order = "kind, valid_from desc"
    _rec_name = "kind"

    kind = fields.Selection(RATE_KINDS, string="Rate", required=True)
    valid_from = fields.Date(
        required=True, help="The first day on which the rate was in effect, not its announcement."
    )
    valid_to = fields.Date(
        string="Known Until",
        help="Last day for which the rate is known. Later days need a row of their own: without "
        "one, nothing is calculated for them. Empty: until the next row.",
    )
    percent = fields.Float(string="Percent a Year", digits=(7, 4), required=True)
    source = fields.Char(required=True, help="Who publishes the rate, and where it was read.")

    _start_unique = models.UniqueIndex(
        "(kind, valid_from)", "This rate has a row for this day already."
    )
    _dates_ordered = models.Constraint(
        "CHECK (valid_to IS NULL OR valid_to >= valid_from)",
        "A rate must not end before it starts.",
    )

    @api.model
    def _rate_table(self):
        """All rates as the kernel asks them."""
        return kernel.RateTable(
            kernel.DatedRate(
                row.kind, row.valid_from, Decimal(f"{row.percent:.4f}"), row.valid_to or None
            )
            for row in self.search([])
        )
