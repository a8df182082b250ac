from __future__ import annotations

import json

from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import new_test_user, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestDunningFourEyes(DunningCommon):
    """Follow-up policies, steps and rates change when two managers want it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first, cls.second = (
            new_test_user(
                cls.env,
                login,
                groups="smart_dunning.group_dunning_manager,open_banking_recon.group_manager",
                company_id=cls.company.id,
            )
            for login in ("manon", "marc")
        )
        cls.company.sudo().recon_four_eyes = True

    def _ask(self, record, vals, operation="write"):
        values = {
            "res_model": record._name,
            "res_id": record.id,
            "operation": operation,
            "proposed": json.dumps(vals),
            "reason": "The lawyers want it.",
        }
        ask = self.env["recon.change.ask"].with_user(self.first).create(values)
        return self.env["recon.change.request"].browse(ask.action_ask()["res_id"])

    def test_one_manager_alone_changes_nothing(self):
        rate = self.root["dunning.rate"].search([], limit=1)
        rule = self.root["dunning.return.rule"].search([], limit=1)
        for record, vals in (
            (self.policy, {"days_between": 1}),
            (self.reminder, {"offset_days": 1}),
            (rate, {"percent": 90.0}),
            (rule, {"return_class": "deceased"}),
        ):
            with self.subTest(model=record._name), self.assertRaises(RedirectWarning):
                record.with_user(self.first).write(vals)
        with self.assertRaises(RedirectWarning):
            self.reminder.with_user(self.first).unlink()

    def test_a_second_manager_approves_a_step_and_its_words_say_what_it_does(self):
        before = self.reminder.offset_days
        request = self._ask(self.reminder, {"offset_days": before + 2, "tone": "firm"})
        shown = {row["label"]: (row["old"], row["new"]) for row in request.rows}
        self.assertEqual(shown["Business Days"], (str(before), str(before + 2)))
        self.assertEqual(shown["Tone"], ("Friendly", "Firm"))
        with self.assertRaises(UserError):
            request.with_user(self.first).action_approve()
        with self.assertRaises(UserError):
            request.with_user(self.controller).action_approve()
        request.with_user(self.second).action_approve()
        self.assertEqual((self.reminder.offset_days, self.reminder.tone), (before + 2, "firm"))

    def test_which_policy_a_company_follows_is_a_change_as_well(self):
        self.first.group_ids |= self.env.ref("base.group_system")
        with self.assertRaises(RedirectWarning):
            self.company.with_user(self.first).write({"dunning_policy_id": False})
        request = self._ask(self.company, {"dunning_policy_id": False})
        request.with_user(self.second).action_approve()
        self.assertFalse(self.company.dunning_policy_id)
