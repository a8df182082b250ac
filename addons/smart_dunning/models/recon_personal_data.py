from odoo import api, fields, models

from .dunning_retention import KINDS


class ReconPersonalData(models.AbstractModel):
    _inherit = "recon.personal.data"

    @api.model
    def _sections_sudo(self, persons):
        # EXTENDS open_banking_recon
        own = self._cases_domain(persons)
        about = [("case_id", "any", own)]
        return {
            **super()._sections_sudo(persons),
            "follow_up": self._rows_sudo("dunning.case", own, ("stage", "create_date")),
            "messages": self._rows_sudo(
                "dunning.action",
                about,
                ("state", "channel", "sent_at", "address", "subject", "body_text"),
            ),
            "promises": self._rows_sudo("dunning.promise", about, ("state", "create_date", "note")),
            "disputes": self._rows_sudo("dunning.dispute", about, ("state", "create_date", "text")),
            "scores": self._rows_sudo(
                "dunning.score", own, ("as_of", "probability", "expected_days_late", "reason_text")
            ),
        }

    @api.model
    def _cases_domain(self, persons):
        return [
            ("partner_id", "in", persons.ids),
            ("company_id", "in", self.env.companies.ids),
        ]

    @api.model
    def _forget_sudo(self, partner):
        # EXTENDS open_banking_recon: not while money is owed, promised or disputed
        done = super()._forget_sudo(partner)
        own = self._cases_domain(self._persons_sudo(partner))
        cases = self.env["dunning.case"].sudo().search(own)
        retention = self.env["dunning.retention"]
        free = cases - retention.sudo()._needed(cases)
        if free:
            reason = self.env._("on request")
            retention.sudo()._erase(free, list(KINDS), reason, fields.Datetime.now())
        scores = self.env["dunning.score"].sudo().search(own)
        done["erased"] |= {"follow_up": len(free), "scores": len(scores)}
        done["kept"] |= {"follow_up": len(cases - free)}
        scores.unlink()
        return done
