from __future__ import annotations

import io

from pypdf import PdfWriter

from odoo import Command
from odoo.tests import tagged

from odoo.addons.open_banking_recon.tests.role_matrix import RoleMatrixCase
from odoo.addons.open_banking_recon.tests.rpc_case import VICTIM, May, RpcCase, own_models

from .common import DunningCommon

WORK = May("controller")
LEAD = May("manager")
# Only leads to a list or a form, where the rights of the model count.
LEADS_ON = May("controller", open=True)

TABLE = {
    ("dunning.case", "action_preview"): LEADS_ON,
    ("dunning.case", "action_charge"): LEADS_ON,
    ("dunning.case", "action_promise"): LEADS_ON,
    ("dunning.case", "action_payment_plan"): LEADS_ON,
    ("dunning.case", "action_dispute"): LEADS_ON,
    ("dunning.case", "action_print_statement"): LEADS_ON,
    ("dunning.case", "action_export"): WORK,
    ("dunning.ageing", "action_open_cases"): WORK,
    ("dunning.action", "action_approve"): WORK,
    ("dunning.action", "action_cancel"): WORK,
    ("dunning.action", "action_confirm_sent"): WORK,
    ("dunning.action", "action_retry"): WORK,
    ("dunning.action", "action_print"): WORK,
    ("dunning.promise", "action_cancel"): WORK,
    ("dunning.plan", "action_accept"): WORK,
    ("dunning.plan", "action_cancel"): WORK,
    ("dunning.dispute", "action_accept"): WORK,
    ("dunning.dispute", "action_reject"): WORK,
    ("dunning.dispute", "action_withdraw"): WORK,
    ("dunning.charge.wizard", "action_create_draft"): WORK,
    ("dunning.plan.wizard", "action_propose"): WORK,
    ("dunning.plan.wizard", "action_agree"): WORK,
    ("dunning.bulk", "action_apply"): WORK,
    ("dunning.erasure", "action_erase"): LEAD,
    # the API for other programs
    **{
        ("recon.api", name): WORK
        for name in ("dunning_cases", "dunning_actions", "dunning_promises", "dunning_plans")
    },
    ("recon.api", "receivables_kpis"): WORK,
    **{
        ("recon.api", name): May("controller", (VICTIM, "12345678"), about="dunning.action")
        for name in ("approve_dunning_action", "cancel_dunning_action")
    },
    ("recon.api", "note_dunning_promise"): May(
        "controller", (VICTIM, "2999-01-01", "10.00", "12345678"), about="dunning.case"
    ),
    ("recon.api", "cancel_dunning_promise"): May(
        "controller", (VICTIM, "12345678"), about="dunning.promise"
    ),
}
SECRETS = {"dunning.case": ("portal_secret",)}


def blank_page():
    """A PDF with one page."""
    page, writer = io.BytesIO(), PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(page)
    return page.getvalue()


@tagged("post_install", "-at_install")
class TestDunningRpcAccess(DunningCommon, RpcCase, RoleMatrixCase):
    module = "smart_dunning"
    table = TABLE
    roles = {
        "reader": "open_banking_recon.group_reader",
        "accountant": "open_banking_recon.group_accountant",
        "controller": "smart_dunning.group_credit_controller",
        "manager": "smart_dunning.group_dunning_manager",
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_users()

    def setUp(self):
        super().setUp()
        self._new_invoice()
        self._plan()
        case = self._case()
        case._portal_url_sudo()
        records = [
            case,
            case.action_ids[:1],
            self.root["dunning.promise"].create({"case_id": case.id, "date": "2999-01-01"}),
            self.root["dunning.plan"]._propose_sudo(case, 1),
            self.root["dunning.dispute"].create(
                {
                    "case_id": case.id,
                    "item_ids": [Command.set(case.item_ids.ids)],
                    "reason": "price",
                }
            ),
            self._own("dunning.charge.wizard", case_id=case.id),
            self._own("dunning.plan.wizard", case_id=case.id),
            self._own("dunning.bulk", mode="plan", case_ids=[Command.set(case.ids)]),
            self._own("dunning.erasure", partner_ids=[Command.set(case.partner_id.ids)]),
        ]
        self.env.flush_all()
        records.append(
            self.root["dunning.ageing"].search([("partner_id", "=", case.partner_id.id)], limit=1)
        )
        self.victims = {record._name: record for record in records}

    def _own(self, model, **values):
        """A wizard of the lowest role that may: of all those who call, it is the business of no
        other."""
        role = "manager" if model == "dunning.erasure" else "controller"
        return self.env[model].with_user(self.users[role]).create(values)

    def test_the_table_names_every_public_method(self):
        self._assert_table_is_complete()

    def test_nobody_does_by_rpc_what_their_role_may_not(self):
        reports = type(self.env["ir.actions.report"])  # in tests Odoo prints no PDF
        self.patch(reports, "_render_qweb_pdf", lambda *_args, **_kwargs: (blank_page(), "pdf"))
        self._assert_methods_keep_out_who_may_not()

    def test_each_role_may_what_the_table_in_the_documents_says(self):
        hold = {"case_id": self._case().id, "reason": "manual"}
        self.victims |= {
            "dunning.policy": self.policy,
            "dunning.policy.step": self.reminder,
            "dunning.rate": self.root["dunning.rate"].search([], limit=1),
            "dunning.return.rule": self.root["dunning.return.rule"].search([], limit=1),
            "dunning.hold": self.root["dunning.hold"].create(hold),
        }
        self._assert_matrix_holds(own_models(self.env, self.module))

    def test_every_model_is_guarded(self):
        self._assert_models_are_guarded()

    def test_no_role_learns_the_secret_of_a_customers_link(self):
        self._assert_secrets_are_kept(SECRETS)
