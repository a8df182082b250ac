from datetime import date, datetime

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from ..models.recon_apply import Match
from .common import OpenBankingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-31 09:00:00")
class TestRuleSuggestions(OpenBankingCommon):
    """What people book by hand again and again is suggested as a rule."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_account = cls.fee_account.copy({"name": "Other charges"})
        cls.suggestions = cls.env["recon.rule.suggestion"]

    def by_hand(self, line, account=None, **values):
        """``line``, booked by a person on one account."""
        write_off = {
            "account_id": (account or self.fee_account).id,
            "amount_currency": -line.amount,
            "name": "by hand",
            **values,
        }
        self.env["recon.apply"]._apply([Match(line, [], [write_off])])
        line._set_match_state("accepted", "manual", 1.0)
        return line

    def habit(self, text="FRAIS TENUE DE COMPTE", account=None, months=(1, 2, 3)):
        lines = [
            self.by_hand(
                self.bank_line(-9.0 - month, f"{text} {month}", date(2026, month, 5)), account
            )
            for month in months
        ]
        return lines[0].union(*lines)

    def refreshed(self):
        self.suggestions._refresh(self.company)
        return self.suggestions.search([("state", "=", "open")])

    def test_a_habit_is_suggested_with_its_examples(self):
        lines = self.habit()
        suggestion = self.refreshed()
        self.assertRecordValues(
            suggestion,
            [
                {
                    "label": "FRAIS TENUE DE COMPTE",
                    "account_id": self.fee_account.id,
                    "journal_id": self.journal.id,
                    "times": 3,
                    "precision": 1.0,
                }
            ],
        )
        self.assertEqual(suggestion.example_ids, lines)
        self.assertEqual(
            suggestion.sentence,
            "3 times a bank line with “FRAIS TENUE DE COMPTE” was booked on "
            f"{self.fee_account.display_name}.",
        )

    def test_the_partner_is_named_where_words_do_not_tell(self):
        for month, word in enumerate(("AAAA", "BBBB", "CCCC"), 1):
            line = self.bank_line(-9.0, f"VIR {word}", date(2026, month, 5))
            line.partner_id = self.vendor
            self.by_hand(line)
        suggestion = self.refreshed()
        self.assertEqual((suggestion.label, suggestion.partner_id), (False, self.vendor))
        self.assertIn("of Verrerie du Gier SAS was booked on", suggestion.sentence)

    def test_a_habit_that_goes_on_keeps_its_row(self):
        self.habit()
        before = self.refreshed()
        self.by_hand(self.bank_line(-20.0, "FRAIS TENUE DE COMPTE 30"))
        self.assertEqual(self.refreshed(), before)
        self.assertEqual(before.times, 4)

    def test_a_habit_that_is_contradicted_is_suggested_no_more(self):
        self.habit()
        self.assertTrue(self.refreshed())
        self.by_hand(self.bank_line(-20.0, "FRAIS TENUE DE COMPTE 30"), self.other_account)
        self.assertFalse(self.refreshed())

    def test_a_line_that_waits_for_a_likely_document_speaks_against_a_habit(self):
        self.env["recon.policy"].create({"company_id": self.company.id, "autonomy": "suggest"})
        self.habit("VERRERIE DU GIER")
        self.assertTrue(self.refreshed())
        self.invoice("F2610-778", 132.24, "in_invoice", self.vendor)
        line = self.bank_line(-132.24, "VERRERIE DU GIER F2610-778")
        self.match()
        self.assertFalse(line.is_reconciled)
        self.assertFalse(self.refreshed())

    def test_what_a_document_explains_a_rule_booked_or_bears_tax_is_no_habit(self):
        for month in (1, 2, 3):
            self.invoice(f"F-{month}", 10.0 + month, "in_invoice", self.vendor)
            self.bank_line(-10.0 - month, f"ABONNEMENT F-{month}", date(2026, month, 5))
        self.match()
        tax = self.company_data["default_tax_purchase"]
        for month in (1, 2, 3):
            day = date(2026, month, 6)
            self.by_hand(
                self.bank_line(-5.0, f"LOCATION {month}", day), tax_ids=[Command.set(tax.ids)]
            )
        rule = self.env["account.reconcile.model"].create(
            {
                "name": "Rent",
                "company_id": self.company.id,
                "line_ids": [Command.create({"account_id": self.fee_account.id})],
            }
        )
        for month in (1, 2, 3):
            line = self.bank_line(-7.0, f"LOYER {month}", date(2026, month, 7))
            self.by_hand(line, reconcile_model_id=rule.id)
        self.assertFalse(self.refreshed())

    def test_it_becomes_a_rule_that_proposes_and_opens_with_its_preview(self):
        lines = self.habit()
        suggestion = self.refreshed()
        action = suggestion.with_user(self.accountant).action_make_rule()
        rule = self.env["account.reconcile.model"].browse(action["res_id"])
        self.assertEqual((suggestion.state, suggestion.rule_id), ("made", rule))
        self.assertEqual((rule.trigger, rule.recon_limit), ("manual", False))
        self.assertEqual(rule.recon_preview_line_ids, lines)
        self.assertFalse(rule.recon_preview_conflict_ids)
        waits = self.bank_line(-20.0, "FRAIS TENUE DE COMPTE 30")
        self.assertEqual(self.env["recon.rules"]._propose(waits)[waits][1], rule)
        self.assertFalse(self.refreshed())

    def test_it_becomes_a_rule_once(self):
        self.habit()
        suggestion = self.refreshed()
        suggestion.action_make_rule()
        with self.assertRaisesRegex(UserError, "no open suggestion any more"):
            suggestion.action_make_rule()

    def test_what_was_dismissed_does_not_come_back(self):
        self.habit()
        suggestion = self.refreshed().with_user(self.accountant)
        suggestion.action_dismiss()
        self.by_hand(self.bank_line(-20.0, "FRAIS TENUE DE COMPTE ANNUELS"))
        self.by_hand(self.bank_line(-21.0, "FRAIS TENUE DE COMPTE ANNUELS"))
        self.by_hand(self.bank_line(-22.0, "FRAIS TENUE DE COMPTE ANNUELS", date(2026, 3, 30)))
        self.assertFalse(self.refreshed())
        self.assertEqual(suggestion.state, "dismissed")

    def test_a_line_that_waits_finds_the_suggestion_that_fits(self):
        self.habit()
        self.habit("COMMISSION INTERVENTION", self.other_account, months=(2, 3))
        self.by_hand(self.bank_line(-1.0, "COMMISSION INTERVENTION"), self.other_account)
        self.refreshed()
        fits = self.bank_line(-20.0, "commission intervention 30")
        other = self.bank_line(-20.0, "LOYER")
        found = self.as_accountant("recon.rule.suggestion")._for_line(fits)
        self.assertEqual(found.account_id, self.other_account)
        self.assertFalse(self.suggestions._for_line(other))

    def test_the_cron_looks_at_companies_in_which_somebody_booked(self):
        self.habit()
        with self.commits_allowed() as env:
            env["recon.rule.suggestion"].with_context(lastcall="2026-12-31")._cron_suggest()
        self.assertFalse(self.suggestions.search([]))
        with self.commits_allowed() as env:
            env["recon.rule.suggestion"]._cron_suggest()
        self.assertEqual(self.suggestions.search([]).times, 3)

    def test_what_a_person_books_without_a_document_is_looked_at_soon(self):
        cron = self.env.ref("open_banking_recon.ir_cron_suggest")
        self.invoice("FAC/2026/00012", 120.0)
        paid = self.bank_line(120.0, "FAC/2026/00012")
        self.match()
        paid._set_match_state("accepted", "manual", 1.0)
        self.assertFalse(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))
        self.by_hand(self.bank_line(-20.0, "FRAIS TENUE DE COMPTE"))
        trigger = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertEqual(trigger.mapped("call_at"), [datetime(2026, 3, 31, 9, 1)])

    def test_an_auditor_sees_suggestions_and_decides_on_none(self):
        self.habit()
        auditor = new_test_user(
            self.env,
            "audrey",
            groups="base.group_user,open_banking_recon.group_reader",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        seen = self.refreshed().with_user(auditor)
        self.assertIn("3 times", seen.sentence)
        self.assertEqual(len(seen.example_ids), 3)
        for change in (seen.action_make_rule, seen.action_dismiss, seen.unlink):
            with self.subTest(change), self.assertRaises(AccessError):
                change()
        self.assertEqual(seen.state, "open")

    def test_another_company_does_not_see_it(self):
        self.habit()
        suggestion = self.refreshed()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="base.group_user,open_banking_recon.group_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        theirs = suggestion.with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertFalse(theirs.search([("id", "=", suggestion.id)]))
        with self.assertRaises(AccessError):
            theirs.action_dismiss()
