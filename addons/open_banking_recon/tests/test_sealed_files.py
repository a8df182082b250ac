import base64
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

from PIL import Image

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import SQL

from ..models.ir_attachment import FOLDER, SWITCH
from ..recon_core.errors import RetryableError
from ..recon_core.vault import content
from .document_case import BILL, DocumentCase, cii, pdf
from .vault_case import VaultCase

PLANTED = b"planted-in-clear-7d1f"
PDF = pdf(BILL) + b"% " + PLANTED
XML = cii() + b"<!-- " + PLANTED + b" -->"


class SealedCase(VaultCase, DocumentCase):
    def file_of(self, record, field="file"):
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", record._name),
                ("res_field", "=", field),
                ("res_id", "in", record.ids),
            ]
        )

    def stored(self, attachment):
        """The bytes as they lie in the filestore."""
        return Path(attachment._full_path(attachment.store_fname)).read_bytes()

    def in_database(self, text):
        """Names of the columns of attachments in which a dump would show ``text``."""
        self.env.flush_all()
        query = SQL(
            "SELECT field.key FROM ir_attachment file, jsonb_each_text(to_jsonb(file)) field"
            " WHERE field.value LIKE %(text)s OR field.value LIKE %(hex)s",
            text=f"%{text.decode()}%",
            hex=f"%{text.hex()}%",
        )
        return self.env.execute_query(query)

    def seal_or_open(self):
        with self.commits_allowed() as env:
            env["ir.attachment"]._cron_seal()
        self.env.invalidate_all()

    def switch(self, on):
        self.env["ir.config_parameter"].sudo().set_param(SWITCH, str(int(on)))


@tagged("post_install", "-at_install")
class TestSealedFiles(SealedCase):
    def test_neither_filestore_nor_database_shows_a_file_that_was_handed_in(self):
        for name, data in (("bill.pdf", PDF), ("bill.xml", XML), ("bill.txt", PLANTED)):
            with self.subTest(name):
                file = self.file_of(self.upload(data, name))
                self.assertTrue(file.store_fname.startswith(FOLDER))
                self.assertTrue(self.stored(file).startswith(content.MARK))
                self.assertNotIn(PLANTED, self.stored(file))
                self.assertFalse(file.index_content)
                self.assertFalse(self.in_database(PLANTED))
                self.assertEqual((file.raw, file.file_size), (data, len(data)))

    def test_a_file_that_is_replaced_is_sealed_anew(self):
        document = self.upload(b"first")
        file = self.file_of(document)
        key, name = file.recon_key_sealed, file.store_fname
        document.file = base64.b64encode(PDF)
        self.env.flush_all()
        self.assertNotEqual((file.recon_key_sealed, file.store_fname), (key, name))
        self.assertNotIn(PLANTED, self.stored(file))
        self.env.invalidate_all()
        self.assertEqual(base64.b64decode(document.file), PDF)

    def test_a_picture_is_made_smaller_as_odoo_does_and_sealed(self):
        out = BytesIO()
        Image.new("RGB", (2500, 100)).save(out, "PNG")
        file = self.file_of(self.upload(out.getvalue(), "scan.png"))
        self.assertEqual(Image.open(BytesIO(file.raw)).size[0], 1920)
        self.assertTrue(self.stored(file).startswith(content.MARK))

    def test_files_in_the_database_are_sealed_there(self):
        self.env["ir.config_parameter"].sudo().set_param("ir_attachment.location", "db")
        file = self.file_of(self.upload(PDF))
        self.assertFalse(file.store_fname)
        self.assertFalse(self.in_database(PLANTED))
        self.assertEqual(file.raw, PDF)

    def test_a_move_of_the_storage_keeps_files_sealed(self):
        file = self.file_of(self.upload(PDF))
        self.env["ir.config_parameter"].sudo().set_param("ir_attachment.location", "db")
        file._migrate()
        self.env.invalidate_all()
        self.assertFalse(file.store_fname)
        self.assertFalse(self.in_database(PLANTED))
        self.env["ir.config_parameter"].sudo().set_param("ir_attachment.location", "file")
        file._migrate()
        self.env.invalidate_all()
        self.assertNotIn(PLANTED, self.stored(file))
        self.assertEqual(file.raw, PDF)

    def test_a_copy_has_a_key_of_its_own(self):
        document = self.upload(PDF)
        copy = document.copy()
        first, second = self.file_of(document), self.file_of(copy)
        self.assertNotEqual(first.recon_key_sealed, second.recon_key_sealed)
        self.assertNotEqual(first.store_fname, second.store_fname)
        document.unlink()
        self.env.flush_all()
        self.assertEqual(second.raw, PDF)

    def test_a_sealed_file_put_in_the_place_of_another_does_not_open(self):
        first, second = self.file_of(self.upload(PDF)), self.file_of(self.upload(XML))
        Path(first._full_path(first.store_fname)).write_bytes(self.stored(second))
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "altered"):
            first.raw  # noqa: B018 - reading is the act

    def test_other_files_stay_as_odoo_stores_them(self):
        file = self.env["ir.attachment"].create({"name": "note.txt", "raw": PLANTED})
        self.assertEqual(self.stored(file), PLANTED)
        self.assertFalse(file.recon_key_sealed)
        self.assertEqual(file.index_content, PLANTED.decode())

    def test_the_bill_has_the_file_in_the_open_and_is_known_by_it(self):
        document = self.read_document(PDF)
        document.action_create_bill()
        attachment = document.move_id.message_main_attachment_id
        self.assertEqual(attachment.raw, PDF)
        self.assertFalse(attachment.sudo().recon_key_sealed)
        again = self.upload(PDF, "other name.pdf")
        self.assertEqual(again._in_the_books(), document.move_id)

    def test_pictures_of_pages_are_sealed(self):
        document = self.read_document(PDF)
        file = self.file_of(document.page_ids, "picture")
        self.assertTrue(file)
        self.assertTrue(self.stored(file).startswith(content.MARK))
        self.assertEqual(base64.b64decode(document.page_ids.picture), file.raw)


@tagged("post_install", "-at_install")
class TestSealedFileKeys(SealedCase):
    def test_a_new_key_moves_files_too_and_does_not_touch_them(self):
        file = self.file_of(self.upload(PDF))
        before = self.stored(file)
        self.assertEqual(self.env["open.banking.vault"]._key_usage(), {"1": 1})
        self.hold(1, 2)
        self.rewrap()
        self.assertEqual(self.env["open.banking.vault"]._key_usage(), {"2": 1})
        self.hold(2)
        self.assertEqual(self.stored(file), before)
        self.assertEqual(file.raw, PDF)

    def test_a_document_whose_key_is_lost_says_so_and_is_read_when_it_is_back(self):
        document = self.upload(PDF)
        self.hold(2)
        self.work()
        self.assertEqual(
            (document.state, document.error_code), ("failed", "vault_key_version_missing")
        )
        self.assertIn("put it back", document.error_message)
        with self.assertRaisesRegex(UserError, r"older key \(1\)"):
            document.file  # noqa: B018 - reading is the act
        event = self.env["open.banking.event"].search([("document_id", "=", document.id)])
        self.assertEqual(event.state, "done")
        self.hold(1)
        document.action_read_again()
        self.work()
        self.assertEqual(document.state, "read")

    def test_a_document_waits_for_a_security_module_that_does_not_answer(self):
        document = self.upload(PDF)
        error = RetryableError("vault_hsm_unavailable")
        vault = type(self.env["open.banking.vault"])
        with patch.object(vault, "_ring", side_effect=error):
            self.work()
        self.assertEqual(document.state, "queued")
        self.assertIn("does not answer", document.error_message)
        self.pass_time(minutes=5)
        self.work()
        self.assertEqual(document.state, "read")

    def test_a_file_that_is_gone_from_the_disk_is_empty_as_any_other(self):
        file = self.file_of(self.upload(PDF))
        Path(file._full_path(file.store_fname)).unlink()
        self.env.invalidate_all()
        self.assertEqual(file.raw, b"")

    def test_the_key_of_a_file_is_not_for_those_who_read_it(self):
        reader = new_test_user(
            self.env, "sealed_reader", "base.group_user,open_banking_recon.group_manager"
        )
        file = self.file_of(self.upload(PDF)).with_user(reader)
        self.assertEqual(file.raw, PDF)
        with self.assertRaises(UserError):
            file.read(["recon_key_sealed"])


@tagged("post_install", "-at_install")
class TestSealingSetting(SealedCase):
    def test_files_are_left_open_when_the_setting_is_off(self):
        self.switch(on=False)
        file = self.file_of(self.upload(PDF))
        self.assertEqual(self.stored(file), PDF)

    def test_older_files_follow_the_setting_both_ways(self):
        self.switch(on=False)
        files = self.file_of(self.upload(PDF) | self.upload(XML, "bill.xml"))
        self.switch(on=True)
        with patch("odoo.addons.open_banking_recon.models.ir_attachment.BATCH", 1):
            self.seal_or_open()
        self.assertTrue(all(self.stored(file).startswith(content.MARK) for file in files))
        self.assertEqual({file.raw for file in files}, {PDF, XML})
        self.switch(on=False)
        self.seal_or_open()
        self.assertEqual({self.stored(file) for file in files}, {PDF, XML})
        self.assertFalse(any(files.mapped("recon_key_sealed")))

    def test_a_file_whose_key_is_lost_stays_and_does_not_stop_the_others(self):
        lost = self.file_of(self.upload(PDF))
        self.hold(2)
        other = self.file_of(self.upload(XML, "bill.xml"))
        sealed = self.stored(lost)
        self.switch(on=False)
        path = "odoo.addons.open_banking_recon.models.ir_attachment"
        with self.assertLogs(path, "ERROR") as logs:
            self.seal_or_open()
        self.assertIn("vault_key_version_missing: 1", logs.output[0])
        self.assertEqual(self.stored(lost), sealed)
        self.assertEqual(self.stored(other), XML)

    def test_the_settings_page_changes_it_and_the_log_has_it(self):
        administrator = new_test_user(
            self.env, "sealing_administrator", "base.group_system", company_id=self.company.id
        )
        Settings = self.env["res.config.settings"].with_user(administrator)
        self.assertTrue(Settings.create({}).recon_seal_files)
        Settings.create({"recon_seal_files": False}).execute()
        self.assertFalse(Settings.create({}).recon_seal_files)
        entry = self.env["recon.audit.entry"].sudo().search([("kind", "=", "setting")], limit=1)
        self.assertIn('"seal_files":0', entry.facts)

    def test_garbage_goes_and_what_is_needed_stays(self):
        document, other = self.upload(PDF), self.upload(XML, "bill.xml")
        gone = Path(self.file_of(document)._full_path(self.file_of(document).store_fname))
        kept = self.file_of(other)
        document.unlink()
        self.env.flush_all()
        self.env["ir.attachment"]._gc_file_store_unsafe()
        self.assertFalse(gone.exists())
        self.assertEqual(kept.raw, XML)

    def test_the_file_of_a_transaction_that_failed_is_garbage(self):
        with self.env.cr.savepoint() as savepoint:
            file = self.file_of(self.upload(PDF))
            path = Path(file._full_path(file.store_fname))
            savepoint.rollback()
        self.env.invalidate_all()
        self.assertTrue(path.exists())
        self.env["ir.attachment"]._gc_file_store_unsafe()
        self.assertFalse(path.exists())


@tagged("post_install", "-at_install")
class TestSealedFilesServed(SealedCase, HttpCase):
    def setUp(self):
        super().setUp()
        groups = "base.group_user,open_banking_recon.group_reader"
        new_test_user(
            self.env, "served", groups, company_id=self.company.id, password="served-by-odoo"
        )
        self.document = self.upload(PDF)
        picture = BytesIO()
        Image.new("RGB", (400, 400), "red").save(picture, "PNG")
        self.picture = picture.getvalue()
        self.document.page_ids = [
            Command.create({"number": 1, "picture": base64.b64encode(self.picture)})
        ]
        self.env.flush_all()
        self.authenticate("served", "served-by-odoo")

    def get(self, url, **headers):
        return self.url_open(url, headers=headers)

    def test_the_browser_gets_what_was_handed_in(self):
        url = f"/web/content/recon.document/{self.document.id}/file?filename=bill.pdf"
        answer = self.get(url)
        self.assertEqual((answer.status_code, answer.content), (200, PDF))
        self.assertIn("bill.pdf", answer.headers["Content-Disposition"])
        self.assertEqual(self.get(url, Range="bytes=0-3").content, PDF[:4])
        again = self.get(url, **{"If-None-Match": answer.headers["ETag"]})
        self.assertEqual(again.status_code, 304)

    def test_pictures_of_pages_are_shown_in_any_size(self):
        url = f"/web/image/recon.document.page/{self.document.page_ids.id}/picture"
        self.assertEqual(self.get(url).content, self.picture)
        small = Image.open(BytesIO(self.get(f"{url}/64x64").content))
        self.assertEqual((small.format, small.size), ("PNG", (64, 64)))

    def test_without_its_key_a_file_is_not_found_and_nothing_breaks(self):
        self.hold(2)
        answer = self.get(f"/web/content/recon.document/{self.document.id}/file")
        self.assertEqual(answer.status_code, 404)
        self.assertNotIn(PLANTED, answer.content)
