from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import OpenBankingCommon


@tagged("post_install", "-at_install")
class TestProviderAddress(OpenBankingCommon):
    """Where secrets and requests may be sent, and who says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "berta", groups="base.group_user,open_banking_recon.group_manager"
        )

    def as_manager(self):
        return self.provider.with_user(self.manager)

    def test_a_secret_does_not_go_elsewhere_by_a_managers_hand(self):
        self.provider.client_secret = "planted-secret"
        for vals in ({"base_url": "https://evil.example"}, {"code": "ponto"}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                self.as_manager().write(vals)
        self.as_manager().write({"base_url": "https://bank.example", "name": "The bank"})
        self.provider.base_url = "https://new.bank.example"

    def test_without_a_secret_a_manager_sets_the_address(self):
        self.as_manager().base_url = "https://other.example"
        self.assertEqual(self.provider.base_url, "https://other.example")

    def test_no_address_leads_inside_or_is_in_clear(self):
        for address in (
            "http://bank.example",
            "http://169.254.169.254/latest/meta-data",
            "ftp://bank.example",
            "file:///etc/passwd",
            "https://user:secret@bank.example",
            "https://",
            "bank.example",
        ):
            with self.subTest(address=address), self.assertRaises(ValidationError):
                self.as_manager().base_url = address

    def test_the_server_itself_is_an_administrators_business(self):
        with self.assertRaises(AccessError):
            self.as_manager().base_url = "http://127.0.0.1:8069"
        self.provider.base_url = "http://127.0.0.1:8069"
