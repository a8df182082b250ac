import io
import json
from datetime import timedelta
from decimal import Decimal

from openpyxl import load_workbook

from odoo import http
from odoo.tests import HttpCase, tagged

from ..recon_core.errors import FinalError
from .common import TODAY, OpenBankingCommon, transaction

HTML = '<img src="https://evil.example/x.png" onerror="alert(1)"><b>bold</b>'
TEMPLATE = "{{ 7*7 }} ${object.env} <t t-out='1+1'/> %(bank)s %s {0}"
FORMULA = '=HYPERLINK("https://evil.example","click")'
LINK = "https://evil.example/pay"
AT_FORMULA = "@SUM(1+1)*cmd|' /C calc'!A0"
CONTROL = "NUL\x00 ESC\x1b[2J half\ud83d \u202eesrever"
ALL = (HTML, TEMPLATE, FORMULA, LINK, AT_FORMULA, CONTROL)


@tagged("post_install", "-at_install")
class TestHostileTexts(OpenBankingCommon, HttpCase):
    """A bank's text is anybody's text: whoever pays writes it."""

    def setUp(self):
        super().setUp()
        self.rows = [
            transaction(index + 1, text, counterparty_name=text, end_to_end_id=text)
            for index, text in enumerate(ALL)
        ]
        self.env["open.banking.sync"]._store(self.journal, self.rows)
        self.lines = self.env["account.bank.statement.line"].search(
            [("journal_id", "=", self.journal.id), ("open_banking_ref", "!=", False)],
            order="amount",
        )

    def test_texts_are_stored_as_they_came_but_for_control_characters(self):
        self.assertEqual(self.lines.mapped("payment_ref")[:5], list(ALL[:5]))
        self.assertEqual(self.lines[5].payment_ref, "NUL  ESC [2J half   esrever")
        self.assertEqual(self.lines.mapped("partner_name")[:5], list(ALL[:5]))

    def test_matching_and_its_reasons_keep_them_as_texts(self):
        self.match()
        for line in self.lines:
            wizard = self.as_accountant("recon.match.wizard").create({"st_line_id": line.id})
            self.assertEqual(wizard.payment_ref, line.payment_ref)

    def export(self, kind):
        self.authenticate("claire", "claire")
        group = self.env.ref("base.group_allow_export")
        self.accountant.group_ids += group
        data = {
            "model": "account.bank.statement.line",
            "fields": [
                {"name": "payment_ref", "label": "Label", "type": "char"},
                {"name": "partner_name", "label": "Partner", "type": "char"},
            ],
            "ids": self.lines.ids,
            "domain": [],
            "groupby": [],
            "import_compat": False,
            "context": {},
        }
        answer = self.url_open(
            f"/web/export/{kind}",
            data={"data": json.dumps(data), "csrf_token": http.Request.csrf_token(self)},
        )
        self.assertEqual(answer.status_code, 200)
        return answer.content

    def test_a_spreadsheet_holds_them_as_texts(self):
        sheet = load_workbook(io.BytesIO(self.export("xlsx"))).active
        cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value]
        self.assertEqual({cell.value for cell in cells} & set(ALL[:5]), set(ALL[:5]))
        self.assertEqual({cell.data_type for cell in cells}, {"s"})
        self.assertFalse([cell for cell in cells if cell.hyperlink])

    def test_a_csv_file_starts_no_formula(self):
        text = self.export("csv").decode()
        self.assertIn("'@SUM", text)
        self.assertIn("'=HYPERLINK", text)
        self.assertNotIn('"@', text)
        self.assertNotIn('"=', text)

    def test_a_note_for_people_shows_them_as_texts(self):
        account = self.account(name=HTML, error_count=3)
        account._sync_failed("booking_refused", HTML)
        [activity] = account.consent_id.activity_ids
        self.assertNotIn("<img", activity.note)
        self.assertIn("&lt;img", activity.note)
        self.assertIn("<img", activity.summary)  # plain text: shown as it is

    def test_a_note_about_a_balance_shows_the_account_s_name_as_text(self):
        account = self.account(name=HTML)
        account._set_balance_gap(Decimal(5), TODAY - timedelta(days=1))
        account._set_balance_gap(Decimal(5), TODAY)
        [activity] = account.consent_id.activity_ids
        self.assertNotIn("<img", activity.note)
        self.assertIn("&lt;img", activity.note)

    def test_what_a_bank_asks_a_person_to_do_is_shown_as_text(self):
        consent = self.account(name=HTML).consent_id
        self.bank.revoke_error = FinalError("request_refused", HTML)
        consent.action_revoke()
        self.assertNotIn("<img", consent.message_ids[0].body)
