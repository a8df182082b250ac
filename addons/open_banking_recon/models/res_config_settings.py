from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    recon_four_eyes = fields.Boolean(related="company_id.recon_four_eyes", readonly=False)
    recon_keep_bank_texts = fields.Integer(
        related="company_id.recon_keep_bank_texts", readonly=False
    )
    recon_keep_documents = fields.Integer(related="company_id.recon_keep_documents", readonly=False)
