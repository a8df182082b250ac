from io import BytesIO
from shutil import which
from unittest import skipUnless

import openpyxl

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import OpenBankingCommon

PERIOD = {"kind": "own", "first": "2026-03-01", "last": "2026-03-31"}
REPORT = "open_banking_recon.dashboard_document"


@tagged("post_install", "-at_install")
class TestDashboardExport(OpenBankingCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader = new_test_user(
            cls.env,
            "rita",
            password="rita-of-the-tests",
            groups="base.group_user,open_banking_recon.group_reader",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def setUp(self):
        super().setUp()
        lines = self.bank_line(10, "one") + self.bank_line(20, "two")
        lines[0].match_state = "auto"
        self.env.flush_all()

    def test_the_workbook_holds_the_numbers_of_the_page(self):
        self.authenticate("rita", "rita-of-the-tests")
        answer = self.url_open(
            "/open_banking_recon/figures.xlsx?"
            + "&".join(f"{name}={value}" for name, value in PERIOD.items())
            + f"&companies={self.company.id}"
        )
        self.assertEqual(answer.status_code, 200)
        figures, details = openpyxl.load_workbook(BytesIO(answer.content)).worksheets
        rows = {row[1]: row for row in figures.iter_rows(min_row=4, values_only=True)}
        self.assertEqual(rows["Matched automatically"][2], 0.5)
        self.assertIn("all bank lines", rows["Matched automatically"][5])
        self.assertIn(
            ("Reconciled automatically", 1),
            [row[1:3] for row in details.iter_rows(values_only=True)],
        )

    def test_a_workbook_of_a_company_of_others_is_refused(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.env.flush_all()
        self.authenticate("rita", "rita-of-the-tests")
        with mute_logger("odoo.http"):
            answer = self.url_open(
                f"/open_banking_recon/figures.xlsx?kind=year&companies={other.id}"
            )
        self.assertEqual(answer.status_code, 403)

    def test_without_a_login_there_is_no_workbook(self):
        answer = self.url_open("/open_banking_recon/figures.xlsx?kind=year", allow_redirects=False)
        self.assertEqual(answer.status_code, 303)

    def _report(self):
        return self.env["ir.actions.report"].with_user(self.reader).with_company(self.company)

    def test_the_paper_has_the_figures_with_their_formulas(self):
        html, _kind = self._report()._render_qweb_html(REPORT, self.company.ids, data=dict(PERIOD))
        text = html.decode()
        self.assertIn("50.0 %", text)
        self.assertIn("Bank lines reconciled automatically / all bank lines", text)

    def test_the_button_prints_the_chosen_period(self):
        dashboard = self.env["recon.dashboard"].with_user(self.reader).with_company(self.company)
        action = dashboard.print_page(*PERIOD.values())
        self.assertEqual((action["type"], action["report_name"]), ("ir.actions.report", REPORT))
        self.assertEqual(action["data"], PERIOD)

    @skipUnless(which("wkhtmltopdf"), "wkhtmltopdf is not installed")
    def test_the_paper_is_a_pdf(self):
        content, kind = (
            self._report()
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(REPORT, self.company.ids, data=dict(PERIOD))
        )
        self.assertEqual(kind, "pdf")
        self.assertTrue(content.startswith(b"%PDF"))
