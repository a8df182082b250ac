from odoo import fields, models


class ReconSecretShow(models.AbstractModel):
    """A new secret on its way to the one screen that ever shows it. Nothing of it is stored."""

    _name = "recon.secret.show"
    _description = "New Secret, Shown Once"

    id = fields.Id()  # without it the form asks for no values
    secret = fields.Char(readonly=True)

    def _show(self, title, secret):
        """The action that shows ``secret``."""
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "name": title,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_secret": secret},
        }
