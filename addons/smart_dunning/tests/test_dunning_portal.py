from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from odoo.tests import freeze_time, tagged
from odoo.tests.common import HttpCase

from ..controllers import portal
from .common import REMINDER_AT, DunningCommon

PDF = b"%PDF-1.4\n%%EOF\n"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c636000000000050001a5f645400000000049454e44ae426082"
)


class PortalCase(DunningCommon, HttpCase):
    """A customer with two open invoices opens the link of a message."""

    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time(REMINDER_AT))
        self.older = self._new_invoice(100, date(2026, 9, 10))
        self.newer = self._new_invoice(300)
        self._plan()
        self.case = self._case()
        self.link = self._link(self.case)
        self.form_token = ""

    def _link(self, case):
        return "/follow-up/" + case._portal_url_sudo().rpartition("/")[2]

    def _get(self, path=""):
        return self.url_open(self.link + path, allow_redirects=False)

    def _csrf(self):
        """The token of the forms of this visit; a page where all is said has none any more."""
        found = re.search(r'name="csrf_token" value="(\w+)"', self._get().text)
        self.form_token = found[1] if found else self.form_token
        return self.form_token

    def _post(self, what, link=None, files=None, **values):
        data = {"csrf_token": self._csrf(), **values}
        self.env.flush_all()
        self.env.invalidate_all()  # what the test has read must not help those without a login
        return self.url_open(
            f"{link or self.link}/{what}", data=data, files=files, allow_redirects=False
        )

    def _answer(self, response):
        """What a form led to: done=..., or problem=..."""
        self.assertEqual(response.status_code, 303)
        return response.headers["Location"].partition("?")[2]

    def _kinds(self):
        return self.case.event_ids.mapped("kind")


@tagged("post_install", "-at_install")
class TestDunningPortal(PortalCase):
    # -- the link

    def test_the_page_shows_what_is_open_of_this_customer_only(self):
        stranger = self._new_customer("Stranger")
        other = self._new_invoice(777, customer=stranger)
        self._new_invoice(60, move_type="out_refund")
        page = self._get()
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.older.name, page.text)
        self.assertIn("340.00", page.text)
        self.assertNotIn(other.name, page.text)
        self.assertNotIn("777", page.text)

    def test_no_page_of_a_link_is_kept_shown_in_a_frame_or_found_by_a_search(self):
        for response in (self._get(), self.url_open("/follow-up/nonsense")):
            for name, value in portal.HEADERS.items():
                self.assertEqual(response.headers[name], value)

    def test_a_damaged_or_forged_link_shows_nothing(self):
        token = self.link.rpartition("/")[2]
        stranger = self._new_customer("Stranger")
        self._new_invoice(777, customer=stranger)
        self._plan()
        other = self._link(self._case(stranger)).rpartition("/")[2]
        half = len(token) // 2
        for bad in (token[:-4], token + "AAAA", "A" * 80, "é", token[:half] + other[half:], "."):
            page = self.url_open(f"/follow-up/{bad}")
            self.assertEqual(page.status_code, 404, bad)
            self.assertNotIn(self.customer.name, page.text)
            self.assertNotIn("INV/", page.text)

    def test_an_expired_or_replaced_link_shows_nothing(self):
        with freeze_time(REMINDER_AT + timedelta(days=61)):
            self.assertEqual(self._get().status_code, 404)
        self.case._revoke_portal_links_sudo()
        self.assertEqual(self._get().status_code, 404)
        for form in ("promise", "plan", "dispute", "paid"):
            self.assertEqual(self._post_without_page(form).status_code, 404)

    def _post_without_page(self, form):
        """As a page does that was opened before the link was replaced."""
        self.link, old = self._link(self.case), self.link
        token = self._csrf()
        self.link = old
        return self.url_open(f"{old}/{form}", data={"csrf_token": token}, allow_redirects=False)

    def test_the_page_speaks_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        page = self._get().text
        self.assertIn('lang="fr-FR"', page)
        self.assertIn("14/09/2026", page)

    def test_a_link_does_not_stand_in_the_log(self):
        with self.assertLogs("odoo.http", "WARNING") as logs:
            self.url_open(f"{self.link}/promise", data={"csrf_token": "x"})
        self.assertNotIn(self.link, "".join(logs.output))
        self.assertIn("/follow-up/...", "".join(logs.output))

    def test_names_and_texts_are_shown_as_they_were_written(self):
        self.customer.name = "<script>alert(1)</script>"
        page = self._get().text
        self.assertNotIn("<script>alert(1)", page)
        self.assertIn("&lt;script&gt;alert(1)", page)

    def test_a_case_without_debts_thanks(self):
        self._register_payment(self.older | self.newer, group_payment=True)
        page = self._get()
        self.assertEqual(page.status_code, 200)
        self.assertIn("Nothing is open", page.text)

    # -- documents

    def test_the_invoices_of_the_case_can_be_downloaded_and_no_others(self):
        stranger = self._new_customer("Stranger")
        other = self._new_invoice(777, customer=stranger)
        for move in (self.older, other):
            move.invoice_pdf_report_file = False
            self.env["ir.attachment"].create(
                {
                    "name": "invoice.pdf",
                    "raw": PDF,
                    "res_model": "account.move",
                    "res_id": move.id,
                    "res_field": "invoice_pdf_report_file",
                }
            )
            move.invalidate_recordset()
        mine = self._get(f"/invoice/{self.older.id}")
        self.assertEqual((mine.status_code, mine.content), (200, PDF))
        self.assertEqual(self._get(f"/invoice/{other.id}").status_code, 404)
        self.assertEqual(self._get("/invoice/999999999").status_code, 404)

    # -- a promise

    def test_a_promise_is_noted_once(self):
        self.assertEqual(self._answer(self._post("promise", day="2026-09-25")), "done=promise")
        self.assertEqual(
            self._answer(self._post("promise", day="2026-09-26")), "problem=one_is_open"
        )
        self.assertRecordValues(
            self.case.promise_ids,
            [{"date": date(2026, 9, 25), "amount": 400, "origin": "customer", "state": "open"}],
        )
        self.assertEqual(self._kinds().count("promise_made"), 1)
        self.assertFalse(self._send())
        self.assertIn("We wait until then", self._get().text)

    def test_a_promise_for_an_impossible_day_is_refused(self):
        for day, problem in (
            ("2026-09-20", "in_the_past"),
            ("2026-10-22", "too_late"),
            ("soon", "bad_date"),
            ("", "bad_date"),
        ):
            self.assertEqual(self._answer(self._post("promise", day=day)), f"problem={problem}")
        self.assertFalse(self.case.promise_ids)

    def test_after_a_broken_promise_a_person_is_asked(self):
        self._post("promise", day="2026-09-25")
        self._plan(datetime(2026, 10, 1, 10, 0))
        self.assertEqual(
            self._answer(self._post("promise", day="2026-10-02")), "problem=last_was_broken"
        )
        self.assertNotIn('name="promise"', self._get().text)

    def test_no_form_is_taken_without_its_token(self):
        for form in ("promise", "plan", "dispute", "paid"):
            with self.assertLogs("odoo.http", "WARNING"):
                response = self.url_open(
                    f"{self.link}/{form}", data={"day": "2026-09-25", "csrf_token": "forged"}
                )
            self.assertEqual(response.status_code, 400)
        self.assertFalse(self.case.promise_ids or self.case.dispute_ids or self.case.plan_ids)

    def test_forms_are_not_taken_by_a_link_alone(self):
        self.assertEqual(self._get("/promise?day=2026-09-25").status_code, 405)

    # -- a plan

    def test_a_plan_that_is_offered_is_agreed(self):
        answer = self._answer(self._post("plan", count="3", total="400.00"))
        self.assertEqual(answer, "done=plan")
        plan = self.case.plan_ids
        self.assertRecordValues(plan, [{"state": "active", "origin": "customer", "amount": 400}])
        self.assertEqual(len(plan.line_ids), 3)
        page = self._get().text
        self.assertIn(plan.line_ids[0].reference, page)
        self.assertIn("133.33", page)
        self.assertEqual(
            self._answer(self._post("plan", count="3", total="400.00")), "problem=one_is_open"
        )
        self.assertEqual(len(self.case.plan_ids), 1)

    def test_a_plan_that_is_not_offered_is_refused(self):
        for count in ("1", "99", "-1", "x", ""):
            answer = self._answer(self._post("plan", count=count, total="400.00"))
            self.assertEqual(answer, "problem=not_offered")
        self.assertFalse(self.case.plan_ids)

    def test_a_plan_over_another_amount_than_was_seen_is_refused(self):
        self._register_payment(self.older)
        for total in ("400.00", "", "NaN", "1e99"):
            answer = self._answer(self._post("plan", count="2", total=total))
            self.assertEqual(answer, "problem=amount_changed")

    def test_a_plan_proposed_by_a_person_is_accepted(self):
        plan = self.root["dunning.plan"]._propose_sudo(self.case, 2)
        self.assertIn("We offer you a payment plan", self._get().text)
        self.assertEqual(self._answer(self._post("plan", total="400.00")), "done=plan")
        self.assertEqual(plan.state, "active")

    def test_a_disputed_invoice_is_neither_promised_nor_paid_in_instalments(self):
        self._dispute(self.older)
        self.assertEqual(
            self._answer(self._post("plan", count="2", total="400.00")), "problem=amount_changed"
        )
        self.assertEqual(self._answer(self._post("plan", count="2", total="300.00")), "done=plan")
        self.assertEqual(self.case.plan_ids.item_ids.move_id.id, self.newer.id)

    def test_too_small_a_debt_gets_no_offer(self):
        self._register_payment(self.newer)
        self.assertNotIn('name="plan"', self._get().text)

    # -- a dispute

    def _dispute(self, move=None, files=None, **values):
        values = {"reason": "quality", "text": "<i>mouldy</i>", **values}
        move_id = (move or self.older).id
        return self._answer(self._post("dispute", move_id=move_id, files=files, **values))

    def test_a_dispute_silences_its_invoice_and_is_noted_once(self):
        files = [("files", ("../proof.pdf", PDF, "text/html"))]
        self.assertEqual(self._dispute(files=files), "done=dispute")
        self.assertEqual(self._dispute(), "problem=disputed_before")
        dispute = self.case.dispute_ids
        self.assertRecordValues(
            dispute, [{"reason": "quality", "origin": "customer", "text": "<i>mouldy</i>"}]
        )
        self.assertRecordValues(
            dispute.attachment_ids,
            [{"name": "proof.pdf", "mimetype": "application/pdf", "public": False}],
        )
        self._send()
        sent = self.case.action_ids.filtered(lambda action: action.state == "sent")
        self.assertEqual(sent.amount, 300)
        self.assertIn("In dispute", self._get().text)
        self.assertIn("&lt;i&gt;mouldy", self.case.activity_ids.note)

    def test_an_invoice_is_disputed_once_without_a_person(self):
        self._dispute()
        self.case.dispute_ids.action_reject()
        self.assertEqual(self._dispute(), "problem=disputed_before")

    def test_an_invoice_of_somebody_else_is_not_disputed(self):
        stranger = self._new_customer("Stranger")
        other = self._new_invoice(777, customer=stranger)
        self._plan()
        self.assertEqual(self._dispute(other), "problem=unknown_invoice")
        self.assertFalse(
            self.root["dunning.dispute"].search([("company_id", "=", self.company.id)])
        )

    def test_a_dispute_without_words_or_with_an_unknown_reason_is_refused(self):
        for values in ({"text": " "}, {"text": "x" * 2001}, {"reason": "already_paid"}):
            self.assertEqual(self._dispute(**values), "problem=incomplete")
        self.assertFalse(self.case.dispute_ids)

    def test_files_are_limited_in_size_number_and_kind(self):
        too_large = [("files", ("a.pdf", PDF + b"0" * portal.MAX_FILE_BYTES))]
        too_many = [("files", (f"{n}.png", PNG)) for n in range(portal.MAX_FILES + 1)]
        wrong = [("files", ("a.pdf", b"<html><script>alert(1)</script></html>"))]
        for files, problem in (
            (too_large, "file_too_large"),
            (too_many, "file_too_large"),
            (wrong, "file_type"),
        ):
            self.assertEqual(self._dispute(files=files), f"problem={problem}")
        self.assertFalse(self.case.dispute_ids)
        self.assertEqual(self._dispute(files=too_many[1:]), "done=dispute")
        self.assertEqual(len(self.case.dispute_ids.attachment_ids), portal.MAX_FILES)

    # -- already paid

    def test_who_says_to_have_paid_is_not_written_to_for_a_while(self):
        values = {"day": "2026-09-18", "amount": "400,00", "reference": "<b>T-1</b>"}
        self.assertEqual(self._answer(self._post("paid", **values)), "done=paid")
        self.assertEqual(self._answer(self._post("paid", **values)), "problem=claimed_before")
        self.assertRecordValues(
            self.case.dispute_ids,
            [{"reason": "already_paid", "state": "open", "date_to": date(2026, 10, 1)}],
        )
        self.assertIn("&lt;b&gt;T-1", self.case.activity_ids.note)
        self.assertFalse(self._send())
        after = datetime(2026, 10, 2, 10, 0)
        self._plan(after)
        self.assertEqual(len(self._send(after)), 1)

    def test_a_payment_of_tomorrow_or_of_nothing_is_not_believed(self):
        for values, problem in (
            ({"day": "2026-09-22", "amount": "400"}, "bad_date"),
            ({"day": "2019-01-01", "amount": "400"}, "bad_date"),
            ({"day": "2026-09-18", "amount": "-1"}, "incomplete"),
            ({"day": "2026-09-18", "amount": "Infinity"}, "incomplete"),
            ({"day": "2026-09-18", "amount": "NaN"}, "incomplete"),
            ({"day": "2026-09-18", "amount": "1e99"}, "incomplete"),
            ({"day": "2026-09-18", "amount": "lots"}, "incomplete"),
        ):
            self.assertEqual(self._answer(self._post("paid", **values)), f"problem={problem}")
        self.assertFalse(self.case.dispute_ids)

    # -- a transfer

    def test_the_transfer_names_the_reference_that_the_matching_knows(self):
        self.env["res.partner.bank"].create(
            {
                "acc_number": "FR7630006000011234567890189",
                "partner_id": self.company.partner_id.id,
                "allow_out_payment": True,
            }
        )
        self._new_invoice(50, move_type="out_refund")
        page = self._get().text
        self.assertIn(self.case._payment_reference(), page)
        self.assertIn("FR76", page)
        self.assertIn("350.00", page)
