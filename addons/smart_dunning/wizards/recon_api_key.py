from __future__ import annotations

from odoo import fields, models


class ReconApiKey(models.TransientModel):
    _inherit = "recon.api.key"

    may_dunning_read = fields.Boolean(
        "Read follow-up", help="Cases, messages without their texts, promises and plans."
    )
    may_dunning_write = fields.Boolean(
        "Decide on follow-up",
        help="Approve and cancel messages, note and cancel promises: as far as your role may.",
    )
