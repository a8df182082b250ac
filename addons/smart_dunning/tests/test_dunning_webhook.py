from __future__ import annotations

import json

from odoo import Command
from odoo.tests import tagged

from .common import DunningCommon

FAR = "2999-01-01"


@tagged("post_install", "-at_install")
class TestDunningWebhook(DunningCommon):
    def setUp(self):
        super().setUp()
        self._new_invoice()
        self._plan()
        self.case = self._case()
        topics = self.root["recon.webhook.topic"].search([])
        self.hook = self.root["recon.webhook"].create(
            {
                "name": "ERP",
                "url": "https://erp.example",
                "company_id": self.company.id,
                "topic_ids": [Command.set(topics.ids)],
            }
        )

    def told(self):
        """[(topic, data)] in the order in which it happened."""
        deliveries = self.root["recon.webhook.delivery"].search(
            [("webhook_id", "=", self.hook.id)], order="id"
        )
        return [(row.topic, json.loads(row.body)["data"]) for row in deliveries]

    def test_promises_are_told_when_they_are_made_kept_and_broken(self):
        values = {"case_id": self.case.id, "date": FAR}
        promise = self.root["dunning.promise"].create(values)
        promise._set_state("broken")
        again = self.root["dunning.promise"].create(values)
        again._set_state("kept")
        again._set_state("kept")
        made, broken, *_rest = told = self.told()
        self.assertEqual(
            [topic for topic, _data in told],
            ["promise.made", "promise.broken", "promise.made", "promise.kept"],
        )
        self.assertEqual(
            made[1],
            {
                "company_id": self.company.id,
                "case_id": self.case.id,
                "partner_id": self.customer.id,
                "promise_id": promise.id,
                "promised_for": FAR,
                "amount": {"amount": "100.00", "currency": "EUR"},
                "state": "open",
            },
        )
        self.assertEqual(broken[1]["state"], "broken")

    def test_plans_are_told_when_they_are_agreed_and_broken(self):
        plan = self.root["dunning.plan"]._propose_sudo(self.case, 2)
        self.assertEqual(self.told(), [])
        plan._accept_sudo()
        plan._set_state("broken")
        self.assertEqual([topic for topic, _data in self.told()], ["plan.agreed", "plan.broken"])
        topics = self.env["recon.webhook"]._topics()
        for topic, data in self.told():
            self.assertEqual(set(data), set(topics[topic].data.properties))

    def test_all_the_topics_can_be_chosen(self):
        codes = set(self.root["recon.webhook.topic"].search([]).mapped("code"))
        self.assertEqual(codes | {"test"}, set(self.env["recon.webhook"]._topics()))
