from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .api_case import ApiCase
from .common import IBAN


@tagged("post_install", "-at_install")
class TestApiRead(ApiCase):
    def test_a_line_is_told_in_the_words_of_the_bank_with_amounts_as_texts(self):
        line = self.bank_line(
            -1234.5,
            "LOYER MARS",
            end_to_end_id="E2E-1",
            mandate_id="M-1",
            counterparty_name="SCI Dupont",
            counterparty_iban="FR1420041010050500013M02606",
        )
        [told] = self.call("lines", journal_id=self.journal.id)["items"]
        self.assertEqual(told["id"], line.id)
        self.assertEqual(told["transaction_amount"], {"amount": "-1234.50", "currency": "EUR"})
        self.assertEqual(told["remittance_information_unstructured"], "LOYER MARS")
        self.assertEqual((told["end_to_end_id"], told["mandate_id"]), ("E2E-1", "M-1"))
        self.assertEqual(told["booking_date"], "2026-03-31")
        self.assertEqual(told["counterparty_account"], "FR1420041010050500013M02606")
        self.assertEqual((told["state"], told["reconciled"]), ("new", False))
        self.assertRegex(told["changed_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")

    def test_a_reader_sees_account_numbers_and_ids_by_their_ends(self):
        self.bank_line(
            5.0,
            "VIR DE FR1420041010050500013M02606",
            end_to_end_id="E2E-2026-000123",
            counterparty_iban="FR1420041010050500013M02606",
        )
        reader = new_test_user(
            self.env,
            "rita",
            groups="base.group_user,open_banking_recon.group_reader",
            company_id=self.company.id,
        )
        key = self.key_for("open_banking:read", user=reader)
        [told] = self.call("lines", key, journal_id=self.journal.id)["items"]
        self.assertEqual(told["counterparty_account"], "FR14…2606")
        self.assertNotIn("20041010050500013M0", str(told))
        self.assertNotIn("E2E-2026", str(told))

    def test_pages_of_any_size_give_each_line_once_and_end(self):
        lines = self.bank_line(1.0, "one")
        for number in range(2, 8):
            lines |= self.bank_line(float(number), str(number))
        for limit in (1, 2, 3, 6, 7, 200):
            told, after = [], None
            for _page in range(9):
                page = self.call("lines", journal_id=self.journal.id, limit=limit, after=after)
                told += [item["id"] for item in page["items"]]
                after = page["next"]
                if after is None:
                    break
            self.assertEqual(told, sorted(lines.ids), limit)

    def test_filters_narrow_the_list(self):
        early = self.bank_line(5.0, "early", fields.Date.to_date("2026-01-10"))
        late = self.bank_line(6.0, "late")
        ids = [row["id"] for row in self.call("lines", booked_to="2026-01-31")["items"]]
        self.assertIn(early.id, ids)
        self.assertNotIn(late.id, ids)
        future = fields.Datetime.now() + timedelta(days=1)
        since = future.strftime("%Y-%m-%dT%H:%M:%SZ")
        self.assertEqual(self.call("lines", changed_since=since)["items"], [])
        self.assertEqual(self.call("lines", state="auto", journal_id=self.journal.id)["items"], [])

    def test_a_line_whose_entry_changed_was_changed(self):
        line = self.bank_line(7.0, "seven")
        long_ago, lately = "2020-01-01 00:00:00", "2026-05-01 12:00:00"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_bank_statement_line SET write_date = %s WHERE id = %s",
            [long_ago, line.id],
        )
        self.env.cr.execute(
            "UPDATE account_move SET write_date = %s WHERE id = %s", [lately, line.move_id.id]
        )
        self.env.invalidate_all()
        found = self.call("lines", journal_id=self.journal.id, changed_since="2026-05-01T00:00:00Z")
        [told] = found["items"]
        self.assertEqual(told["changed_at"], "2026-05-01T12:00:00Z")

    def test_a_proposal_tells_its_documents_and_the_version_of_its_line(self):
        line, invoice = self.paid_invoice(paid=118.0)
        [told] = self.call("proposals", line_id=line.id)["items"]
        [document] = told["documents"]
        self.assertEqual(document["move_id"], invoice.id)
        self.assertEqual(document["number"], invoice.name)
        self.assertEqual(document["amount"]["currency"], "EUR")
        self.assertEqual(told["version"], line._desk_stamp())
        self.assertGreater(told["probability"], 0)
        self.assertTrue(told["evidence"])

    def test_what_waits_is_told_with_its_reason(self):
        line, _invoice = self.paid_invoice()
        [told] = self.call("exceptions", line_id=line.id, state="open")["items"]
        self.assertEqual(told["amount"], {"amount": "120.00", "currency": "EUR"})
        self.assertEqual(told["reason"], self.exception(line).reason)

    def test_accounts_and_fetches_are_told_with_their_consent(self):
        account = self.account(balance=1000.0, balance_date="2026-03-31")
        sync = self.env["open.banking.sync"].create(
            {"account_id": account.id, "started_at": "2026-03-31 08:00:00", "state": "done"}
        )
        [told] = self.call("accounts", journal_id=self.journal.id)["items"]
        self.assertEqual((told["iban"], told["consent_status"]), (IBAN, "valid"))
        self.assertEqual(told["balance"], {"amount": "1000.00", "currency": "EUR"})
        [told] = self.call("syncs", account_id=account.id)["items"]
        self.assertEqual((told["id"], told["started_at"]), (sync.id, "2026-03-31T08:00:00Z"))

    def test_health_says_what_is_wrong(self):
        account = self.account()
        account.consent_id.valid_until = fields.Date.add(fields.Date.today(), days=100)
        told = self.call("health", company_id=self.company.id)
        self.assertEqual(told["status"], "ok")
        account.error_code = "unavailable"
        account.consent_id.valid_until = fields.Date.add(fields.Date.today(), days=3)
        told = self.call("health", company_id=self.company.id)
        counts = {check["name"]: (check["status"], check["count"]) for check in told["checks"]}
        self.assertEqual(told["status"], "failed")
        self.assertEqual(counts["accounts"], ("failed", 1))
        self.assertEqual(counts["consents"], ("warning", 1))

    def test_health_counts_events_that_nobody_works_off(self):
        self.env["open.banking.event"]._enqueue_sudo(
            "webhook", "late", company_id=self.company.id, next_attempt_at="2026-01-01 00:00:00"
        )
        told = self.call("health", company_id=self.company.id)
        queue = next(check for check in told["checks"] if check["name"] == "queue")
        self.assertEqual((queue["status"], queue["count"]), ("failed", 1))

    def test_figures_are_those_of_the_report(self):
        self.bank_line(10.0, "ten")
        [told] = self.call("kpis", journal_id=self.journal.id)["items"]
        self.assertEqual((told["month"], told["lines"]), ("2026-03-01", 1))
        self.assertEqual((told["automatic_rate"], told["to_do"]), (0.0, 1))

    def test_a_page_costs_the_same_queries_however_long_it_is(self):
        for number in range(1, 25):
            self.paid_invoice(f"FAC/2026/{number:05d}", 100.0 + number)
        api = self.as_accountant("recon.api")
        for method in ("lines", "proposals", "exceptions"):
            counts = []
            for limit in (3, 24):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                page = getattr(api, method)(limit=limit, company_id=self.company.id)
                counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(page["items"]), 24, method)
            self.assertLessEqual(counts[1], counts[0] + 1, (method, counts))

    def test_who_read_the_lines_is_in_the_audit_log(self):
        self.bank_line(10.0, "ten")
        self.call("lines", journal_id=self.journal.id)
        entries = self.env["recon.audit.entry"].search(
            [("kind", "=", "access"), ("actor_id", "=", self.accountant.id)]
        )
        self.assertEqual(entries.res_id, self.journal.id)

    def test_lines_of_another_company_are_not_there(self):
        line = self.bank_line(10.0, "ten")
        other = self.env["res.company"].create({"name": "Other"})
        self.accountant.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        ids = [row["id"] for row in self.call("lines")["items"]]
        self.assertNotIn(line.id, ids)
        self.assertEqual(self.call("lines", company_id=self.company.id)["items"], [])

    def test_what_is_wrong_with_a_call_is_told_in_one_form(self):
        self.assertEqual(self.refused("lines", limit=0), (422, "invalid_argument", "limit"))
        self.assertEqual(self.refused("lines", limit=201), (422, "invalid_argument", "limit"))
        self.assertEqual(self.refused("lines", after="x"), (422, "invalid_argument", "after"))
        self.assertEqual(self.refused("lines", colour=1), (422, "invalid_argument", "colour"))
        self.assertEqual(self.refused("lines", context={}), (422, "invalid_argument", "context"))
        self.assertEqual(
            self.refused("lines", booked_from="2026-02-30"),
            (422, "invalid_argument", "booked_from"),
        )
        self.assertEqual(self.refused("nothing"), (404, "not_found", None))
        self.assertEqual(self.refused("_document"), (404, "not_found", None))
        self.assertEqual(self.refused("search"), (404, "not_found", None))

    def test_a_body_that_is_no_json_object_is_refused(self):
        cases = [
            (b"[1]", "application/json", 400),
            (b"{", "application/json", 400),
            (b'{"limit": NaN}', "application/json", 400),
            (b"[" * 50_000, "application/json", 400),
            (b"\xff", "application/json", 400),
            (b"a=1", "application/x-www-form-urlencoded", 415),
            (b'"' + b"x" * 70_000 + b'"', "application/json", 413),
        ]
        for body, kind, status in cases:
            answer = self.post_raw("recon.api/lines", body, content_type=kind)
            self.assertEqual(answer.status_code, status, body[:20])
            self.assertEqual(answer.json()["status"], status)

    def test_a_fault_of_ours_tells_nothing_of_the_server(self):
        def broken(*_args, **_kwargs):
            raise ZeroDivisionError("planted detail")

        self.patch(self.env.registry["recon.api"], "_page", broken)
        with mute_logger("odoo.http"):
            answer = self.post("lines")
        self.assertEqual((answer.status_code, answer.json()["code"]), (500, "internal_error"))
        self.assertNotIn("planted detail", answer.text)
        self.assertNotIn("Traceback", answer.text)
