from datetime import date, timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..models.recon_labels import HELD_BY, RULES
from ..recon_core.matching import rules, vetoes
from ..recon_core.matching.calibration import category_of
from .common import OpenBankingCommon

TWINS = category_of("partner_amount", "twins", 0.1)


@tagged("post_install", "-at_install")
class TestLearning(OpenBankingCommon):
    def accept_in_wizard(self, line):
        action = line.with_user(self.accountant).action_open_match_wizard()
        wizard = self.as_accountant("recon.match.wizard").browse(action["res_id"])
        wizard.action_reconcile()

    def alias_values(self):
        aliases = self.env["recon.partner.alias"].search([("company_id", "=", self.company.id)])
        return {(row.kind, row.value, row.partner_id, row.count) for row in aliases}

    def decided(self, category, state, count, **values):
        """``count`` decided proposals of ``category``, as people's work leaves them."""
        number = self.env["recon.proposal"].search_count([])
        line = self.bank_line(1.0, f"decided {category} {state} {number}")
        return self.env["recon.proposal"].create(
            [
                {
                    "st_line_id": line.id,
                    "category": category,
                    "rule": category.split("/")[0],
                    "state": state,
                    "decided_on": "2026-03-01 10:00:00",
                    "evidence": [{"code": "amount_exact", "weight": 1.0, "params": {}}],
                    **values,
                }
            ]
            * count
        )

    def manager(self):
        return new_test_user(
            self.env,
            "marc",
            groups="base.group_user,open_banking_recon.group_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def twin_invoices(self):
        self.invoice("FAC/2026/00041", 99.0, day=date(2026, 1, 5))
        self.invoice("FAC/2026/00042", 99.0, day=date(2026, 2, 5))

    def test_a_payer_accepted_once_is_known_the_next_time(self):
        self.invoice("FAC/2026/00012", 120.0)
        line = self.bank_line(120.0, "solde", counterparty_name="HOLDING ZEPHYR")
        self.match()
        self.assertEqual(line.match_state, "exception")
        self.accept_in_wizard(line)
        self.assertEqual(line.match_state, "accepted")
        self.assertIn(("name", "HOLDING ZEPHYR", self.customer, 1), self.alias_values())
        self.invoice("FAC/2026/00013", 333.1)
        again = self.bank_line(333.1, "merci", counterparty_name="HOLDING ZEPHYR")
        self.match()
        self.assertEqual(again.match_state, "auto")
        accepted = again.proposal_ids.filtered(lambda row: row.state == "accepted")
        self.assertIn("Has paid for Boulangerie Martin SARL before: 1", accepted.reasons)

    def test_a_reference_teaches_the_payer_without_a_person(self):
        self.invoice("FAC/2026/00012", 120.0)
        self.bank_line(
            120.0,
            "FAC/2026/00012",
            counterparty_name="ZEPHYR SA",
            counterparty_iban="FR7612345987650123456789014",
        )
        self.match()
        self.assertEqual(
            self.alias_values(),
            {
                ("name", "ZEPHYR", self.customer, 1),
                ("iban", "FR7612345987650123456789014", self.customer, 1),
            },
        )

    def test_an_undone_match_takes_back_what_it_taught(self):
        self.invoice("FAC/2026/00012", 120.0)
        line = self.bank_line(120.0, "FAC/2026/00012", counterparty_name="ZEPHYR SA")
        self.match()
        line.with_user(self.accountant).action_undo_match()
        self.assertEqual(self.alias_values(), set())
        self.assertEqual(line.proposal_ids.mapped("state"), ["undone"])
        self.match()
        self.assertEqual(line.match_state, "exception")

    def reconcile_elsewhere(self, line, move):
        _liquidity, suspense, _other = line._seek_for_lines()
        target = move.line_ids.filtered(lambda row: row.account_type == "asset_receivable")
        suspense.write({"account_id": target.account_id.id, "partner_id": move.partner_id.id})
        (suspense + target).reconcile()
        self.env["recon.matcher"]._notice_settled_elsewhere()

    def test_a_line_reconciled_elsewhere_says_whether_the_proposal_was_right(self):
        self.env["recon.policy"].create(
            {"name": "careful", "company_id": self.company.id, "autonomy": "suggest"}
        )
        invoices = [
            self.invoice(f"FAC/2026/0001{n}", amount) for n, amount in ((1, 120.0), (2, 75.5))
        ]
        other = self.env["res.partner"].create({"name": "Garage Central", "is_company": True})
        unexpected = self.invoice("FAC/2026/00099", 75.5, partner=other)
        agreed, corrected = (
            self.bank_line(amount, "solde", counterparty_name="BOULANGERIE MARTIN")
            for amount in (120.0, 75.5)
        )
        self.match()
        self.assertEqual(agreed.proposal_ids[0].line_ids.aml_id.move_id, invoices[0])
        self.reconcile_elsewhere(agreed, invoices[0])
        self.reconcile_elsewhere(corrected, unexpected)
        self.assertEqual((agreed.match_state, corrected.match_state), ("accepted", "accepted"))
        self.assertEqual(agreed.proposal_ids[0].state, "accepted")
        self.assertEqual(corrected.proposal_ids[0].state, "rejected")

    def test_equal_documents_go_oldest_first_where_the_policy_says_so(self):
        self.twin_invoices()
        line = self.bank_line(99.0, "abonnement", counterparty_name="BOULANGERIE MARTIN")
        self.match()
        self.assertEqual(line.match_state, "exception")
        self.env["recon.policy"].create(
            {"name": "oldest", "company_id": self.company.id, "oldest_first": True}
        )
        self.match()
        self.assertEqual(line.match_state, "auto")
        accepted = line.proposal_ids.filtered(lambda row: row.state == "accepted")
        self.assertEqual(accepted.documents, "FAC/2026/00041")

    def test_a_category_posts_by_its_own_record_and_says_so(self):
        self.env["recon.policy"].create(
            {"name": "bold", "company_id": self.company.id, "precision_target": 0.9}
        )
        self.twin_invoices()
        line = self.bank_line(99.0, "abonnement", counterparty_name="BOULANGERIE MARTIN")
        self.decided(TWINS, "accepted", 34)
        self.match()
        self.assertEqual(line.match_state, "exception")
        self.decided(TWINS, "accepted", 1)
        self.match()
        self.assertEqual(line.match_state, "auto")
        accepted = line.proposal_ids.filtered(lambda row: row.state == "accepted")
        self.assertTrue(accepted.is_automatic)
        self.assertIn("35 of 35 such matches were right in this company", accepted.reasons)
        record = self.env["recon.category"].search([("name", "=", TWINS)])
        self.assertEqual((record.state, record.made, record.right), ("posting", 35, 35))

    def test_what_is_undone_too_often_pauses_until_a_manager_allows_it(self):
        manager = self.manager()
        self.invoice("FAC/2026/00012", 120.0)
        self.decided("reference_exact", "accepted", 150, is_automatic=True)
        self.decided("reference_exact", "undone", 2, is_automatic=True)
        line = self.bank_line(120.0, "FAC/2026/00012")
        self.match()
        record = self.env["recon.category"].search([("name", "=", "reference_exact")])
        self.assertEqual(record.state, "paused")
        self.assertIn(manager, record.activity_ids.user_id)
        self.assertEqual(line.match_state, "exception")
        with self.assertRaises(AccessError):
            record.with_user(self.accountant).action_allow()
        record.with_user(manager).action_allow()
        self.assertFalse(record.activity_ids)
        self.match()
        self.assertEqual((record.state, line.match_state), ("certain", "auto"))

    def test_one_undone_match_pauses_nothing(self):
        self.invoice("FAC/2026/00012", 120.0)
        self.decided("reference_exact", "undone", 1, is_automatic=True)
        line = self.bank_line(120.0, "FAC/2026/00012")
        self.match()
        self.assertEqual(line.match_state, "auto")

    def test_weights_are_learned_again_after_25_decisions_and_kept_by_version(self):
        experience = self.env["recon.experience"]
        self.decided("weak/rival/50", "accepted", 24)
        self.assertFalse(experience._current(self.company))
        self.decided("weak/rival/50", "rejected", 1)
        first = experience._current(self.company)
        self.assertEqual((first.version, first.decisions), (1, 25))
        self.assertEqual(first.right_signs, {"amount_exact": 24})
        self.assertEqual(first.wrong_signs, {"amount_exact": 1})
        self.decided("weak/rival/50", "accepted", 25)
        second = experience._current(self.company)
        self.assertEqual(second.version, 2)
        second.active = False
        self.assertEqual(experience._current(self.company), first)

    def test_what_one_company_learned_is_unknown_to_another(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.invoice("FAC/2026/00012", 120.0)
        self.bank_line(120.0, "FAC/2026/00012", counterparty_name="ZEPHYR SA")
        self.match()
        learner = self.env["recon.learner"]
        self.assertTrue(learner._experience(self.company).aliases)
        self.assertFalse(learner._experience(other).aliases)
        self.assertFalse(learner._experience(other).categories)

    def test_a_payer_entered_by_hand_is_known_however_it_is_written(self):
        self.env["recon.partner.alias"].with_user(self.manager()).create(
            {
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "kind": "name",
                "value": "Holding Zéphyr SA",
            }
        )
        self.invoice("FAC/2026/00013", 333.1)
        line = self.bank_line(333.1, "merci", counterparty_name="HOLDING ZEPHYR")
        self.match()
        self.assertEqual(line.match_state, "auto")

    def test_the_payer_of_a_pending_transaction_is_recognised_by_what_was_learned(self):
        self.env["recon.partner.alias"].create(
            {
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "kind": "name",
                "value": "HOLDING ZEPHYR",
            }
        )
        self.invoice("FAC/2026/00013", 333.1)
        pending = self.env["open.banking.pending"].create(
            {
                "account_id": self.account().id,
                "amount": 333.1,
                "currency_id": self.company.currency_id.id,
                "counterparty_name": "HOLDING ZEPHYR",
            }
        )
        self.env["recon.matcher"]._recognise_pending(pending)
        self.assertEqual(pending.partner_id, self.customer)

    def test_a_kind_of_match_of_an_earlier_version_goes_by_its_code(self):
        record = self.env["recon.category"].create(
            {"name": "gone_rule/gone_veto/90", "company_id": self.company.id, "state": "shadow"}
        )
        self.assertEqual(record.label, "gone_rule - gone_veto (≥ 90 %)")

    def test_proposals_of_a_reconciled_line_do_not_stay_proposed(self):
        self.twin_invoices()
        line = self.bank_line(99.0, "FAC/2026/00041", counterparty_name="BOULANGERIE MARTIN")
        self.match()
        self.assertEqual(line.match_state, "auto")
        self.assertNotIn("proposed", line.proposal_ids.mapped("state"))

    def test_numbers_seen_once_are_forgotten_after_half_a_year(self):
        today = fields.Date.context_today(self.env.user)
        rows = self.env["recon.partner.alias"].create(
            [
                {
                    "company_id": self.company.id,
                    "partner_id": self.customer.id,
                    "kind": kind,
                    "value": f"{kind}{count}{days}",
                    "count": count,
                    "last_seen": today - timedelta(days=days),
                }
                for kind, count, days in (
                    ("word", 1, 200),
                    ("word", 1, 100),
                    ("word", 2, 200),
                    ("iban", 1, 200),
                )
            ]
        )
        rows._gc_numbers()
        self.assertEqual(rows.exists(), rows[1:])

    def test_every_kind_of_match_has_words(self):
        self.assertEqual(set(RULES), set(rules.STRENGTH))
        codes = {code for code, _speaks_against in vetoes.VETOES}
        self.assertEqual(set(HELD_BY), codes | {"rival", "twins", "taken", "contested"})
        record = self.env["recon.category"].create(
            {"name": TWINS, "company_id": self.company.id, "state": "shadow"}
        )
        self.assertEqual(
            record.with_context(lang="fr_FR").label,
            "Payeur sûr, montant au centime - pièces identiques du partenaire",
        )
