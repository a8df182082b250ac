from __future__ import annotations

import socket
from email import message_from_bytes
from email.policy import default
from unittest.mock import patch

from aiosmtpd.controller import Controller

from odoo.tests import tagged

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from .common import REMINDER_AT, DunningCommon


class _Catcher:
    """Keeps what a real SMTP session hands over."""

    def __init__(self):
        self.envelopes = []

    async def handle_DATA(self, _server, _session, envelope):
        self.envelopes.append(envelope)
        return "250 OK"


@tagged("post_install", "-at_install")
class TestDunningSmtp(DunningCommon):
    def setUp(self):
        super().setUp()
        self.catcher = _Catcher()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        controller = Controller(self.catcher, hostname="127.0.0.1", port=port)
        controller.start()
        self.addCleanup(controller.stop)
        self.root["ir.mail_server"].search([], limit=80).active = False
        self.root["ir.mail_server"].create(
            {"name": "Catcher", "smtp_host": "127.0.0.1", "smtp_port": port}
        )
        self.root["res.lang"]._activate_lang("fr_FR")
        module = self.root["ir.module.module"].search([("name", "=", "smart_dunning")])
        module._update_translations(["fr_FR"])

    def _deliver(self, now=REMINDER_AT):
        with patch.object(IrMail_Server, "_disable_send", lambda _self: False):
            self.root["dunning.sender"]._cron_send(now)
        return [message_from_bytes(each.content, policy=default) for each in self.catcher.envelopes]

    def test_one_whole_message_arrives_in_the_language_of_the_customer(self):
        self.customer.lang = "fr_FR"
        invoice = self._new_invoice()
        self.env["ir.attachment"].create(
            {
                "name": "invoice.pdf",
                "raw": b"%PDF-1.4",
                "res_model": "account.move",
                "res_id": invoice.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        self.env["res.partner.bank"].create(
            {"acc_number": "FR7630006000011234567890189", "partner_id": self.company.partner_id.id}
        )
        invoice.invalidate_recordset()
        self._plan()
        [mail] = self._deliver()
        self.assertIn("rappel de vos factures", mail["Subject"])
        self.assertIn("martin@example.com", mail["To"])
        self.assertEqual(mail.get_all("Message-Id"), [self._actions().message_ref])
        self.assertTrue(mail["Reply-To"])
        self.assertEqual(mail["Auto-Submitted"], "auto-generated")
        self.assertIn("/opt-out>", mail["List-Unsubscribe"])
        self.assertEqual(mail["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        names = [part.get_filename() for part in mail.iter_attachments()]
        self.assertCountEqual(names, ["invoice.pdf", "payment-qr.png"])
        self.assertEqual(self._actions().state, "sent")

    def test_running_the_sending_again_hands_nothing_over(self):
        self._new_invoice()
        self._plan()
        self._deliver()
        self._plan()
        self.assertEqual(len(self._deliver()), 1)
