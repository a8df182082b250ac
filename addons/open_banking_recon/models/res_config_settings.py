from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    recon_four_eyes = fields.Boolean(related="company_id.recon_four_eyes", readonly=False)
    recon_keep_bank_texts = fields.Integer(
        related="company_id.recon_keep_bank_texts", readonly=False
    )
    recon_keep_documents = fields.Integer(related="company_id.recon_keep_documents", readonly=False)
    recon_seal_files = fields.Boolean(
        "Encrypt documents",
        compute="_compute_recon_seal_files",
        inverse="_inverse_recon_seal_files",
        help="Files of read documents and the pictures of their pages are stored encrypted, with the"
        " key that protects the credentials of the banks.",
    )

    def _compute_recon_seal_files(self):
        self.recon_seal_files = self.env["ir.attachment"]._seals_files()

    def _inverse_recon_seal_files(self):
        for settings in self:
            if settings.recon_seal_files != self.env["ir.attachment"]._seals_files():
                self.env["ir.attachment"]._set_seals_files(settings.recon_seal_files)
