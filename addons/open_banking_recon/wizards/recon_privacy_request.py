import base64
import json

from odoo import api, fields, models
from odoo.exceptions import AccessError


class ReconPrivacyRequest(models.TransientModel):
    """The request of a person: what do you know of me, and forget it (GDPR, articles 15, 17 and 20)."""

    _name = "recon.privacy.request"
    _description = "Request for Personal Data"

    partner_id = fields.Many2one(
        "res.partner", string="Person", required=True, default=lambda self: self._chosen()
    )
    file = fields.Binary(readonly=True)
    file_name = fields.Char(readonly=True)
    outcome = fields.Text(readonly=True)

    @api.model
    def _chosen(self):
        is_partner = self.env.context.get("active_model") == "res.partner"
        return self.env.context.get("active_id") if is_partner else False

    def action_export(self):
        """Everything about the person in one machine-readable file."""
        self._check_officer()
        data = self.env["recon.personal.data"]._export_sudo(self.partner_id)
        self.file = base64.b64encode(json.dumps(data, indent=2, ensure_ascii=False).encode())
        self.file_name = f"personal-data-{self.partner_id.id}.json"
        counts = {section: len(rows) for section, rows in data.items()}
        self._note("export", counts)
        return self._again(
            "\n".join(f"{name.replace('_', ' ')}: {count}" for name, count in counts.items())
        )

    def action_erase(self):
        """Erase what no law keeps, and say what stays."""
        self._check_officer()
        done = self.env["recon.personal.data"]._forget_sudo(self.partner_id)
        self._note("erasure", done)
        lines = [self.env._("Erased:"), *_counted(done["erased"])]
        lines += [self.env._("Kept, because the law on bookkeeping or a claim wants it:")]
        lines += _counted(done["kept"])
        return self._again("\n".join(lines))

    def _check_officer(self):
        self.ensure_one()
        if not self.env.user.has_group("open_banking_recon.group_security_officer"):
            raise AccessError(self.env._("Only a security officer answers such a request."))
        self.partner_id.check_access("read")

    def _note(self, kind, facts):
        entries = self.env["recon.audit.entry"]
        entries._record(kind, self.partner_id, facts, self.env.company)

    def _again(self, outcome):
        self.outcome = outcome
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Personal data"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


def _counted(counts):
    return [f"  {name.replace('_', ' ')}: {count}" for name, count in counts.items() if count]
