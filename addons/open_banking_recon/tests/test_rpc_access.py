from odoo import Command
from odoo.tests import tagged

from .common import TODAY, OpenBankingCommon
from .rpc_case import VICTIM, May, RpcCase

READ = May("reader")
WORK = May("accountant")
LEAD = May("manager")
WATCH = May("officer")
# Only leads to a list or a form, where the rights of the model count.
LEADS_ON = May("reader", open=True)


def _on_exception(*args, least="accountant"):
    return May(least, args, about="recon.exception")


TABLE = {
    # the desk
    ("recon.desk", "board"): READ,
    ("recon.desk", "rows"): _on_exception([VICTIM], least="reader"),
    ("recon.desk", "lines"): _on_exception([VICTIM], least="reader"),
    ("recon.desk", "preview"): _on_exception(VICTIM, {}, least="reader"),
    ("recon.desk", "documents"): _on_exception(VICTIM, "INV", False, 0, least="reader"),
    ("recon.desk", "claim"): _on_exception(VICTIM),
    ("recon.desk", "release"): _on_exception(VICTIM),
    ("recon.desk", "accept"): _on_exception(VICTIM, {}, "0", []),
    ("recon.desk", "undo"): May("accountant", (VICTIM,), about="account.bank.statement.line"),
    ("recon.desk", "open_line"): May("accountant", (VICTIM,), about="account.bank.statement.line"),
    ("recon.desk", "set_partner"): _on_exception(VICTIM, False),
    ("recon.desk", "assign"): _on_exception([VICTIM], False),
    ("recon.desk", "postpone"): _on_exception([VICTIM], "2099-01-01"),
    ("recon.desk", "bulk_preview"): May("reader", ({}, 0.9)),
    ("recon.desk", "bulk_accept"): _on_exception([VICTIM]),
    # the cash forecast
    ("recon.cash.forecast", "get_page"): READ,
    ("recon.cash.forecast", "set_minimum"): May("manager", (100.0,)),
    ("recon.cash.forecast", "open_cell"): May("reader", ("customer", True, 0), open=True),
    ("recon.cash.forecast", "open_lines"): May(
        "reader", ([VICTIM],), about="account.bank.statement.line", open=True
    ),
    ("recon.cash.flow", "action_open_document"): READ,
    # value and treasury
    ("recon.dashboard", "get_page"): May("reader", ("year", False, False)),
    ("recon.dashboard", "open_records"): May("reader", ("match_rate", "auto", "year")),
    ("recon.dashboard", "print_page"): May("reader", ("year",)),
    ("recon.value.costs", "action_save"): LEAD,
    # what waits
    ("recon.exception", "action_open_desk"): WORK,
    ("recon.exception", "action_open_match_wizard"): WORK,
    ("recon.exception", "action_assign_to_me"): WORK,
    ("recon.exception", "action_match_again"): WORK,
    ("recon.exception", "action_bring_back"): WORK,
    ("recon.exception", "action_plan_owner"): WORK,
    ("recon.exception", "action_plan_day"): WORK,
    ("account.bank.statement.line", "action_open_desk"): WORK,
    ("account.bank.statement.line", "action_open_match_wizard"): WORK,
    ("account.bank.statement.line", "action_undo_match"): WORK,
    ("recon.rule.suggestion", "action_make_rule"): WORK,
    ("recon.rule.suggestion", "action_dismiss"): WORK,
    ("recon.category", "action_pause"): LEAD,
    ("recon.category", "action_allow"): LEAD,
    ("recon.document", "reading_progress"): READ,
    ("recon.document", "create_document_from_attachment"): May(
        "accountant", ([VICTIM],), about="ir.attachment"
    ),
    ("recon.document", "review"): READ,
    ("recon.document", "next_to_review"): READ,
    ("recon.document", "set_read_value"): May("accountant", ("number", "F-1")),
    ("recon.document", "pick_read_value"): May("accountant", ("number", 1, [0])),
    ("recon.document", "accept_and_next"): WORK,
    ("recon.document", "action_read_again"): WORK,
    ("recon.document", "action_create_bill"): WORK,
    # the audit log
    ("recon.audit.entry", "action_verify"): WATCH,
    ("recon.audit.archive", "action_confirm_kept"): WATCH,
    ("recon.privacy.request", "action_export"): WATCH,
    ("open.banking.answer", "action_download"): WATCH,
    ("recon.privacy.request", "action_erase"): WATCH,
    ("recon.document", "action_enter_by_hand"): WORK,
    ("recon.document", "action_create_supplier"): WORK,
    ("recon.document", "action_attach"): WORK,
    ("recon.document", "action_set_aside"): WORK,
    ("recon.document", "action_link_proposed"): WORK,
    # banks
    ("account.journal", "action_open_exceptions"): LEADS_ON,
    ("account.journal", "action_open_banking_import"): LEADS_ON,
    ("account.journal", "action_open_banking_fetch"): WORK,
    ("account.journal", "action_open_banking_renew"): WORK,
    ("account.journal", "action_open_banking_provider"): READ,
    ("account.journal", "action_open_banking_consent"): READ,
    ("account.journal", "action_open_banking_account"): READ,
    ("open.banking.account", "action_sync_now"): WORK,
    ("open.banking.account", "action_accept_balance_gap"): WORK,
    ("open.banking.account", "action_use_suggested_journal"): WORK,
    ("open.banking.account", "action_create_journal"): WORK,
    ("open.banking.consent", "action_authorise"): WORK,
    ("open.banking.consent", "action_poll"): WORK,
    ("open.banking.consent", "action_revoke"): WORK,
    ("open.banking.event", "action_replay"): LEAD,
    ("open.banking.institution", "action_connect"): WORK,
    # wizards
    ("open.banking.connect", "action_choose_bank"): WORK,
    ("open.banking.connect", "action_connect"): WORK,
    ("open.banking.connect", "action_new_provider"): LEADS_ON,
    ("open.banking.import", "action_import"): WORK,
    ("open.banking.import", "action_go_on"): WORK,
    ("open.banking.import.file", "action_answer"): WORK,
    ("open.banking.import.file", "action_skip"): WORK,
    ("open.banking.import.result", "action_open_lines"): WORK,
    ("recon.exception.plan", "action_apply"): WORK,
    ("recon.match.wizard", "action_reconcile"): WORK,
    ("recon.match.wizard", "action_reconcile_next"): WORK,
    ("recon.match.wizard", "action_skip"): LEADS_ON,
    ("recon.match.wizard.option", "action_use"): WORK,
    ("recon.match.wizard.option", "action_open_documents"): WORK,
}
SECRETS = {
    "open.banking.provider": ("client_id", "client_secret", "client_secret_sealed"),
    "open.banking.consent": (
        "consent_ref",
        "redirect_state_hash",
        "secrets_sealed",
        "grant_sealed",
    ),
    "open.banking.account": ("resource_ref", "stable_ref"),
    "open.banking.event": ("payload_sealed",),
    "open.banking.answer": ("body_sealed",),
    "recon.audit.key": ("private_sealed",),
}


@tagged("post_install", "-at_install")
class TestRpcAccess(OpenBankingCommon, RpcCase):
    module = "open_banking_recon"
    table = TABLE
    roles = {
        "reader": "open_banking_recon.group_reader",
        "accountant": "open_banking_recon.group_accountant",
        "manager": "open_banking_recon.group_manager",
        "officer": "open_banking_recon.group_manager,open_banking_recon.group_security_officer",
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_users()

    def setUp(self):
        super().setUp()
        self.provider.client_secret = "planted-secret"
        account = self.account(stable_ref="stable-1")
        self.invoice("INV/2026/00077", 120.0)
        line = self.bank_line(120.0, "INV/2026/00077 BOULANGERIE")
        doubtful = self.bank_line(70.0, "VIREMENT")
        self.match()
        self.victims = {
            record._name: record
            for record in (
                *(self.provider, account, account.consent_id, self.journal, doubtful),
                self.env["recon.exception"].search([("st_line_id", "=", doubtful.id)]),
                *self._records(account),
                *self._wizards(account, line, doubtful),
            )
        }

    def _records(self, account):
        """One record of each model that has methods and is not made by a bank line."""
        event = self.env["open.banking.event"]._enqueue_sudo(
            "webhook",
            "rpc-1",
            "planted-payload",
            provider_id=self.provider.id,
            account_id=account.id,
            company_id=self.company.id,
        )
        event.state = "failed"
        self.invoice("INV/2026/00078", 60.0)
        self.env.flush_all()
        return [
            event,
            self.env["recon.category"].create(
                {"name": "rule:reference", "company_id": self.company.id, "state": "posting"}
            ),
            self.env["recon.rule.suggestion"].create(
                {
                    "company_id": self.company.id,
                    "journal_id": self.journal.id,
                    "account_id": self.fee_account.id,
                    "label": "FRAIS",
                }
            ),
            self.env["recon.audit.key"]._current_sudo(),
            self.env["recon.audit.entry"].search([("company_id", "=", self.company.id)], limit=1),
            self.env["recon.audit.archive"].create(
                {
                    "chain": self.company.id,
                    "company_id": self.company.id,
                    "position": 1,
                    "link": "0" * 64,
                }
            ),
            self.env["recon.document"].create({"name": "bill.pdf", "file": "JVBERg=="}),
            self.env["ir.attachment"].create(
                {
                    "name": "sent.pdf",
                    "raw": b"%PDF-",
                    "res_model": "account.journal",
                    "res_id": self.journal.id,
                }
            ),
            self.env["open.banking.institution"].create(
                {
                    "name": "Bank",
                    "provider_id": self.provider.id,
                    "country_id": self.env.ref("base.fr").id,
                    "ref": "bank-1",
                    "listed_at": TODAY,
                }
            ),
            self.env["recon.cash.flow"].search([("company_id", "=", self.company.id)], limit=1),
            self.env["open.banking.answer"].create({"account_id": account.id, "at": TODAY}),
        ]

    def _wizards(self, account, line, doubtful):
        """Wizards of the one accountant: of all those who call, they are the business of no other."""
        proposal = self.env["recon.proposal"].create(
            {"st_line_id": doubtful.id, "state": "proposed", "rule": "amount", "probability": 0.5}
        )
        user = self.users["accountant"]

        def own(model):
            return self.env[model].with_user(user)

        match = own("recon.match.wizard").create(
            {
                "st_line_id": doubtful.id,
                "option_ids": [Command.create({"proposal_id": proposal.id})],
            }
        )
        imported = own("open.banking.import").create({})
        return [
            match,
            match.option_ids,
            own("open.banking.connect").create({}),
            imported,
            own("open.banking.import.file").create({"import_id": imported.id, "name": "bank.csv"}),
            own("open.banking.import.result").create({"import_id": imported.id}),
            own("recon.exception.plan").create({"what": "owner"}),
            self.env["recon.value.costs"].with_user(self.users["manager"]).create({}),
            self.env["recon.privacy.request"]
            .with_user(self.users["officer"])
            .create({"partner_id": self.customer.id}),
        ]

    def test_the_table_names_every_public_method(self):
        self._assert_table_is_complete()

    def test_nobody_does_by_rpc_what_their_role_may_not(self):
        self._assert_methods_keep_out_who_may_not()

    def test_every_model_is_guarded(self):
        self._assert_models_are_guarded()

    def test_no_role_learns_a_secret_in_any_way(self):
        self._assert_secrets_are_kept(SECRETS)
