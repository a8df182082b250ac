from odoo import Command
from odoo.tests import tagged

from .common import TODAY, OpenBankingCommon
from .role_matrix import RoleMatrixCase
from .rpc_case import VICTIM, May, RpcCase, own_models

READ = May("reader")
DESK = May("clerk")
WORK = May("accountant")
LEAD = May("manager")
WATCH = May("officer")
# Only leads to a list or a form, where the rights of the model count.
LEADS_ON = May("reader", open=True)


def _on_exception(*args, least="clerk"):
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
    ("recon.desk", "undo"): May("clerk", (VICTIM,), about="account.bank.statement.line"),
    ("recon.desk", "open_line"): May("clerk", (VICTIM,), about="account.bank.statement.line"),
    ("recon.desk", "set_partner"): _on_exception(VICTIM, False),
    ("recon.desk", "assign"): _on_exception([VICTIM], False),
    ("recon.desk", "postpone"): _on_exception([VICTIM], "2099-01-01"),
    ("recon.desk", "bulk_preview"): May("reader", ({}, 0.9)),
    ("recon.desk", "bulk_accept"): _on_exception([VICTIM]),
    ("recon.desk", "reject"): _on_exception(VICTIM, 1, "0"),
    # the API for other programs
    **{
        ("recon.api", name): READ
        for name in ("health", "accounts", "syncs", "lines", "proposals", "exceptions", "kpis")
    },
    **{
        ("recon.api", name): May("clerk", (VICTIM, "0", *more, "12345678"), about="recon.proposal")
        for name, more in (("accept_proposal", ("why",)), ("reject_proposal", ()))
    },
    ("recon.api", "undo_match"): May(
        "clerk", (VICTIM, "12345678"), about="account.bank.statement.line"
    ),
    ("recon.api", "fetch_account"): May(
        "accountant", (VICTIM, "12345678"), about="open.banking.account"
    ),
    ("recon.webhook", "action_new_secret"): LEAD,
    ("recon.webhook", "action_send_test"): LEAD,
    ("recon.webhook.delivery", "action_replay"): LEAD,
    ("recon.api.key", "make_key"): LEADS_ON,
    ("recon.api.key", "check_access_make_key"): LEADS_ON,
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
    ("recon.exception", "action_open_desk"): DESK,
    ("recon.exception", "action_open_match_wizard"): DESK,
    ("recon.exception", "action_assign_to_me"): DESK,
    ("recon.exception", "action_match_again"): DESK,
    ("recon.exception", "action_bring_back"): DESK,
    ("recon.exception", "action_plan_owner"): DESK,
    ("recon.exception", "action_plan_day"): DESK,
    ("account.bank.statement.line", "action_open_desk"): DESK,
    ("account.bank.statement.line", "action_open_match_wizard"): DESK,
    ("account.bank.statement.line", "action_undo_match"): DESK,
    ("recon.rule.suggestion", "action_make_rule"): WORK,
    ("recon.rule.suggestion", "action_dismiss"): WORK,
    ("recon.category", "action_pause"): LEAD,
    ("recon.category", "action_allow"): LEAD,
    ("recon.document", "reading_progress"): READ,
    ("recon.document", "create_document_from_attachment"): May(
        "clerk", ([VICTIM],), about="ir.attachment"
    ),
    ("recon.document", "review"): READ,
    ("recon.document", "next_to_review"): READ,
    ("recon.document", "set_read_value"): May("clerk", ("number", "F-1")),
    ("recon.document", "pick_read_value"): May("clerk", ("number", 1, [0])),
    ("recon.document", "accept_and_next"): DESK,
    ("recon.document", "action_read_again"): DESK,
    ("recon.document", "action_create_bill"): DESK,
    # what a second person approves
    ("recon.write.off.request", "action_approve"): WORK,
    ("recon.write.off.request", "action_refuse"): WORK,
    ("recon.write.off.request", "action_withdraw"): DESK,
    ("recon.write.off.request", "action_open_line"): DESK,
    ("recon.refusal", "action_refuse"): WORK,
    ("recon.change.request", "action_approve"): LEAD,
    ("recon.change.request", "action_refuse"): LEAD,
    ("recon.change.request", "action_withdraw"): WORK,
    ("recon.change.request", "action_open_record"): WORK,
    ("recon.change.ask", "action_ask"): WORK,
    # the audit log
    ("recon.audit.entry", "action_verify"): WATCH,
    ("recon.audit.archive", "action_confirm_kept"): WATCH,
    ("recon.privacy.request", "action_export"): WATCH,
    ("open.banking.answer", "action_download"): WATCH,
    ("recon.privacy.request", "action_erase"): WATCH,
    ("recon.document", "action_enter_by_hand"): DESK,
    ("recon.document", "action_create_supplier"): DESK,
    ("recon.document", "action_attach"): DESK,
    ("recon.document", "action_set_aside"): DESK,
    ("recon.document", "action_link_proposed"): DESK,
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
    ("open.banking.import", "action_import"): DESK,
    ("open.banking.import", "action_go_on"): DESK,
    ("open.banking.import.file", "action_answer"): DESK,
    ("open.banking.import.file", "action_skip"): DESK,
    ("open.banking.import.result", "action_open_lines"): DESK,
    ("recon.exception.plan", "action_apply"): DESK,
    ("recon.match.wizard", "action_reconcile"): DESK,
    ("recon.match.wizard", "action_reconcile_next"): DESK,
    ("recon.match.wizard", "action_skip"): LEADS_ON,
    ("recon.match.wizard.option", "action_use"): DESK,
    ("recon.match.wizard.option", "action_open_documents"): DESK,
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
    "recon.webhook": ("secret_sealed",),
}


@tagged("post_install", "-at_install")
class TestRpcAccess(OpenBankingCommon, RpcCase, RoleMatrixCase):
    module = "open_banking_recon"
    table = TABLE
    roles = {
        "reader": "open_banking_recon.group_reader",
        "clerk": "open_banking_recon.group_clerk",
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
        hook = self.env["recon.webhook"].create(
            {"name": "ERP", "url": "https://erp.example", "company_id": self.company.id}
        )
        delivery = self.env["recon.webhook.delivery"]._queue_sudo("test", [(hook.id, {})])
        self.env.flush_all()
        return [
            *(event, hook, delivery),
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
        """Wizards of the lowest role that may: of all those who call, they are the business of no
        other."""
        proposal = self.env["recon.proposal"].create(
            {"st_line_id": doubtful.id, "state": "proposed", "rule": "amount", "probability": 0.5}
        )

        def own(model, role="clerk"):
            return self.env[model].with_user(self.users[role])

        match = own("recon.match.wizard").create(
            {
                "st_line_id": doubtful.id,
                "option_ids": [Command.create({"proposal_id": proposal.id})],
            }
        )
        imported = own("open.banking.import").create({})
        request = self.env["recon.write.off.request"].create(
            {
                "st_line_id": doubtful.id,
                "requested_by_id": self.env.uid,
                "requested_at": TODAY,
                "reason": "small",
                "choice": {"documents": []},
            }
        )
        refusal = {"res_model": request._name, "res_id": request.id, "answer": "no"}
        rule = self.env["account.reconcile.model"].create(
            {"name": "rule", "company_id": self.company.id}
        )
        about_rule = {"res_model": rule._name, "res_id": rule.id, "operation": "write"}
        change = self.env["recon.change.request"].create(
            {
                **about_rule,
                "subject": "Rule",
                "company_id": self.company.id,
                "requested_by_id": self.env.uid,
                "requested_at": TODAY,
                "reason": "careful",
            }
        )
        return [
            proposal,
            own("recon.api.key").create({"name": "ERP"}),
            request,
            change,
            own("recon.change.ask", "accountant").create(about_rule),
            own("recon.refusal", "accountant").create(refusal),
            match,
            match.option_ids,
            own("open.banking.connect", "accountant").create({}),
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

    def test_each_role_may_what_the_table_in_the_documents_says(self):
        line = self.victims["account.bank.statement.line"]
        for model, values in {
            "recon.policy": {
                "name": "policy",
                "journal_id": self.journal.id,
                "deadline_ids": [Command.create({"days": 2})],
            },
            "account.reconcile.model": {
                "name": "rule",
                "company_id": self.company.id,
                "line_ids": [Command.create({"account_id": self.fee_account.id})],
            },
            "recon.partner.alias": {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "kind": "name",
                "value": "MARTIN",
            },
            "open.banking.sheet.mapping": {
                "journal_id": line.journal_id.id,
                "signature": "a",
                "column_roles": "booking_date,amount",
                "date_order": "dmy",
                "decimal_sign": ",",
            },
        }.items():
            self.victims[model] = self.env[model].create(values)
        self.victims["recon.deadline"] = self.victims["recon.policy"].deadline_ids
        self._assert_matrix_holds({*own_models(self.env, self.module), *self.victims})

    def test_every_model_is_guarded(self):
        self._assert_models_are_guarded()

    def test_no_role_learns_a_secret_in_any_way(self):
        self._assert_secrets_are_kept(SECRETS)
