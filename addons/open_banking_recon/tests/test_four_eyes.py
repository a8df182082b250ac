import json

from odoo import Command
from odoo.exceptions import AccessError, RedirectWarning, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import OpenBankingCommon

MANAGER = "open_banking_recon.group_manager"
WHY = "The auditors want it."


@tagged("post_install", "-at_install")
class TestFourEyes(OpenBankingCommon):
    """Policies and rules that book by themselves change when two people want it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls._person("manon", MANAGER)
        cls.second = cls._person("marc", MANAGER)
        cls.policy = cls.env["recon.policy"].create(
            {
                "name": "careful",
                "company_id": cls.company.id,
                "autonomy": "suggest",
                "deadline_ids": [Command.create({"reason": "underpaid", "days": 2})],
            }
        )
        cls.company.recon_four_eyes = True

    @classmethod
    def _person(cls, login, groups):
        return new_test_user(
            cls.env,
            login,
            groups=f"base.group_user,{groups}",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def of(self, record, user):
        return record.with_user(user).with_company(self.company)

    def ask(self, record, vals, operation="write", user=None, reason=WHY):
        """The request that ``user`` makes of what the screen was told when the change was refused."""
        user = user or self.first
        values = {
            "res_model": record._name,
            "res_id": record.id,
            "operation": operation,
            "proposed": json.dumps(vals),
            "reason": reason,
        }
        ask = self.of(self.env["recon.change.ask"], user).create(values)
        self.shown = ask.change_table
        return self.env["recon.change.request"].browse(ask.action_ask()["res_id"])

    def rule(self, trigger="auto_reconcile"):
        return self.env["account.reconcile.model"].create(
            {
                "name": "Bank charges",
                "company_id": self.company.id,
                "trigger": trigger,
                "match_label": "contains",
                "match_label_param": "FRAIS",
                "line_ids": [Command.create({"account_id": self.fee_account.id})],
            }
        )

    # -- refused alone ---------------------------------------------------------------

    def test_one_person_alone_changes_no_policy_in_any_way(self):
        policy = self.of(self.policy, self.first)
        for attempt in (
            lambda: policy.write({"autonomy": "automatic"}),
            lambda: policy.copy(),
            policy.unlink,
            lambda: policy.create({"name": "mine", "journal_id": self.journal.id}),
            lambda: policy.deadline_ids.write({"days": 30}),
            policy.deadline_ids.unlink,
            lambda: policy.deadline_ids.create({"policy_id": policy.id, "days": 3}),
            lambda: policy.with_context(recon_approved_change=True).write(
                {"precision_target": 0.9}
            ),
        ):
            with self.assertRaises(RedirectWarning), self.env.cr.savepoint():
                attempt()
        self.assertEqual(policy.autonomy, "suggest")

    def test_an_import_is_told_too(self):
        policy = self.of(self.env["recon.policy"], self.first).with_context(import_file=True)
        answer = policy.load(["name"], [["mine"]])
        self.assertIn("second person", answer["messages"][0]["message"])
        self.assertFalse(answer["ids"])

    def test_the_refusal_leads_to_the_form_in_which_it_is_asked_for(self):
        with self.assertRaises(RedirectWarning) as caught:
            self.of(self.policy, self.first).write({"autonomy": "automatic"})
        message, action, _button, context = caught.exception.args
        self.assertIn("recon.change.ask", message)
        self.assertEqual(
            self.env["ir.actions.act_window"].browse(action).res_model, "recon.change.ask"
        )
        asks = self.of(self.env["recon.change.ask"], self.first).with_context(**context)
        request = self.env["recon.change.request"].browse(
            asks.create({"reason": WHY}).action_ask()["res_id"]
        )
        self.of(request, self.second).action_approve()
        self.assertEqual(self.policy.autonomy, "automatic")

    def test_who_may_not_change_it_at_all_is_told_so(self):
        with self.assertRaises(AccessError):
            self.of(self.policy, self.accountant).write({"autonomy": "automatic"})
        with self.assertRaises(AccessError):
            self.ask(self.policy, {"autonomy": "automatic"}, user=self.accountant)

    def test_the_system_and_other_companies_are_not_concerned(self):
        self.policy.write({"suggest_threshold": 0.6})
        other = self.env["res.company"].create({"name": "Other"})
        self.first.company_ids |= other
        policy = self.env["recon.policy"].with_user(self.first).with_company(other)
        self.assertTrue(policy.create({"name": "theirs", "company_id": other.id}))

    def test_rules_that_only_propose_are_not_concerned_those_that_book_are(self):
        manual, automatic = self.rule("manual"), self.rule()
        self.of(manual, self.accountant).write({"match_label_param": "FRAIS DE"})
        for attempt in (
            self.of(manual, self.accountant).action_set_auto_reconcile,
            lambda: self.of(automatic, self.accountant).write({"match_label_param": "F"}),
            self.of(automatic, self.accountant).line_ids.unlink,
            self.of(automatic, self.accountant).action_set_manual,
        ):
            with self.assertRaises(RedirectWarning), self.env.cr.savepoint():
                attempt()

    def test_defaults_of_the_context_are_no_way_around(self):
        rules = self.of(self.env["account.reconcile.model"], self.accountant)
        lines = self.of(self.env["account.reconcile.model.line"], self.accountant)
        deadlines = self.of(self.env["recon.deadline"], self.first)
        part = {"account_id": self.fee_account.id}
        for model, default, value, vals in (
            (rules, "default_trigger", "auto_reconcile", {"name": "mine"}),
            (lines, "default_model_id", self.rule().id, part),
            (deadlines, "default_policy_id", self.policy.id, {"days": 90}),
        ):
            with self.subTest(model=model._name), self.assertRaises(RedirectWarning):
                model.with_context(**{default: value}).create(vals)

    def test_a_brake_does_not_wait_and_its_release_does(self):
        category = self.env["recon.category"].create(
            {"name": "rule:reference", "company_id": self.company.id, "state": "posting"}
        )
        own = self.of(category, self.first)
        own.action_pause()
        self.assertEqual(category.state, "paused")
        with self.assertRaises(RedirectWarning):
            own.action_allow()
        request = self.ask(category, {}, "allow")
        self.of(request, self.second).action_approve()
        self.assertNotEqual(category.state, "paused")

    # -- asked for, and approved -----------------------------------------------------------

    def test_the_request_shows_old_and_new_in_words(self):
        request = self.ask(
            self.policy,
            {
                "autonomy": "automatic",
                "oldest_first": True,
                "fee_account_id": self.fee_account.id,
                "deadline_ids": [
                    [1, self.policy.deadline_ids.id, {"days": 9}],
                    [0, "virtual_1", {"reason": "overpaid", "days": 4}],
                ],
            },
        )
        rows = {row["label"]: (row["old"], row["new"]) for row in request.rows}
        self.assertEqual(rows["Autonomy"], ("Only propose", "Reconcile what is certain"))
        self.assertEqual(rows["Oldest of equal documents first"], ("no", "yes"))
        self.assertIn(self.fee_account.code, rows["Fee Account"][1])
        self.assertIn(("2", "9"), rows.values())
        self.assertTrue(any("Paid too much" in new or "4" in new for _old, new in rows.values()))
        self.assertIn("Reconcile what is certain", self.shown)
        self.of(request, self.second).action_approve()
        self.assertEqual(self.policy.deadline_ids.mapped("days"), [9, 4])

    def test_asking_changes_nothing(self):
        request = self.ask(self.policy, {"autonomy": "automatic"})
        self.assertEqual((self.policy.autonomy, request.state), ("suggest", "waiting"))

    def test_what_would_not_work_is_refused_when_it_is_asked_for(self):
        rule, broken = self.rule(), {"match_label": "match_regex", "match_label_param": "("}
        with self.assertRaises(ValidationError):
            self.ask(rule, broken)
        with self.assertRaises(UserError):
            self.ask(self.customer, {"name": "x"})

    def test_a_new_policy_and_a_deletion_can_be_asked_for(self):
        policies = self.env["recon.policy"]
        vals = {"name": "of the journal", "journal_id": self.journal.id}
        self.of(self.ask(policies, vals, "create"), self.second).action_approve()
        new = policies.search([("journal_id", "=", self.journal.id)])
        self.assertEqual(new.name, "of the journal")
        self.of(self.ask(new, {}, "unlink"), self.second).action_approve()
        self.assertFalse(new.exists())

    def test_nobody_approves_their_own_and_an_accountant_approves_no_policy(self):
        request = self.ask(self.policy, {"autonomy": "automatic"})
        self.first.group_ids |= self.env.ref("base.group_system")
        for user in (self.first, self.accountant):
            with self.assertRaises(UserError):
                self.of(request, user).action_approve()
        with self.assertRaises(UserError):
            self.of(request, self.first).sudo().action_approve()
        self.assertEqual(self.policy.autonomy, "suggest")

    def test_a_change_of_something_that_changed_meanwhile_is_told(self):
        request = self.ask(self.policy, {"autonomy": "automatic"})
        self.of(self.ask(self.policy, {"autonomy": "automatic"}), self.second).action_approve()
        with self.assertRaisesRegex(UserError, "meanwhile"):
            self.of(request, self.second).action_approve()

    def test_a_refused_change_stays_undone(self):
        request = self.ask(self.policy, {"autonomy": "automatic"})
        self.of(request, self.second)._refuse("Not now.")
        self.assertEqual((self.policy.autonomy, request.state), ("suggest", "refused"))

    def test_the_switch_itself_needs_two_and_two_people_to_be_there(self):
        admin = self._person("ada", "base.group_system")
        company = self.of(self.company, admin)
        with self.assertRaises(RedirectWarning):
            company.write({"recon_four_eyes": False})
        company.write({"phone": "+33 1 00 00 00 00"})
        with self.assertRaises(RedirectWarning):
            self.of(self.env["res.config.settings"], admin).create(
                {"recon_four_eyes": False}
            ).execute()
        request = self.ask(self.company, {"recon_four_eyes": False}, user=admin)
        self.of(request, self.second).action_approve()
        self.assertFalse(self.company.recon_four_eyes)
        self.of(self.policy, self.first).write({"autonomy": "automatic"})
        lonely = self.env["res.company"].create({"name": "Lonely"})
        with self.assertRaises(ValidationError):
            lonely.recon_four_eyes = True

    def test_the_audit_log_has_the_request_the_approval_and_the_change(self):
        request = self.ask(self.policy, {"autonomy": "automatic"})
        self.of(request, self.second).action_approve()
        entries = self.env["recon.audit.entry"].search(
            [("company_id", "=", self.company.id), ("kind", "in", ("approval", "setting"))],
            order="id desc",
            limit=3,
        )
        self.assertEqual(
            [(row.kind, row.actor_id) for row in entries],
            [
                ("setting", self.second.id),
                ("approval", self.second.id),
                ("approval", self.first.id),
            ],
        )
