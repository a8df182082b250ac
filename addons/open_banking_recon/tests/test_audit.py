import base64
import json
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from ..recon_core.audit.archive import verify_archive
from .common import OpenBankingCommon

CHANGES = {
    "company_id": "NULL",
    "at": "at + interval '1 microsecond'",
    "kind": "'key'",
    "actor_id": "actor_id + 1",
    "res_model": "'res.partner'",
    "res_id": "res_id + 1",
    "facts": "facts || ' '",
    "position": "position + 1000",
    "link": "repeat('0', 64)",
}


@tagged("post_install", "-at_install")
class TestAudit(OpenBankingCommon):
    """The audit log: what comes into it, and that nothing goes out of it unseen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.entries = cls.env["recon.audit.entry"]
        cls.officer = new_test_user(
            cls.env,
            "olga",
            groups="base.group_user,open_banking_recon.group_security_officer",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def fill(self, count=5):
        for number in range(count):
            self.entries._record("access", self.journal, {"number": number})
        self.entries._link_waiting()

    def broken(self):
        self.entries.invalidate_model()
        return self.entries._first_broken(self.company)

    def of_kind(self, kind):
        return self.entries.search(
            [("kind", "=", kind), ("company_id", "=", self.company.id)], order="id"
        )

    def without_guard(self, statement, *parameters):
        """What a superuser of PostgreSQL can do."""
        self.env.cr.execute("ALTER TABLE recon_audit_entry DISABLE TRIGGER USER")
        self.env.cr.execute(statement, parameters)
        self.env.cr.execute("ALTER TABLE recon_audit_entry ENABLE TRIGGER USER")

    # -- the chain ------------------------------------------------------------

    def test_what_happened_is_linked_and_verified(self):
        self.fill()
        rows = self.entries.search([("company_id", "=", self.company.id)], order="id")
        self.assertEqual(rows.mapped("position"), list(range(1, len(rows) + 1)))
        self.assertIsNone(self.broken())
        self.fill(2)
        self.assertIsNone(self.broken())

    def test_the_database_refuses_changes_of_whoever_asks(self):
        self.fill()
        for statement in (
            "UPDATE recon_audit_entry SET kind = 'key'",
            "UPDATE recon_audit_entry SET link = NULL",
            "UPDATE recon_audit_entry SET facts = '{}' WHERE position = 2",
            "DELETE FROM recon_audit_entry WHERE position = 1",
            "TRUNCATE recon_audit_entry",
        ):
            with (
                self.subTest(statement=statement),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.InsufficientPrivilege),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement)

    def test_the_orm_refuses_too(self):
        self.fill(1)
        entry = self.entries.search([], limit=1)
        for attempt in (
            lambda: self.entries.create({"kind": "key", "facts": "{}"}),
            lambda: entry.write({"facts": "{}"}),
            entry.unlink,
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_any_single_change_by_a_superuser_is_found(self):
        self.fill(6)
        last = self.entries._head(self.company.id).position
        for place in (1, 3, last):
            for column, value in CHANGES.items():
                with self.subTest(place=place, column=column):
                    savepoint = self.env.cr.savepoint(flush=False)
                    self.without_guard(
                        f"UPDATE recon_audit_entry SET {column} = {value}"  # noqa: S608
                        " WHERE company_id = %s AND position = %s",
                        self.company.id,
                        place,
                    )
                    found = self.broken()
                    savepoint.close(rollback=True)
                    self.assertIsNotNone(found)
                    self.assertEqual(found.position, place)

    def test_an_entry_that_is_gone_is_found_also_the_last_one(self):
        self.fill(6)
        last = self.entries._head(self.company.id).position
        for place in (1, 3, last):
            savepoint = self.env.cr.savepoint(flush=False)
            self.without_guard(
                "DELETE FROM recon_audit_entry WHERE company_id = %s AND position = %s",
                self.company.id,
                place,
            )
            found = self.broken()
            savepoint.close(rollback=True)
            self.assertEqual(
                (found.position, found.code), (place, "cut" if place == last else "missing")
            )

    def test_a_signed_anchor_finds_a_chain_that_was_written_anew(self):
        self.fill(4)
        self.env["recon.audit.anchor"]._sign_heads([self.company], fields.Date.today())
        head = self.entries._head(self.company.id)
        self.without_guard(
            "UPDATE recon_audit_entry SET actor_id = 99, position = NULL, link = NULL"
            " WHERE company_id = %s",
            self.company.id,
        )
        self.env.cr.execute("DELETE FROM recon_audit_head WHERE chain = %s", [self.company.id])
        self.entries._link_waiting()
        found = self.broken()
        self.assertEqual((found.position, found.code), (head.position, "anchor"))

    def test_the_night_signs_once_and_an_anchor_says_what_it_stands_for(self):
        self.fill(3)
        self.env["recon.audit.anchor"]._sign_heads([self.company], fields.Date.today())
        self.env["recon.audit.anchor"]._sign_heads([self.company], fields.Date.today())
        anchor = self.env["recon.audit.anchor"].search([("company_id", "=", self.company.id)])
        self.assertEqual(len(anchor), 1)
        said = json.loads(base64.b64decode(anchor.file))
        self.assertEqual(said["position"], self.entries._head(self.company.id).position)
        self.assertIn("BEGIN PUBLIC KEY", said["public_key"])
        with self.assertRaises(AccessError):
            anchor.write({"link": "0"})
        with self.assertRaises(AccessError):
            anchor.unlink()

    # -- the archive ----------------------------------------------------------

    def test_old_entries_leave_as_a_file_and_the_chain_goes_on(self):
        with freeze_time("2024-01-05"):
            self.patch_now("2024-01-05")
            self.fill(4)
        self.patch_now(None)
        self.fill(3)
        old = self.entries.search([("company_id", "=", self.company.id), ("at", "<", "2024-02-01")])
        archive = self.env["recon.audit.archive"]._make(
            self.company, fields.Datetime.to_datetime("2024-02-01")
        )
        self.assertEqual(archive.position, max(old.mapped("position")))
        lines = base64.b64decode(archive.file).decode().splitlines(keepends=True)
        head, broken = verify_archive(lines)
        self.assertIsNone(broken)
        self.assertEqual((head.position, head.link), (archive.position, archive.link))
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.InsufficientPrivilege),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute("DELETE FROM recon_audit_entry WHERE position = 1")
        archive.with_user(self.officer).action_confirm_kept()
        self.assertFalse(old.exists())
        self.entries._link_waiting()
        self.assertIsNone(self.broken())
        with self.assertRaises(AccessError):
            archive.unlink()

    def patch_now(self, day):
        self.env.cr._now = fields.Datetime.to_datetime(day) if day else None

    def test_what_is_young_is_not_archived(self):
        self.fill(2)
        with self.assertRaisesRegex(UserError, "365 days"):
            self.env["recon.audit.archive"]._make(self.company, fields.Datetime.now())

    # -- what comes into it ---------------------------------------------------

    def test_a_match_is_noted_with_its_evidence_and_without_names(self):
        self.invoice("FAC/2026/00012", 120.0)
        line = self.bank_line(120.0, "FAC/2026/00012 BOULANGERIE MARTIN")
        self.match()
        entry = self.of_kind("match")[-1]
        self.assertEqual((entry.res_model, entry.res_id), (line._name, line.id))
        facts = json.loads(entry.facts)
        self.assertEqual((facts["did"], facts["rule"]), ("auto", "reference_exact"))
        self.assertIn("amount_exact", [code for code, _weight in facts["evidence"]])
        self.assertNotIn("MARTIN", entry.facts)
        line.with_user(self.accountant).action_undo_match()
        undone = self.of_kind("match")[-1]
        self.assertEqual(json.loads(undone.facts)["did"], "undone")
        self.assertEqual(undone.actor_id, self.accountant.id)

    def test_each_way_of_looking_at_an_account_is_noted_and_once_a_day(self):
        line = self.bank_line(120.0, "FAC/2026/00012")
        own = self.as_accountant("account.bank.statement.line")
        here = [("id", "=", line.id)]
        ways = {
            "a list": lambda: own.web_search_read(here, {"amount": {}}),
            "a form": lambda: own.browse(line.id).web_read({"amount": {}}),
            "a program that searches": lambda: own.search_read(here, ["amount"]),
            "a program that reads": lambda: own.browse(line.id).read(["amount"]),
        }
        for name, look in ways.items():
            with self.subTest(way=name):
                savepoint = self.env.cr.savepoint(flush=False)
                before = self.of_kind("access")
                look()
                look()
                new = self.of_kind("access") - before
                noted = [(entry.res_model, entry.res_id, entry.actor_id) for entry in new]
                savepoint.close(rollback=True)
                self.env.invalidate_all()
                self.assertEqual(noted, [("account.journal", self.journal.id, self.accountant.id)])

    def test_what_the_workplace_shows_is_a_look_too(self):
        line = self.bank_line(-45.6, "CARTE 12/03 GARAGE")
        self.match()
        exception = self.env["recon.exception"].search([("st_line_id", "=", line.id)])
        before = self.of_kind("access")
        self.as_accountant("recon.desk").lines(exception.ids)
        self.assertEqual((self.of_kind("access") - before).actor_id, self.accountant.id)

    def test_an_export_is_noted_with_its_fields(self):
        line = self.bank_line(120.0, "FAC/2026/00012")
        self.accountant.group_ids += self.env.ref("base.group_allow_export")
        self.as_accountant("account.bank.statement.line").browse(line.id).export_data(
            ["payment_ref", "amount"]
        )
        facts = json.loads(self.of_kind("export")[-1].facts)
        self.assertEqual((facts["count"], facts["fields"]), (1, ["amount", "payment_ref"]))

    def test_a_changed_policy_is_noted_with_its_figures(self):
        manager = new_test_user(
            self.env,
            "berta",
            groups="base.group_user,open_banking_recon.group_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        policy = (
            self.env["recon.policy"]
            .with_user(manager)
            .create({"company_id": self.company.id, "suggest_threshold": 0.6})
        )
        policy.suggest_threshold = 0.7
        policy.unlink()
        did = [json.loads(entry.facts) for entry in self.of_kind("setting")[-3:]]
        self.assertEqual([facts["did"] for facts in did], ["created", "changed", "deleted"])
        self.assertEqual(did[1]["values"], {"suggest_threshold": 0.7})

    def test_a_fetch_and_the_end_of_a_consent_are_noted(self):
        account = self.account()
        account.consent_id._set_state("expired")
        entry = self.of_kind("consent")[-1]
        self.assertEqual(json.loads(entry.facts), {"from": "valid", "to": "expired"})
        self.assertEqual(entry.res_id, account.consent_id.id)

    # -- who sees it ----------------------------------------------------------

    def test_only_the_security_officer_reads_it_and_only_of_own_companies(self):
        self.fill(2)
        other = self.env["res.company"].create({"name": "Other company"})
        self.entries._record_alone("export", {}, other)
        with self.assertRaises(AccessError):
            self.as_accountant("recon.audit.entry").search([])
        seen = self.entries.with_user(self.officer).search([])
        self.assertIn(self.company, seen.company_id)
        self.assertNotIn(other, seen.company_id)
        action = self.entries.with_user(self.officer).action_verify()
        self.assertEqual(action["params"]["type"], "success")

    def test_a_broken_chain_is_told_to_the_officers_from_the_first_night_on(self):
        self.fill(3)
        self.without_guard(
            "UPDATE recon_audit_entry SET actor_id = 99 WHERE company_id = %s AND position = 2",
            self.company.id,
        )
        with (
            self.assertLogs("odoo.addons.open_banking_recon", "ERROR"),
            self.patch_link(),
        ):
            self.entries._cron_verify()
            self.entries._cron_verify()
        told = self.env["mail.activity"].search([("user_id", "=", self.officer.id)])
        self.assertEqual(len(told), 1, "once, however many nights it stays so")
        self.assertIn("broken at entry 2", told.summary)

    def patch_link(self):
        """Tests have no transaction beside their own: nothing is committed."""
        model = type(self.entries)
        return patch.object(model, "_link_after_commit", lambda entries: entries._link_waiting())

    def test_an_erasure_leaves_the_chain_whole_because_no_person_is_in_it(self):
        self.invoice("FAC/2026/00012", 120.0)
        self.bank_line(120.0, "FAC/2026/00012 BOULANGERIE MARTIN")
        self.match()
        self.entries._link_waiting()
        said = " ".join(self.entries.search([]).mapped("facts"))
        for personal in ("BOULANGERIE", "Martin", "FR76", "120.0"):
            self.assertNotIn(personal, said)
        self.customer.name = "erased"
        self.assertIsNone(self.broken())
