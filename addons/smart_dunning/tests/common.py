from __future__ import annotations

from datetime import date, datetime

from odoo import SUPERUSER_ID
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.mail.tests.common import MockEmail

ISSUED = date(2026, 8, 14)
DUE = date(2026, 9, 14)  # a Monday without public holidays near it
BEFORE_DUE = datetime(2026, 9, 9, 10, 0)
REMINDER_AT = datetime(2026, 9, 21, 10, 0)  # five business days after DUE, noon in Paris
FIRM_AT = datetime(2026, 10, 5, 10, 0)
NIGHT = datetime(2026, 9, 21, 22, 0)


class DunningCommon(AccountTestInvoicingCommon, MockEmail):
    """A French company with a policy and one customer; the crons run as they do in production."""

    @classmethod
    @AccountTestInvoicingCommon.setup_country("fr")
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.company.write({"email": "billing@example.com", "country_id": cls.env.ref("base.fr").id})
        cls.root = cls.env(user=SUPERUSER_ID)
        cls.policy = cls.root.ref("smart_dunning.policy_default")
        cls.notice, cls.reminder, cls.firm = (
            cls.root.ref(f"smart_dunning.policy_default_{tone}")
            for tone in ("courtesy", "friendly", "firm")
        )
        cls.company.sudo().dunning_policy_id = cls.policy
        cls.customer = cls._new_customer("Boulangerie Martin")
        cls.controller = new_test_user(
            cls.env,
            "controller",
            groups="smart_dunning.group_credit_controller",
            company_id=cls.company.id,
        )

    def setUp(self):
        super().setUp()
        # A test is one transaction: what production commits is written out instead.
        self.patch(self.env.cr, "commit", self.env.flush_all)

    @classmethod
    def _new_customer(cls, name, **values):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "email": f"{name.split()[-1].lower()}@example.com",
                "country_id": cls.env.ref("base.fr").id,
                "lang": "en_US",
                **values,
            }
        )

    @classmethod
    def _new_invoice(cls, amount=100.0, due=DUE, customer=None, move_type="out_invoice", **values):
        return cls._create_invoice_one_line(
            price_unit=amount,
            tax_ids=cls.env["account.tax"],
            name="Bread",
            partner_id=customer or cls.customer,
            move_type=move_type,
            invoice_date=ISSUED,
            invoice_date_due=due,
            invoice_payment_term_id=False,
            post=True,
            **values,
        )

    def _new_bank_line(self, amount, partner=None):
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": REMINDER_AT.date(),
                "payment_ref": "transfer",
                "partner_id": partner and partner.id,
                "amount": amount,
            }
        )

    def _new_pending_payment(self, value_date):
        provider = self.root["open.banking.provider"].create(
            {"name": "Bank", "code": "berlin_group", "base_url": "https://bank.example.com"}
        )
        consent = self.root["open.banking.consent"].create(
            {"provider_id": provider.id, "company_id": self.company.id}
        )
        account = self.root["open.banking.account"].create(
            {
                "name": "Current account",
                "consent_id": consent.id,
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
            }
        )
        return self.root["open.banking.pending"].create(
            {
                "account_id": account.id,
                "partner_id": self.customer.id,
                "currency_id": self.company.currency_id.id,
                "amount": 100,
                "value_date": value_date,
            }
        )

    def _receivable(self, moves):
        return moves.line_ids.filtered(lambda line: line.account_type == "asset_receivable")

    def _plan(self, now=REMINDER_AT):
        self.root["dunning.planner"]._plan_company(self.company.with_env(self.root), now)

    def _plan_reminded(self, now=REMINDER_AT):
        """Plan for a customer who has had a reminder before: a formal notice is never the first
        word."""
        self._plan(BEFORE_DUE)
        self._case().item_ids.write({"was_contacted": True, "last_offset": 0})
        self._plan(now)

    def _send(self, now=REMINDER_AT):
        """Run the sending; returns the e-mails that left."""
        with self.mock_mail_gateway():
            self.root["dunning.sender"]._cron_send(now)
        return self._mails

    def _case(self, customer=None):
        return self.root["dunning.case"].search(
            [("partner_id", "=", (customer or self.customer).id)], order="id desc", limit=1
        )

    def _actions(self, customer=None):
        return self._case(customer).action_ids
