import json
import threading
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tests.common import BlockedRequest, _super_send

from ..models import recon_webhook_delivery
from ..recon_core.connectors.webhooks.base import Sender, WebhookMessage
from ..recon_core.connectors.webhooks.standard import StandardWebhook
from ..recon_core.queue.circuit import THRESHOLD
from .desk_case import DeskCase

NOW = datetime(2026, 3, 31, 12)


class Receiver(BaseHTTPRequestHandler):
    """Another program: keeps what it is sent and answers as the test wants."""

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        self.server.received.append((self.headers, self.rfile.read(length)))
        status = self.server.statuses.pop(0) if self.server.statuses else 200
        if status == "slow":
            self.server.released.wait(20)
            status = 200
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args):
        """Not into the log of the tests."""


class Died(BaseException):
    """The worker dies here: nothing may catch it."""


@contextmanager
def receiver(*statuses):
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    server.received, server.statuses = [], list(statuses)
    server.released = threading.Event()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join(10)


@tagged("post_install", "-at_install")
class TestReconWebhook(DeskCase):
    @classmethod
    def _request_handler(cls, session, request, /, **options):
        # OVERRIDES odoo: it knows no pair of time-outs; this very machine is all that is spoken to
        if urlsplit(request.url).hostname not in ("127.0.0.1", "localhost"):
            raise BlockedRequest(request.url)
        return _super_send(session, request, **options)

    def setUp(self):
        super().setUp()
        self.frozen = self.enterContext(freeze_time(NOW))
        self.other = self.enterContext(receiver())
        self.hook = self.hook_for("reconciliation.done", "exception.opened")

    def hook_for(self, *topics, **values):
        port = self.other.server_port
        return self.env["recon.webhook"].create(
            {
                "name": "ERP",
                "url": f"http://127.0.0.1:{port}/events",
                "company_id": self.company.id,
                "topic_ids": [Command.set(self.topics(*topics).ids)],
                **values,
            }
        )

    def topics(self, *codes):
        return self.env["recon.webhook.topic"].search([("code", "in", codes)])

    def work(self):
        """Run the queue as a worker does, commits included."""
        self.env.flush_all()
        try:
            with self.commits_allowed() as env:
                env["open.banking.event"]._cron_work()
        finally:
            self.env.invalidate_all()

    def work_and_die(self):
        """Whether the worker died. Not with assertRaises, which undoes what was committed."""
        try:
            self.work()
        except Died:
            return True
        return False

    def pass_time(self, **delta):
        self.frozen.tick(timedelta(**delta))

    def deliveries(self, topic=None):
        domain = [("webhook_id", "=", self.hook.id)]
        if topic:
            domain.append(("topic", "=", topic))
        return self.env["recon.webhook.delivery"].search(domain, order="id")

    def test_each_topic_that_can_be_chosen_is_declared(self):
        codes = set(self.env["recon.webhook.topic"].search([]).mapped("code"))
        self.assertEqual(codes | {"test"}, set(self.env["recon.webhook"]._topics()))

    def test_a_reconciled_line_is_told_signed_and_without_names(self):
        line, _invoice = self.paid_invoice()
        self.accept(line)
        self.work()
        told = [json.loads(body) for _headers, body in self.other.received]
        by_type = {message["type"]: message for message in told}
        message = by_type["open_banking.reconciliation.done"]
        self.assertEqual(message["specversion"], "1.0")
        self.assertEqual(message["time"], "2026-03-31T12:00:00Z")
        self.assertEqual(
            message["data"],
            {
                "company_id": self.company.id,
                "journal_id": self.journal.id,
                "line_id": line.id,
                "move_id": line.move_id.id,
                "state": "accepted",
                "probability": 1.0,
                "transaction_amount": {"amount": "120.00", "currency": "EUR"},
            },
        )
        self.assertIn("open_banking.exception.opened", by_type)
        self.assertNotIn("Martin", str(told))
        self.assertEqual(set(self.deliveries().mapped("state")), {"sent"})

    def test_messages_hold_what_the_document_says(self):
        self.hook.topic_ids = self.env["recon.webhook.topic"].search([])
        line, _invoice = self.paid_invoice()
        self.accept(line)
        line.with_user(self.accountant).action_undo_match()
        self.exception(line).sudo().write({"state": "open"})
        self.exception(line).sudo().write({"reason": "returned"})
        topics = self.env["recon.webhook"]._topics()
        told = {row.topic: json.loads(row.body)["data"] for row in self.deliveries()}
        ours = {name for name in topics if name.split(".")[0] in ("reconciliation", "exception")}
        self.assertEqual(set(told) - {"payment.returned"}, ours)
        self.assertIn("payment.returned", told)
        for name, data in told.items():
            self.assertEqual(set(data), set(topics[name].data.properties), name)

    def test_the_receiver_can_prove_who_sent_it(self):
        self.hook.action_send_test()
        self.work()
        [(headers, body)] = self.other.received
        message = WebhookMessage({name.lower(): text for name, text in headers.items()}, body)
        sender = Sender(self.hook._secret_sudo(), "https://odoo.example", None)
        moment = datetime.fromtimestamp(int(headers["webhook-timestamp"]), timezone.utc)
        message_id = StandardWebhook().verify(message, sender, moment)
        self.assertEqual(message_id, json.loads(body)["id"])
        self.assertEqual(message_id, self.deliveries().message_ref)

    def test_a_new_secret_is_shown_once_and_used_from_then_on(self):
        before = self.hook._secret_sudo()
        action = self.hook.action_new_secret()
        secret = action["context"]["default_secret"]
        self.assertNotEqual(secret, before)
        self.assertEqual(self.hook._secret_sudo(), secret)
        self.assertNotIn(secret, self.hook.secret_sealed)

    def test_a_neutralized_copy_sends_nothing_unsigned(self):
        self.hook.secret_sealed = False
        self.hook.action_send_test()
        self.work()
        event = self.deliveries().event_ids
        self.assertEqual((event.state, event.error_code), ("dead", "receiver_secret_missing"))
        self.assertEqual(self.other.received, [])

    def test_what_fails_is_tried_again_with_the_same_id_until_it_is_taken(self):
        self.other.statuses = [500, 404, 429]
        self.hook.action_send_test()
        for _attempt in range(4):
            self.work()
            self.pass_time(minutes=10)
        ids = {headers["webhook-id"] for headers, _body in self.other.received}
        self.assertEqual((len(self.other.received), len(ids)), (4, 1))
        self.assertEqual((self.deliveries().state, self.deliveries().attempts), ("sent", 4))
        self.assertFalse(self.hook.failing_since)

    def test_a_refusal_is_told_in_words(self):
        self.other.statuses = [404]
        self.hook.action_send_test()
        self.work()
        self.assertEqual(self.deliveries().state, "failed")
        self.assertEqual(self.deliveries().error_message, "ERP did not take the message.")

    def test_a_redirect_is_not_followed(self):
        self.other.statuses = [302]
        self.hook.action_send_test()
        self.work()
        self.assertEqual(len(self.other.received), 1)
        self.assertEqual(self.deliveries().state, "dead")

    def test_a_slow_receiver_is_not_waited_for(self):
        self.patch(
            recon_webhook_delivery, "PATIENCE", {"connect_timeout_s": 1, "read_timeout_s": 0.2}
        )
        self.other.statuses = ["slow"]
        self.hook.action_send_test()
        self.work()
        event = self.deliveries().event_ids
        self.assertEqual((event.state, event.error_code), ("failed", "timeout"))

    def test_a_receiver_that_fails_is_left_alone_while_banks_are_asked(self):
        self.other.statuses = [500] * 50
        for _message in range(THRESHOLD + 3):
            self.hook.action_send_test()
        self.work()
        self.assertEqual(len(self.other.received), THRESHOLD)
        self.assertGreater(self.hook.circuit_open_until, NOW)
        self.other.statuses = []
        self.pass_time(hours=8)
        self.work()
        self.work()
        self.assertEqual(set(self.deliveries().mapped("state")), {"sent"})

    def test_after_days_of_failure_it_is_switched_off_and_somebody_is_told(self):
        self.other.statuses = [500] * 50
        self.hook.action_send_test()
        self.work()
        self.assertEqual(self.hook.failing_since, NOW)
        self.pass_time(days=6)
        self.work()
        self.assertFalse(self.hook.active)
        self.assertIn("switched off", self.hook.activity_ids.summary)
        before = self.deliveries()
        self.paid_invoice()
        self.assertEqual(self.deliveries(), before)
        self.hook.active = True
        self.assertFalse(self.hook.failing_since)
        self.other.statuses = []
        self.deliveries().action_replay()
        self.work()
        self.assertEqual(set(self.deliveries().mapped("state")), {"sent"})

    def test_a_receiver_that_says_gone_is_told_no_more(self):
        self.other.statuses = [410]
        self.hook.action_send_test()
        self.work()
        self.assertFalse(self.hook.active)

    def test_a_message_whose_worker_died_is_sent_again_with_its_id(self):
        def dies(delivery):
            send(delivery)
            raise Died

        model = self.env.registry["recon.webhook.delivery"]
        send = model._send
        self.hook.action_send_test()
        self.env.flush_all()
        self.patch(model, "_send", dies)
        self.assertTrue(self.work_and_die())
        self.patch(model, "_send", send)
        self.work()
        ids = {headers["webhook-id"] for headers, _body in self.other.received}
        self.assertEqual((len(self.other.received), len(ids)), (2, 1))
        self.assertEqual(self.deliveries().state, "sent")

    def test_what_is_sent_again_by_hand_has_its_id(self):
        self.hook.action_send_test()
        self.work()
        self.deliveries().action_replay()
        self.work()
        ids = {headers["webhook-id"] for headers, _body in self.other.received}
        self.assertEqual((len(self.other.received), len(ids)), (2, 1))

    def test_other_companies_are_not_told(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.hook.company_id = other
        line, _invoice = self.paid_invoice()
        self.accept(line)
        self.assertFalse(self.deliveries())

    def test_without_a_receiver_what_happens_costs_no_query(self):
        lines = self.bank_line(1.0, "one") | self.bank_line(2.0, "two")
        hooks = self.env["recon.webhook"]
        self.hook.unlink()
        hooks._subscribed()
        with self.assertQueryCount(0):
            hooks._tell_sudo("reconciliation.done", lines, lambda _line: self.fail("described"))
        self.assertFalse(hooks._subscribed())

    def test_many_lines_are_told_in_a_few_queries(self):
        lines = self.bank_line(1.0, "1")
        for number in range(2, 61):
            lines |= self.bank_line(float(number), str(number))
        self.env.flush_all()
        counts = []
        for some in (lines[:10], lines):
            some.invalidate_recordset()
            before = self.env.cr.sql_log_count
            self.env["recon.webhook"]._tell_sudo(
                "reconciliation.done", some, lambda line: {"line_id": line.id}
            )
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 2, counts)

    def test_an_address_that_is_not_on_the_public_internet_is_for_administrators(self):
        manager = new_test_user(
            self.env,
            "marie",
            groups="base.group_user,open_banking_recon.group_manager",
            company_id=self.company.id,
        )
        hooks = self.env["recon.webhook"].with_user(manager)
        values = {"name": "ERP", "company_id": self.company.id}
        for url in (
            "https://127.0.0.1/x",
            "https://10.0.0.1/x",
            "https://[::1]/x",
            "https://[::ffff:10.0.0.1]/x",
            "https://169.254.169.254/latest",
            "https://user:word@erp.example",
            "ftp://erp.example",
            "https://",
        ):
            with self.assertRaises(ValidationError, msg=url):
                hooks.create({**values, "url": url})
        for more in (
            {"url": "http://127.0.0.1:8069/x"},
            {"url": "https://10.0.0.1/x", "is_internal": True},
        ):
            with self.assertRaises(AccessError):
                hooks.create({**values, **more})
        inside = self.env["recon.webhook"].create(
            {**values, "url": "https://10.0.0.1/x", "is_internal": True}
        )
        with self.assertRaises(AccessError):
            inside.with_user(manager).url = "https://10.0.0.2/x"
        inside.with_user(manager).active = False
        hook = hooks.create({**values, "url": "https://erp.example/x"})
        self.assertTrue(hook.active)

    def test_a_name_that_leads_inside_is_not_connected_to(self):
        port = self.other.server_port
        self.hook.write({"url": f"https://localhost:{port}/events"})
        self.hook.action_send_test()
        self.work()
        event = self.deliveries().event_ids
        self.assertEqual((event.state, event.error_code), ("dead", "private_address"))
        self.assertEqual(self.other.received, [])

    def test_old_messages_go_and_waiting_ones_stay(self):
        self.hook.action_send_test()
        self.work()
        self.hook.active = False
        self.hook.action_send_test()
        sent, waiting = self.deliveries()
        self.pass_time(days=31)
        self.env["recon.webhook.delivery"]._gc_told()
        self.assertFalse(sent.exists())
        self.assertTrue(waiting.exists())
