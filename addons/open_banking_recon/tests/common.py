from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from unittest.mock import patch

from odoo import SUPERUSER_ID, Command
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from ..recon_core.connectors import registry
from ..recon_core.connectors.base import Connector
from ..recon_core.errors import FinalError
from ..recon_core.types import (
    Balance,
    BankAccount,
    BankTransaction,
    ConsentStart,
    ConsentStatus,
    Grant,
    TransactionPage,
    TransactionStatus,
)

TODAY = date(2026, 3, 31)
IBAN = "FR7630006000011234567890189"


class FakeBank:
    """What the bank behind :class:`FakeConnector` holds; ``error`` is raised by every read."""

    def __init__(self):
        self.accounts = [BankAccount("res-1", IBAN, "EUR", name="Main account")]
        self.transactions = []
        self.balance = Balance(Decimal("1000.00"), "EUR", "closingBooked", TODAY)
        self.status = (ConsentStatus.VALID, TODAY + timedelta(days=180))
        self.error = None
        self.balance_error = None
        self.revoked = []
        self.revoke_error = None
        self.asked = []
        self.institutions = []
        self.decoupled = False  # the PSU confirms in an app and is sent nowhere
        self.confirmed = False
        self.grant_ref = None  # the bank's name for the access, where it is not that of the start
        self.reads = []  # (endpoint, first day or None, the person in front of the screen or None)
        self.oldest = None  # first day that may be asked for
        self.dies_at_page = None  # (number, error)


class FakeConnector(Connector):
    """A connector without a network: the interface as the models use it."""

    code = "berlin_group"
    label = "Fake bank"
    bank = None

    def institutions(self, country):
        self._raise()
        return [bank for bank in self.bank.institutions if bank.country == country]

    def start_consent(self, request):
        self.bank.asked.append(request)
        if self.bank.decoupled:
            return ConsentStart("consent-1", "", {"v": "1"}, "Confirm in your app.")
        return ConsentStart("consent-1", f"https://bank.example/sca?s={request.state}", {"v": "1"})

    def finish_consent(self, consent_ref, secrets, callback, redirect_uri):
        self._raise()
        assert secrets == {"v": "1"}
        return Grant(
            self.bank.grant_ref or consent_ref,
            "access-secret",
            datetime(2099, 1, 1, tzinfo=timezone.utc),
            "refresh-secret",
        )

    def poll_consent(self, consent_ref, secrets):
        if not self.bank.confirmed:
            self._raise()
            return None
        return self.finish_consent(consent_ref, secrets, {}, "")

    def fresh_grant(self, grant):
        return grant

    def consent_status(self, grant):
        self._raise()
        return self.bank.status

    def revoke_consent(self, grant):
        if self.bank.revoke_error:
            raise self.bank.revoke_error
        self.bank.revoked.append(grant.consent_ref)

    def accounts(self, grant, psu=None):
        return self.bank.accounts

    def balances(self, grant, resource_ref, psu=None):
        self.bank.reads.append(("balances", None, psu))
        if self.bank.balance_error:
            raise self.bank.balance_error
        return [self.bank.balance]

    def transactions(self, grant, resource_ref, date_from, date_to=None, psu=None):
        self.bank.reads.append(("transactions", date_from, psu))
        self._raise()
        if self.bank.oldest and date_from < self.bank.oldest:
            raise FinalError("period_invalid")
        rows = [
            row
            for row in self.bank.transactions
            if row.booking_date is None or date_from <= row.booking_date <= date_to
        ]
        for start in range(0, len(rows), 100):
            if self.bank.dies_at_page and self.bank.dies_at_page[0] == start // 100:
                raise self.bank.dies_at_page[1]
            yield TransactionPage(tuple(rows[start : start + 100]))

    def _raise(self):
        if self.bank.error:
            raise self.bank.error


def transaction(amount, text="", day=TODAY, **values):
    """A booked transaction with the given remittance text."""
    return BankTransaction(
        amount=Decimal(str(amount)),
        currency="EUR",
        status=values.pop("status", TransactionStatus.BOOKED),
        booking_date=day,
        value_date=values.pop("value_date", day),
        remittance_unstructured=text,
        **values,
    )


class OpenBankingCommon(AccountTestInvoicingCommon):
    """A French company, a bank journal with an IBAN, and an accountant with our groups only."""

    @classmethod
    @AccountTestInvoicingCommon.setup_country("fr")
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        # the engine runs as the system does in a cron; people's rights are tested apart
        cls.env = cls.env(
            user=SUPERUSER_ID,
            context={**cls.env.context, "allowed_company_ids": cls.company.ids},
        )
        cls.journal = cls.company_data["default_journal_bank"].with_env(cls.env)
        cls.journal.set_bank_account(IBAN)
        cls.accountant = new_test_user(
            cls.env,
            "claire",
            groups="base.group_user,open_banking_recon.group_accountant",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.customer = cls.env["res.partner"].create(
            {"name": "Boulangerie Martin SARL", "is_company": True}
        )
        cls.vendor = cls.env["res.partner"].create(
            {"name": "Verrerie du Gier SAS", "is_company": True}
        )
        cls.fee_account = cls.env["account.account"].search(
            [("code", "=like", "627%"), ("company_ids", "in", cls.company.ids)], limit=1
        )
        cls.provider = cls.env["open.banking.provider"].create(
            {"name": "Test Bank", "code": "berlin_group", "base_url": "https://bank.example"}
        )

    def setUp(self):
        super().setUp()
        self.bank = FakeBank()
        self.startPatcher(patch.object(FakeConnector, "bank", self.bank))
        self.startPatcher(patch.dict(registry._CONNECTORS, {"berlin_group": FakeConnector}))

    def as_accountant(self, model):
        return self.env[model].with_user(self.accountant).with_company(self.company)

    def invoice(self, number, amount, move_type="out_invoice", partner=None, day=date(2026, 3, 1)):
        """A posted document without tax over ``amount``."""
        values = {
            "move_type": move_type,
            "partner_id": (partner or self.customer).id,
            "invoice_date": day,
            "date": day,
            "invoice_line_ids": [
                Command.create({"name": "goods", "price_unit": amount, "tax_ids": []})
            ],
        }
        values["name" if move_type.startswith("out_") else "ref"] = number
        move = self.env["account.move"].create(values)
        move.action_post()
        return move

    def bank_line(self, amount, text, day=TODAY, **values):
        """A bank line as the sync books it."""
        rows = [(f"test:{text}:{amount}:{day}", transaction(amount, text, day, **values))]
        return self.env["account.bank.statement.line"]._create_from_transactions(self.journal, rows)

    def account(self, **values):
        """A connected account that feeds the bank journal."""
        consent = self.env["open.banking.consent"].create(
            {
                "provider_id": self.provider.id,
                "company_id": self.company.id,
                "user_id": self.accountant.id,
                "state": "valid",
                "valid_until": TODAY + timedelta(days=100),
            }
        )
        consent._store_grant(
            Grant("consent-1", "access-secret", datetime(2099, 1, 1, tzinfo=timezone.utc))
        )
        return self.env["open.banking.account"].create(
            {
                "name": "Main account",
                "consent_id": consent.id,
                "company_id": self.company.id,
                "iban": IBAN,
                "currency_id": self.company.currency_id.id,
                "resource_ref": "res-1",
                "journal_id": self.journal.id,
                "next_sync_at": "2026-01-01 00:00:00",
                **values,
            }
        )

    @contextmanager
    def commits_allowed(self):
        """Crons commit: let them, on cursors that are undone with the test."""
        with self.enter_registry_test_mode(), self.registry.cursor() as cursor:
            yield self.env(cr=cursor)

    def sync(self):
        """Run the crons as a worker does, commits included."""
        with self.commits_allowed() as env:
            env["open.banking.account"]._cron_sync()
            env["open.banking.event"]._cron_work()
        self.env.invalidate_all()

    def sync_again(self, account):
        account.next_sync_at = "2026-01-01 00:00:00"
        self.env.flush_all()
        self.sync()

    def feed_lines(self, journal=None):
        return self.env["account.bank.statement.line"].search(
            [
                ("journal_id", "=", (journal or self.journal).id),
                ("open_banking_ref", "!=", False),
            ],
            order="id",
        )

    def match(self):
        """Run the matching as the cron does, in this transaction."""
        matcher = self.env["recon.matcher"].with_company(self.company)
        return matcher._match_company(self.company)
