from __future__ import annotations

from io import BytesIO
from unittest import skipUnless

from freezegun import freeze_time
from pypdf import PdfReader

from odoo.tests import HttpCase, tagged
from odoo.tools.misc import find_in_path

from .common import REMINDER_AT, DunningCommon


def _has_wkhtmltopdf():
    try:
        return bool(find_in_path("wkhtmltopdf"))
    except OSError:
        return False


@tagged("post_install", "-at_install")
@skipUnless(_has_wkhtmltopdf(), "wkhtmltopdf is not installed")
class TestDunningLetterPdf(DunningCommon, HttpCase):
    def test_a_printed_letter_is_one_page_of_a4(self):
        self.company.write({"street": "5 quai de Bercy", "zip": "75012", "city": "Paris"})
        customer = self.customer.with_env(self.root).with_company(self.company)
        customer.write(
            {
                "dunning_channel": "letter",
                "street": "1 rue du Four",
                "zip": "75006",
                "city": "Paris",
            }
        )
        self.env["res.partner.bank"].create(
            {"acc_number": "FR7630006000011234567890189", "partner_id": self.company.partner_id.id}
        )
        self._new_invoice()
        self._plan()
        self._send()
        with freeze_time(REMINDER_AT, tick=True):
            letter = self._actions().with_user(self.controller)
            letter.with_context(force_report_rendering=True).action_print()
        pages = PdfReader(BytesIO(self._actions()._letter_file().raw)).pages
        self.assertEqual(len(pages), 1)
        width, height = (float(side) / 72 * 25.4 for side in pages[0].mediabox[2:])  # points to mm
        self.assertEqual((round(width), round(height)), (210, 297))
