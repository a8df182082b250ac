import base64
from contextlib import suppress
from unittest.mock import patch

import psycopg2.errors

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models import recon_document_complete, recon_document_delivery
from ..models.recon_document import ReconDocument
from ..recon_core.errors import RetryableError
from ..recon_core.queue.backoff import MAX_ATTEMPTS
from .document_case import BILL, DocumentCase, pdf
from .queue_case import Killed

EVENT_LOGGER = "odoo.addons.open_banking_recon.models.open_banking_event"


@tagged("post_install", "-at_install")
class TestDocumentQueue(DocumentCase):
    def event(self, document):
        return self.env["open.banking.event"].search([("document_id", "=", document.id)])

    def test_an_upload_reads_nothing_and_the_queue_does(self):
        with patch.object(ReconDocument, "_read_file", side_effect=AssertionError):
            document = self.upload(pdf(BILL))
        self.assertEqual((document.state, self.event(document).state), ("queued", "queued"))
        self.work()
        self.assertEqual((document.state, document.number), ("read", "F2610-778"))
        self.assertEqual(self.event(document).state, "done")

    def test_a_document_is_seen_being_read(self):
        document = self.upload(pdf(BILL))
        seen = []

        def look(document_):
            seen.append(document_.state)

        with patch.object(ReconDocument, "_read_file", look):
            self.work()
        self.assertEqual(seen, ["reading"])
        self.assertEqual(document.state, "reading")

    def test_a_failure_that_may_pass_is_tried_again_later(self):
        document = self.upload(pdf(BILL))
        with patch.object(
            ReconDocument, "_read_file", side_effect=RetryableError("ocr_timeout")
        ) as read:
            self.work()
            self.assertEqual((document.state, document.error_code), ("queued", "ocr_timeout"))
            self.work()
            self.assertEqual(read.call_count, 1, "not before its time")
        self.pass_time(seconds=31)
        self.work()
        self.assertEqual((document.state, document.error_code), ("read", False))

    def test_what_fails_again_and_again_is_given_up_in_words(self):
        document = self.upload(pdf(BILL))
        with patch.object(ReconDocument, "_read_file", side_effect=RetryableError("ocr_timeout")):
            for _attempt in range(MAX_ATTEMPTS):
                self.work()
                self.pass_time(hours=7)
        self.assertEqual((document.state, self.event(document).state), ("failed", "dead"))
        self.assertIn("took too long", document.error_message)
        self.assertIn("took too long", self.event(document).error_message)

    def test_a_document_whose_worker_was_killed_is_read_by_the_next(self):
        document = self.upload(pdf(BILL))
        self.work_and_die()
        self.assertEqual((document.state, self.event(document).state), ("reading", "running"))
        self.work()
        self.assertEqual((document.state, self.event(document).attempts), ("read", 2))

    def test_a_document_that_kills_its_workers_is_given_up_in_words(self):
        document, sound = self.upload(pdf(BILL)), self.upload(pdf(BILL[:5] + BILL[6:]))
        for _attempt in range(MAX_ATTEMPTS):
            self.work_and_die()
        self.work()
        self.assertEqual((document.state, document.error_code), ("failed", "worker_lost"))
        self.assertIn("too much memory", document.error_message)
        self.assertEqual(sound.state, "read")

    @mute_logger(EVENT_LOGGER)
    def test_a_fault_of_ours_in_one_document_does_not_stop_the_next(self):
        broken, sound = self.upload(pdf(BILL)), self.upload(pdf(BILL[:5] + BILL[6:]))
        read_file = ReconDocument._read_file

        def read(document):
            if document.id == broken.id:
                raise ZeroDivisionError
            read_file(document)

        with patch.object(ReconDocument, "_read_file", read):
            self.work()
        self.assertEqual((broken.state, broken.error_code), ("queued", "internal_error"))
        self.assertEqual(sound.state, "read")

    def test_what_cannot_be_read_is_an_answer_and_not_tried_again(self):
        document = self.upload(b"\x00\x01garbage")
        self.work()
        self.assertEqual((document.state, self.event(document).state), ("failed", "done"))

    def test_a_document_is_read_again_when_a_person_asks_for_it(self):
        document = self.upload(pdf(BILL))
        self.work()
        document.number = "typed"
        document.action_read_again()
        self.assertEqual(document.state, "queued")
        self.work()
        self.assertEqual((document.state, document.number), ("read", "F2610-778"))

    def test_a_document_that_is_being_read_is_not_read_again_at_the_same_time(self):
        document = self.upload(pdf(BILL))
        self.work_and_die()
        document.action_read_again()
        self.assertEqual(document.state, "reading")

    def test_a_deleted_document_takes_its_event_along(self):
        document = self.upload(pdf(BILL))
        event = self.event(document)
        document.unlink()
        self.assertFalse(event.exists())
        self.work()

    def test_a_document_that_the_queue_does_not_know_is_found(self):
        document = self.upload(pdf(BILL))
        self.event(document).unlink()
        self.env.flush_all()
        with self.commits_allowed() as env:
            env["recon.document"]._cron_read()
        self.work()
        self.assertEqual(document.state, "read")

    def test_a_conflict_over_the_bill_costs_no_second_reading(self):
        document = self.upload(pdf(BILL))
        conflicts = iter([psycopg2.errors.SerializationFailure()] * 3)

        def go_on(document_):
            for conflict in conflicts:
                raise conflict
            document_.number = "went on"

        read_file, reads = ReconDocument._read_file, []

        def read(document_):
            reads.append(document_.id)
            read_file(document_)

        going_on = patch.object(recon_document_delivery.ReconDocument, "_go_on", go_on)
        with going_on, patch.object(ReconDocument, "_read_file", read):
            self.work()
        self.assertEqual((document.state, document.number, len(reads)), ("read", "went on", 1))

    def test_a_worker_that_dies_before_the_bill_leaves_the_bill_to_the_next(self):
        bill = self.env["account.move"].create({"move_type": "in_invoice"})
        document = self.upload(pdf(BILL), move_id=bill.id)
        with (
            patch.object(
                recon_document_complete.ReconDocument, "_complete_bill", side_effect=Killed
            ),
            suppress(Killed),
        ):
            self.work()
        self.assertEqual((document.state, bill.ref), ("read", False))
        self.work()
        self.assertEqual((document.state, bill.ref), ("done", "F2610-778"))

    def test_a_state_is_not_left_by_the_wrong_door(self):
        document = self.upload(pdf(BILL))
        with self.assertRaisesRegex(UserError, "To be read"):
            document._set_state("done")

    def test_the_progress_counts_what_was_handed_in_together(self):
        Document = self.as_accountant("recon.document")
        self.assertEqual(Document.reading_progress()["total"], 0)
        self.upload(pdf(BILL))
        self.work()
        self.pass_time(minutes=1)
        self.upload(b"garbage")
        self.upload(pdf(BILL))
        with patch.object(
            ReconDocument, "_read_file", lambda document: document._set_state("read")
        ):
            self.work()
        self.assertEqual(Document.reading_progress()["total"], 0)
        self.upload(pdf(BILL))
        self.assertEqual(Document.reading_progress(), {"waiting": 1, "read": 2, "total": 3})

    def test_the_progress_is_that_of_ones_own_company(self):
        self.upload(pdf(BILL))
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="base.group_user,open_banking_recon.group_reader",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        Document = self.env["recon.document"].with_user(stranger)
        Document = Document.with_context(allowed_company_ids=other.ids)
        self.assertEqual(Document.reading_progress()["total"], 0)

    def test_fifty_documents_are_queued_with_few_queries_each(self):
        file = base64.b64encode(b"garbage")
        Document = self.as_accountant("recon.document")
        documents = Document.create([{"name": "x", "file": file} for _number in range(50)])
        self.assertEqual(set(documents.mapped("state")), {"queued"})
        events = self.env["open.banking.event"].search([("document_id", "in", documents.ids)])
        self.assertEqual(len(events), 50)
        self.work()
        self.assertEqual(set(documents.mapped("state")), {"failed"})
