from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..recon_core.errors import RetryableError
from ..recon_core.types import Institution
from .common import OpenBankingCommon


@tagged("post_install", "-at_install")
class TestChoiceOfTheBank(OpenBankingCommon):
    def setUp(self):
        super().setUp()
        self.france = self.env.ref("base.fr")
        self.bank.institutions = [
            Institution("FR:Banque Une", "Banque Une", "FR", "UNEXFRPP", "https://logos.example/1"),
            Institution("FR:Banque Deux", "Banque Deux", "FR", "", "http://logos.example/2"),
            Institution("DE:Bank Drei", "Bank Drei", "DE"),
        ]

    def banks(self):
        wizard = self.as_accountant("open.banking.connect").create(
            {"provider_id": self.provider.id, "country_id": self.france.id}
        )
        action = wizard.action_choose_bank()
        return self.as_accountant("open.banking.institution").search(action["domain"])

    def test_the_banks_of_the_country_are_offered_with_their_logos(self):
        self.assertRecordValues(
            self.banks(),
            [
                {"name": "Banque Deux", "bic": "", "logo_url": False},  # not over https
                {"name": "Banque Une", "bic": "UNEXFRPP", "logo_url": "https://logos.example/1"},
            ],
        )

    def test_a_logo_cannot_leave_the_style_it_is_drawn_by(self):
        for address in (
            "https://x.example/a);background:url(b",
            "https://x.example/'a",
            "javascript:1",
        ):
            self.bank.institutions = [Institution("FR:X", "X", "FR", "", address)]
            self.env["open.banking.institution"].search([]).unlink()
            self.assertFalse(self.banks().logo_url, address)

    def test_the_list_is_read_once_a_day_and_follows_the_provider(self):
        first = self.banks()
        self.bank.institutions = [
            Institution("FR:Banque Une", "Banque Première", "FR"),
            Institution("FR:Banque Quatre", "Banque Quatre", "FR"),
        ]
        self.assertEqual(self.banks(), first)
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            self.assertEqual(self.banks().mapped("name"), ["Banque Première", "Banque Quatre"])
        self.assertFalse(first.filtered(lambda bank: bank.name == "Banque Deux").active)

    def test_a_provider_that_does_not_answer_leaves_the_list_of_yesterday(self):
        self.banks()
        self.bank.error = RetryableError("timeout")
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            self.assertEqual(len(self.banks()), 2)

    def test_without_any_list_the_provider_s_trouble_is_told(self):
        self.bank.error = RetryableError("timeout")
        with self.assertRaisesRegex(UserError, "Test Bank did not answer in time"):
            self.banks()

    def test_all_protocols_can_be_chosen_and_bring_their_address(self):
        provider = self.env["open.banking.provider"].create({"name": "New"})
        self.assertEqual(provider.code, "enable_banking")
        self.assertEqual(provider.base_url, "https://api.enablebanking.com")
        self.assertTrue(provider.secret_is_key)
        provider.code = "ponto"
        self.assertEqual(provider.base_url, "https://api.myponto.com")
        provider.base_url = "https://gateway.example"
        provider.code = "qonto"
        self.assertEqual(provider.base_url, "https://gateway.example")
