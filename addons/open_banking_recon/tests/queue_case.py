from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.tests import freeze_time

from ..models.open_banking_event import OpenBankingEvent
from .common import OpenBankingCommon

NOW = datetime(2026, 3, 31, 12)


class Killed(BaseException):
    """The worker dies here: nothing may catch it."""


class QueueCase(OpenBankingCommon):
    """Events whose handler is the test's own."""

    def setUp(self):
        super().setUp()
        self.frozen = self.enterContext(freeze_time(NOW))
        self.handled = []
        self.outcomes = {}

    def handle(self, event):
        self.handled.append(event.key)
        outcome = self.outcomes.get(event.key)
        if outcome:
            raise outcome

    def work(self):
        """Run the cron as a worker does, commits included."""
        handler = patch.object(OpenBankingEvent, "_handle_webhook", self.handle_as_method())
        try:
            with handler, self.commits_allowed() as env:
                env["open.banking.event"]._cron_work()
        finally:
            self.env.invalidate_all()

    def work_and_die(self):
        """Not with assertRaises, which undoes what was committed."""
        try:
            self.work()
        except Killed:
            return
        self.fail("the worker survived")

    def handle_as_method(self):
        test = self

        def handle(event):
            test.handle(event)

        return handle

    def event(self, key="a", payload=None, provider=None):
        event = self.env["open.banking.event"]._enqueue_sudo(
            "webhook", key, payload=payload, provider_id=(provider or self.provider).id
        )
        self.env.flush_all()
        return event

    def pass_time(self, **delta):
        self.frozen.tick(timedelta(**delta))
