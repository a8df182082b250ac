from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from ..models.recon_apply import Match
from .common import TODAY, OpenBankingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-31 09:00:00")
class TestRules(OpenBankingCommon):
    """The user's rules: in words, checked, tried on the past, proposed and applied."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_account = cls.fee_account.copy({"name": "Other charges"})

    def rule(self, label="FRAIS", parts=None, **values):
        """A rule as an accountant enters it: lines that contain ``label`` are bank fees."""
        parts = parts or [{"account_id": self.fee_account.id, "amount_string": "100"}]
        return self.as_accountant("account.reconcile.model").create(
            {
                "name": label.title(),
                "company_id": self.company.id,
                "match_label": "contains",
                "match_label_param": label,
                "line_ids": [Command.create(part) for part in parts],
                **values,
            }
        )

    def booked(self, line, *accounts):
        """``line``, booked by a person in equal shares on ``accounts``."""
        write_offs = [
            {
                "account_id": account.id,
                "amount_currency": -line.amount / len(accounts),
                "name": "by hand",
            }
            for account in accounts
        ]
        self.env["recon.apply"]._apply([Match(line, [], write_offs)])
        return line

    # -- in words --------------------------------------------------------------

    def test_a_rule_says_in_one_sentence_what_it_takes_and_does(self):
        rule = self.rule(
            match_amount="lower",
            match_amount_max=30.0,
            match_partner_ids=self.vendor.ids,
            match_journal_ids=self.journal.ids,
            parts=[
                {"account_id": self.fee_account.id, "amount_string": "80", "label": "Fee"},
                {"account_id": self.other_account.id, "amount_string": "100"},
            ],
        )
        self.assertEqual(
            rule.recon_sentence.replace("\xa0", " "),
            "When the bank text contains “FRAIS”, the amount is at most 30.00 €, the partner is "
            f"Verrerie du Gier SAS, and the journal is {self.journal.name}: book 80 % of the rest on "
            f"{self.fee_account.display_name}, labelled “Fee” and the rest on "
            f"{self.other_account.display_name}. As a proposal.",
        )

    def test_a_rule_without_a_condition_is_applied_by_people_only(self):
        rule = self.rule(match_label=False)
        self.assertEqual(
            rule.recon_sentence,
            f"When a person applies it: book all on {self.fee_account.display_name}.",
        )
        self.assertIn("takes no line by itself", rule.recon_limit)

    def test_a_rule_with_taxes_says_that_it_is_left_to_people(self):
        tax = self.company_data["default_tax_purchase"]
        rule = self.rule(
            parts=[{"account_id": self.fee_account.id, "tax_ids": [Command.set(tax.ids)]}]
        )
        self.assertIn("left to people", rule.recon_limit)
        line = self.bank_line(-29.9, "FRAIS BANCAIRES")
        with self.assertRaisesRegex(UserError, "left to people"):
            self.env["recon.rules"]._apply_rule(rule, line)

    # -- checked -----------------------------------------------------------------

    def test_errors_are_told_in_words_that_say_what_to_do(self):
        part = {"account_id": self.fee_account.id}
        cases = [
            ({"label": ""}, "Enter the text to look for"),
            ({"label": "FRAIS (", "match_label": "match_regex"}, "from its character 7 on"),
            (
                {"match_amount": "between", "match_amount_min": 9, "match_amount_max": 3},
                "lower amount is above",
            ),
            ({"parts": [part | {"amount_string": "120"}]}, "120 % of a line"),
            ({"parts": [part | {"amount_string": "all"}]}, "“all” is not an amount"),
            (
                {"parts": [part | {"amount_type": "regex", "amount_string": "NET [0-9]+"}]},
                "in brackets",
            ),
            (
                {"parts": [part | {"amount_type": "regex", "amount_string": "NET ("}]},
                "cannot be read",
            ),
        ]
        for values, message in cases:
            with self.subTest(message), self.assertRaisesRegex(ValidationError, message):
                self.rule(**values)

    def test_a_row_alone_cannot_make_a_rule_wrong(self):
        rule = self.rule()
        with self.assertRaisesRegex(ValidationError, "130 % of a line"):
            rule.line_ids.amount_string = "130"

    def test_an_amount_may_be_written_with_a_comma(self):
        rule = self.rule(
            parts=[
                {
                    "account_id": self.fee_account.id,
                    "amount_type": "fixed",
                    "amount_string": "-2,50",
                },
                {"account_id": self.other_account.id},
            ]
        )
        self.assertEqual(rule.line_ids[0].amount, -2.5)

    # -- tried on the past -------------------------------------------------------

    def test_the_preview_tells_the_same_the_waiting_and_the_conflicts(self):
        same = self.booked(self.bank_line(-10.0, "FRAIS MARS"), self.fee_account)
        waits = self.bank_line(-11.0, "frais avril")
        other = self.booked(self.bank_line(-12.0, "FRAIS MAI"), self.other_account)
        split = self.booked(
            self.bank_line(-14.0, "FRAIS JUIN"), self.fee_account, self.other_account
        )
        invoice = self.invoice("FAC/2026/00012", 120.0)
        pays = self.bank_line(120.0, "FRAIS DE DOSSIER FAC/2026/00012")
        self.bank_line(-13.0, "LOYER")
        self.bank_line(-10.0, "FRAIS ANCIENS", day=TODAY - timedelta(days=91))
        self.match()
        self.assertEqual(invoice.amount_residual, 0.0)
        rule = self.rule()
        self.assertEqual(rule.recon_preview_conflict_ids, other | split | pays)
        self.assertEqual(rule.recon_preview_line_ids, same | waits)
        self.assertEqual(
            rule.recon_preview_summary.replace("\xa0", " "),
            "Of the last 90 days it would have taken 5 bank lines, 73.00 € in all: 1 were booked the "
            "same, 1 wait, 3 were booked otherwise.",
        )
        self.assertEqual(pays.booked_on, invoice.display_name)
        self.assertEqual(other.booked_on, self.other_account.display_name)
        self.assertFalse(waits.booked_on)

    def test_the_preview_follows_the_form_before_it_is_saved(self):
        fees = self.bank_line(-10.0, "FRAIS MARS")
        rent = self.bank_line(-900.0, "LOYER MARS")
        view = "open_banking_recon.account_reconcile_model_view_form"
        with Form(self.as_accountant("account.reconcile.model"), view) as form:
            form.name = "Fees"
            form.match_label = "contains"
            form.match_label_param = "FRAIS"
            with form.line_ids.new() as part:
                part.account_id = self.fee_account
            self.assertEqual(form.recon_preview_line_ids.ids, fees.ids)
            form.match_label_param = "LOYER"
            self.assertEqual(form.recon_preview_line_ids.ids, rent.ids)
        self.assertFalse(fees.is_reconciled or rent.is_reconciled)

    def test_a_broken_rule_on_the_form_is_told_and_previews_nothing(self):
        self.bank_line(-10.0, "FRAIS MARS")
        form = Form(
            self.as_accountant("account.reconcile.model"),
            "open_banking_recon.account_reconcile_model_view_form",
        )
        form.match_label = "match_regex"
        form.match_label_param = "FRAIS ("
        self.assertIn("cannot be read", form.recon_limit)
        self.assertFalse(form.recon_preview_line_ids.ids)

    def test_what_the_preview_shows_is_what_the_matching_does(self):
        lines = self.bank_line(-10.0, "FRAIS MARS") | self.bank_line(-20.0, "LOYER FRAIS")
        rule = self.rule(trigger="auto_reconcile")
        previewed = rule.recon_preview_line_ids
        self.match()
        self.assertEqual(previewed, lines.filtered("is_reconciled"))
        rule.invalidate_recordset()
        self.assertEqual(rule.recon_preview_line_ids, previewed)

    def test_the_preview_takes_as_many_queries_for_one_line_as_for_many(self):
        self.bank_line(-1.0, "FRAIS 0")
        rule = self.rule()

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            preview = self.env["recon.rules"]._preview(rule)
            return len(preview.outcomes), self.cr.sql_log_count - before

        queries()
        one, asked_for_one = queries()
        for number in range(1, 30):
            self.bank_line(-1.0 - number, f"FRAIS {number}")
        many, asked_for_many = queries()
        self.assertEqual((one, many), (1, 30))
        self.assertEqual(asked_for_many, asked_for_one)

    # -- proposed and applied ------------------------------------------------------

    def test_a_manual_rule_is_proposed_and_books_when_a_person_says_so(self):
        rule = self.rule()
        line = self.bank_line(-29.9, "FRAIS BANCAIRES")
        other = self.bank_line(-29.9, "LOYER")
        proposed = self.as_accountant("recon.rules")._propose(line | other)
        self.assertEqual([*proposed], [line])
        match, found = proposed[line]
        self.assertEqual(found, rule)
        self.assertFalse(line.is_reconciled)
        self.env["recon.apply"]._apply([match])
        self.assertTrue(line.is_reconciled)

    def test_an_automatic_rule_is_not_proposed(self):
        self.rule(trigger="auto_reconcile")
        line = self.bank_line(-29.9, "FRAIS BANCAIRES")
        self.assertFalse(self.env["recon.rules"]._propose(line))

    def test_a_rule_that_a_person_chooses_books_any_line(self):
        rule = self.rule("URSSAF")
        line = self.bank_line(-29.9, "FRAIS BANCAIRES")
        self.env["recon.apply"]._apply([self.env["recon.rules"]._apply_rule(rule, line)])
        self.assertEqual(line.booked_on, self.fee_account.display_name)

    def test_a_rule_that_leaves_a_rest_says_so(self):
        rule = self.rule(
            parts=[
                {"account_id": self.fee_account.id, "amount_type": "fixed", "amount_string": "-2"}
            ]
        )
        line = self.bank_line(-29.9, "FRAIS BANCAIRES")
        with self.assertRaisesRegex(UserError, "does not book all of"):
            self.env["recon.rules"]._apply_rule(rule, line)

    # -- rights ------------------------------------------------------------------

    def test_an_auditor_reads_rules_and_previews_and_changes_nothing(self):
        line = self.bank_line(-10.0, "FRAIS MARS")
        rule = self.rule()
        auditor = new_test_user(
            self.env,
            "audrey",
            groups="base.group_user,open_banking_recon.group_reader",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        seen = rule.with_user(auditor)
        self.assertIn("FRAIS", seen.recon_sentence)
        self.assertEqual(seen.recon_preview_line_ids.ids, line.ids)
        for change in (
            lambda: seen.write({"name": "x"}),
            seen.action_set_auto_reconcile,
            seen.unlink,
            seen.copy,
        ):
            with self.subTest(change), self.assertRaises(AccessError):
                change()

    def test_rules_are_in_the_menu_of_accountants_and_the_rest_of_the_settings_is_not(self):
        seen = self.env["ir.ui.menu"].with_user(self.accountant)._visible_menu_ids()
        menus = {
            name: self.env.ref(f"open_banking_recon.menu_{name}").id
            for name in ("configuration", "rules", "rule_suggestions", "policies", "providers")
        }
        self.assertEqual(
            {name for name, menu_id in menus.items() if menu_id in seen},
            {"configuration", "rules", "rule_suggestions"},
        )

    def test_a_stranger_sees_neither_the_rule_nor_lines_of_another_company(self):
        self.bank_line(-10.0, "FRAIS MARS", day=date(2026, 3, 30))
        rule = self.rule()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="base.group_user,open_banking_recon.group_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        as_stranger = rule.with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertFalse(as_stranger.search([("id", "=", rule.id)]))
        with self.assertRaises(AccessError):
            as_stranger.read(["recon_sentence"])
