from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .common import OpenBankingCommon


@tagged("post_install", "-at_install")
class TestAccess(OpenBankingCommon):
    def test_the_accountant_reads_no_credential_and_no_token(self):
        self.provider.client_secret = "planted-secret"
        account = self.account()
        cases = [
            (self.provider, ("client_id", "client_secret", "client_secret_sealed")),
            (account.consent_id, ("grant_sealed", "secrets_sealed", "consent_ref")),
            (account, ("resource_ref",)),
        ]
        for record, names in cases:
            for name in names:
                with self.subTest(field=name), self.assertRaises(AccessError):
                    record.with_user(self.accountant).read([name])

    def test_secrets_are_sealed_in_the_database(self):
        self.provider.client_secret = "planted-secret"
        account = self.account()
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT client_secret_sealed AS value FROM open_banking_provider"
                " UNION ALL SELECT grant_sealed FROM open_banking_consent"
            )
        )
        text = " ".join(row["value"] or "" for row in rows)
        self.assertNotIn("planted-secret", text)
        self.assertNotIn("access-secret", text)
        self.assertIn("v2.1.", text)
        self.assertEqual(account.consent_id._stored_grant().access_token, "access-secret")

    def test_a_sealed_value_does_not_open_on_another_record(self):
        first, second = (
            self.account().consent_id,
            self.env["open.banking.consent"].create({"provider_id": self.provider.id}),
        )
        second.grant_sealed = first.grant_sealed
        with self.assertRaisesRegex(Exception, "vault_key_mismatch"):
            second._stored_grant()

    def test_another_companys_bank_data_is_not_seen(self):
        account = self.account()
        line = self.bank_line(-45.0, "CARTE STATION")
        self.match()
        exception = self.env["recon.exception"].search([("st_line_id", "=", line.id)])
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="base.group_user,open_banking_recon.group_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        for record in (account, account.consent_id, exception):
            record = record.with_user(stranger).with_context(allowed_company_ids=other.ids)
            with self.subTest(model=record._name):
                self.assertFalse(record.search([("id", "=", record.id)]))
                with self.assertRaises(AccessError):
                    record.read(["display_name"])
