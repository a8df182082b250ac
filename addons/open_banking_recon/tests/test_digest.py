from datetime import date, timedelta

from odoo.tests import new_test_user, tagged

from .common import TODAY
from .dashboard_case import DashboardCase


@tagged("post_install", "-at_install")
class TestDigest(DashboardCase):
    def figures(self, user):
        digest = self.env["digest.digest"].create(
            {
                "name": "Weekly",
                "periodicity": "weekly",
                "company_id": self.company.id,
                "kpi_recon_match_rate": True,
                "kpi_recon_todo": True,
            }
        )
        self.env.flush_all()
        return {row["kpi_name"]: row for row in digest._compute_kpis(self.company, user)}

    def test_the_digest_tells_the_matches_of_its_days_and_what_waits(self):
        yesterday = TODAY - timedelta(days=1)
        lines = self.lines_in_states(["auto", "auto", "exception", "accepted"], yesterday)
        self.lines_in_states(["auto"], date(2026, 3, 10))  # this month, not this week
        self.env["recon.exception"].create({"st_line_id": lines[2].id, "reason": "unsure"})
        found = self.figures(self.reader)
        rates = [found["kpi_recon_match_rate"][f"kpi_col{n}"]["value"] for n in (1, 2, 3)]
        self.assertEqual(rates[:2], ["50.00", "50.00"])
        self.assertEqual(rates[2], "60.00")
        self.assertEqual(found["kpi_recon_todo"]["kpi_col1"]["value"], 1)
        self.assertIn("recon_dashboard_action", found["kpi_recon_match_rate"]["kpi_action"])

    def test_who_may_not_see_bank_lines_gets_no_figure_of_them(self):
        employee = new_test_user(
            self.env, "emil", groups="base.group_user", company_id=self.company.id
        )
        self.assertNotIn("kpi_recon_todo", self.figures(employee))
        self.assertNotIn("kpi_recon_match_rate", self.figures(employee))
