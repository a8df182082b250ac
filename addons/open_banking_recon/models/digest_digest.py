from odoo import fields, models
from odoo.exceptions import AccessError

from ..recon_core.roi import auto_match_rate


class DigestDigest(models.Model):
    """Figures of the matching in Odoo's digest e-mail, for readers among those who get it."""

    _inherit = "digest.digest"

    kpi_recon_match_rate = fields.Boolean("Bank Lines Matched Automatically (%)")
    kpi_recon_match_rate_value = fields.Float(compute="_compute_kpi_recon_match_rate_value")
    kpi_recon_todo = fields.Boolean("Bank Lines That Wait for a Person")
    kpi_recon_todo_value = fields.Integer(compute="_compute_kpi_recon_todo_value")

    def _compute_kpi_recon_match_rate_value(self):
        self._check_recon_reader()
        start, end, companies = self._get_kpi_compute_parameters()
        groups = self.env["account.bank.statement.line"]._read_group(
            [
                ("company_id", "in", companies.ids),
                ("move_id.state", "=", "posted"),
                # whole days: a digest that is sent in the morning tells the day before
                ("date", ">=", start[:10]),
                ("date", "<", end[:10]),
            ],
            ["company_id", "match_state"],
            ["__count"],
        )
        for digest in self:
            company = digest.company_id or self.env.company
            counts = {state: count for of, state, count in groups if of == company}
            rate = auto_match_rate(counts.get("auto", 0), sum(counts.values()))
            digest.kpi_recon_match_rate_value = float(rate * 100)

    def _compute_kpi_recon_todo_value(self):
        """Today's list, whatever the days of the digest: nobody kept what waited in the past."""
        self._check_recon_reader()
        companies = self._get_kpi_compute_parameters()[-1]
        counts = dict(
            self.env["recon.exception"]._read_group(
                [("company_id", "in", companies.ids), ("state", "=", "open")],
                ["company_id"],
                ["__count"],
            )
        )
        for digest in self:
            digest.kpi_recon_todo_value = counts.get(digest.company_id or self.env.company, 0)

    def _check_recon_reader(self):
        if not self.env.user.has_group("open_banking_recon.group_reader"):
            raise AccessError(self.env._("These figures are for readers of Open Banking."))

    def _compute_kpis_actions(self, company, user):
        # EXTENDS digest
        menu = self.env.ref("open_banking_recon.menu_root").id
        return {
            **super()._compute_kpis_actions(company, user),
            "kpi_recon_match_rate": f"open_banking_recon.recon_dashboard_action?menu_id={menu}",
            "kpi_recon_todo": f"open_banking_recon.recon_exception_action?menu_id={menu}",
        }
