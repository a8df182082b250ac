from __future__ import annotations

from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import DunningCommon

LATE_DUE = date(2025, 1, 31)
AS_OF = date(2025, 4, 30)


@tagged("post_install", "-at_install")
class TestDunningCharges(DunningCommon):
    """Late payment of French invoices in the first half of 2025: the default rate is 13.15 %."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.income = cls.company_data["default_account_revenue"]
        cls.company.sudo().dunning_charge_account_id = cls.income

    def _late_invoice(self, amount=1000.0, **values):
        return self._new_invoice(amount, LATE_DUE, **values)

    def _pay(self, invoice, amount, day):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"amount": amount, "payment_date": day})._create_payments()

    def _charges(self, invoices, as_of=AS_OF):
        lines = self._receivable(invoices).with_user(self.controller)
        found = self.env["dunning.interest"].with_user(self.controller)._late_charges(lines, as_of)
        return [found[line] for line in lines if line in found]

    def _wizard(self, as_of=AS_OF):
        return (
            self.env["dunning.charge.wizard"]
            .with_user(self.controller)
            .create({"case_id": self._case().id, "date_to": as_of})
        )

    def _draft(self, as_of=AS_OF):
        return self.env["account.move"].browse(self._wizard(as_of).action_create_draft()["res_id"])

    def _notify_formally(self, sent_at):
        self.firm.tone = "formal"
        item = self._case().item_ids
        self.root["dunning.action"].create(
            {
                "case_id": item.case_id.id,
                "step_id": self.firm.id,
                "cycle": 1,
                "item_ids": [(6, 0, item.ids)],
                "key": "formal",
                "state": "sent",
                "sent_at": sent_at,
            }
        )

    # -- what is read from the books

    def test_a_late_invoice_bears_interest_and_the_cost_of_recovery(self):
        (late,) = self._charges(self._late_invoice())
        # 1000 * 13.15 % * 89 / 365
        self.assertEqual(str(late.interest.amount), "32.06")
        self.assertEqual(late.recovery_cost, 40)

    def test_part_payments_count_from_their_own_dates(self):
        invoice = self._late_invoice()
        self._pay(invoice, 400, date(2025, 2, 28))
        (late,) = self._charges(invoice)
        # 1000 * 13.15 % * 28 / 365 + 600 * 13.15 % * 61 / 365
        self.assertEqual(str(late.interest.amount), "23.27")
        self.assertEqual([period.days for period in late.interest.periods], [28, 61])

    def test_an_invoice_that_was_paid_late_still_owes_its_interest(self):
        invoice = self._late_invoice()
        self._pay(invoice, 1000, date(2025, 3, 2))
        (late,) = self._charges(invoice)
        self.assertEqual(str(late.interest.amount), "10.81")  # 1000 * 13.15 % * 30 / 365

    def test_what_a_credit_note_took_away_never_bore_interest(self):
        invoice = self._late_invoice()
        refund = self._new_invoice(400, LATE_DUE, move_type="out_refund")
        self._receivable(invoice + refund).reconcile()
        (late,) = self._charges(invoice)
        self.assertEqual({period.principal for period in late.interest.periods}, {600})

    def test_the_cost_of_recovery_is_owed_once_for_an_invoice_in_instalments(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Half at once, half in a month",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (0, 30)
                ],
            }
        )
        invoice = self._create_invoice_one_line(
            price_unit=1000,
            tax_ids=self.env["account.tax"],
            partner_id=self.customer,
            invoice_date=date(2025, 1, 31),
            invoice_payment_term_id=term.id,
            post=True,
        )
        found = self._charges(invoice)
        self.assertEqual(sorted(late.recovery_cost for late in found), [0, 40])

    def test_an_agreed_rate_is_lifted_to_the_least_that_the_law_allows(self):
        self.company.sudo().dunning_agreed_rate = 5
        (late,) = self._charges(self._late_invoice())
        self.assertEqual({str(p.percent.normalize()) for p in late.interest.periods}, {"11.13"})

    def test_the_cost_is_converted_into_the_currency_of_the_invoice(self):
        dollars = self.setup_other_currency("USD", rates=[("2025-01-01", 1.25)])
        (late,) = self._charges(self._late_invoice(currency_id=dollars))
        self.assertEqual(late.recovery_cost, 50)

    def test_a_missing_rate_is_named_with_its_day(self):
        invoice = self._late_invoice()
        with self.assertRaisesRegex(UserError, "ECB main refinancing rate of 2026-07-01"):
            self._charges(invoice, date(2026, 7, 31))

    def test_a_consumer_owes_nothing_without_a_formal_notice(self):
        self.customer.is_company = False
        (late,) = self._charges(self._late_invoice())
        self.assertEqual((late.total, late.refusal.value), (0, "no_notice"))

    def test_a_consumer_owes_the_legal_rate_from_the_formal_notice_and_no_cost(self):
        self.customer.is_company = False
        invoice = self._late_invoice()
        self._plan()
        self._notify_formally(datetime(2025, 3, 31, 9, 0))
        (late,) = self._charges(invoice)
        self.assertEqual(str(late.interest.amount), "3.05")  # 1000 * 3.71 % * 30 / 365
        self.assertEqual(late.recovery_cost, 0)

    def test_a_consumer_is_under_the_law_of_the_own_country(self):
        self.customer.write({"is_company": False, "country_id": self.env.ref("base.be").id})
        (late,) = self._charges(self._late_invoice())
        self.assertEqual(late.refusal.value, "not_allowed")

    def test_a_consumer_of_a_country_without_profile_is_not_charged(self):
        self.customer.write({"is_company": False, "country_id": self.env.ref("base.us").id})
        (late,) = self._charges(self._late_invoice())
        self.assertEqual(late.refusal.value, "no_profile")

    def test_ten_invoices_take_as_many_queries_as_two(self):
        invoices = self.env["account.move"]
        for number in range(10):
            invoice = self._late_invoice(100 + number)
            self._pay(invoice, 10, date(2025, 2, 28))
            invoices += invoice
        counts = []
        for some in (invoices[:1], invoices[:2], invoices):  # the first fills the caches
            lines = self._receivable(some).with_user(self.controller)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["dunning.interest"].with_user(self.controller)._late_charges(lines, AS_OF)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    # -- the wizard

    def test_the_window_shows_how_the_interest_comes_about(self):
        self._late_invoice()
        self._plan()
        wizard = self._wizard()
        self.assertRecordValues(
            wizard.line_ids,
            [{"selected": True, "days": 89, "interest": 32.06, "recovery_cost": 40.0}],
        )
        self.assertIn("89 days", wizard.line_ids.explanation)
        self.assertIn("13.15 %", wizard.line_ids.explanation)
        self.assertEqual(wizard.total, 72.06)

    def test_a_missing_rate_is_told_in_the_window_and_another_day_may_be_chosen(self):
        self._late_invoice()
        self._plan()
        wizard = self._wizard(date(2026, 7, 31))
        self.assertIn("2026-07-01", wizard.problem)
        self.assertFalse(wizard.line_ids)
        with self.assertRaises(UserError):
            wizard.action_create_draft()
        wizard.date_to = AS_OF
        self.assertFalse(wizard.problem)
        self.assertEqual(wizard.total, 72.06)

    @freeze_time("2026-09-21")
    def test_the_window_opens_as_a_form_and_makes_the_draft(self):
        self._late_invoice()
        self._plan()
        action = self._case().with_user(self.controller).action_charge()
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.controller)
            .with_context(**action["context"])
        )
        form.date_to = AS_OF
        self.assertEqual(form.total, 72.06)
        draft = self.env["account.move"].browse(form.save().action_create_draft()["res_id"])
        self.assertEqual(draft.amount_total, 72.06)

    def test_a_controller_makes_a_draft_without_tax(self):
        invoice = self._late_invoice()
        self._plan()
        draft = self._draft()
        self.assertRecordValues(
            draft,
            [
                {
                    "state": "draft",
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "amount_total": 72.06,
                    "amount_tax": 0,
                    "invoice_origin": invoice.name,
                }
            ],
        )
        self.assertEqual(draft.invoice_line_ids.account_id, self.income)
        self.assertEqual(draft.invoice_line_ids.mapped("price_unit"), [32.06, 40.0])

    def test_the_same_days_and_cost_are_never_charged_twice(self):
        self._late_invoice()
        self._plan()
        self._draft()
        self.assertEqual(self._wizard().line_ids.refusal, "nothing_new")
        later = self._wizard(date(2025, 5, 31)).line_ids
        self.assertEqual((later.days, later.recovery_cost), (31, 0))

    def test_a_deleted_draft_gives_its_days_back(self):
        self._late_invoice()
        self._plan()
        self._draft().unlink()
        self.assertEqual(self._wizard().total, 72.06)

    def test_a_cancelled_invoice_of_charges_gives_its_days_back(self):
        self._late_invoice()
        self._plan()
        self._draft().button_cancel()
        self.assertEqual(self._wizard().total, 72.06)

    def test_interest_bears_no_interest(self):
        self._late_invoice()
        self._plan()
        draft = self._draft()
        draft.invoice_date = draft.invoice_date_due = date(2025, 5, 1)
        draft.action_post()
        self.assertEqual(self._charges(draft, date(2025, 12, 31)), [])

    def test_an_invoice_that_is_not_chosen_is_not_charged(self):
        self._late_invoice()
        other = self._late_invoice(500)
        self._plan()
        wizard = self._wizard()
        wizard.line_ids.filtered(lambda line: line.move_id == other).selected = False
        draft = self.env["account.move"].browse(wizard.action_create_draft()["res_id"])
        self.assertEqual(draft.amount_total, 72.06)

    def test_a_consumer_whose_law_forbids_it_gets_no_draft(self):
        self.customer.is_company = False
        self._late_invoice()
        self._plan()
        wizard = self._wizard()
        wizard.line_ids.selected = True
        with self.assertRaises(UserError):
            wizard.action_create_draft()

    def test_without_an_account_no_draft_is_made(self):
        self.company.sudo().dunning_charge_account_id = False
        self._late_invoice()
        self._plan()
        with self.assertRaisesRegex(UserError, "account"):
            self._wizard().action_create_draft()

    def test_an_insolvent_customer_is_not_charged(self):
        self._late_invoice()
        self._plan()
        self.root["dunning.hold"].create({"case_id": self._case().id, "reason": "insolvency"})
        with self.assertRaises(UserError):
            self._wizard().action_create_draft()

    # -- access

    def test_a_controller_reads_rates_and_laws_and_changes_none(self):
        for model in ("dunning.rate", "dunning.legal.profile"):
            record = self.env[model].with_user(self.controller).search([], limit=1)
            self.assertTrue(record.read())
            with self.assertRaises(AccessError):
                record.write({"source": "hearsay"})

    def test_a_controller_cannot_write_down_a_charge(self):
        self._late_invoice()
        self._plan()
        self._draft()
        charge = self._case().charge_ids.with_user(self.controller)
        self.assertEqual(charge.interest, 32.06)
        with self.assertRaises(AccessError):
            charge.write({"interest": 0})
