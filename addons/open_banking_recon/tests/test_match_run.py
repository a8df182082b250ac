from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from ..models import recon_matcher
from ..models.recon_apply import Match
from .common import OpenBankingCommon

WRITTEN = SQL("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables")


@tagged("post_install", "-at_install")
class TestMatchRun(OpenBankingCommon):
    """A run over many lines: chunk by chunk, each complete, and idle when there is nothing to do."""

    def setUp(self):
        super().setUp()
        self.matcher = self.env["recon.matcher"].with_company(self.company)
        self.startPatcher(patch.object(recon_matcher, "CHUNK", 2))

    def paid_invoices(self, count):
        """(invoices, the bank lines that pay them)."""
        invoices, lines = self.env["account.move"], self.env["account.bank.statement.line"]
        for number in range(1, count + 1):
            invoices |= self.invoice(f"FAC/2026/{number:05d}", 100.0 + number)
            lines |= self.bank_line(100.0 + number, f"FAC/2026/{number:05d}")
        return invoices, lines

    def written(self):
        self.env.flush_all()
        [(count,)] = self.env.execute_query(WRITTEN)
        return count

    def test_what_a_stopped_run_leaves_is_complete(self):
        invoices, lines = self.paid_invoices(3)
        unknown = self.bank_line(-45.0, "CARTE STATION TOTAL LYON")
        run = self.matcher._match_in_chunks(self.company)
        done, judged, waiting = next(run)
        run.close()
        self.assertEqual((done, judged, waiting), (lines[:2], 2, 2))
        self.assertEqual(lines.mapped("match_state"), ["auto", "auto", "new"])
        self.assertEqual(invoices.mapped("amount_residual"), [0.0, 0.0, 103.0])
        self.assertEqual(lines[:2].proposal_ids.mapped("state"), ["accepted", "accepted"])
        self.assertFalse(lines[2].proposal_ids | unknown.proposal_ids)

    def test_the_next_run_goes_on_where_one_stopped(self):
        invoices, lines = self.paid_invoices(3)
        unknown = self.bank_line(-45.0, "CARTE STATION TOTAL LYON")
        run = self.matcher._match_in_chunks(self.company)
        next(run)
        run.close()
        self.match()
        self.assertEqual(set(lines.mapped("match_state")), {"auto"})
        self.assertEqual(unknown.match_state, "exception")
        self.assertEqual(sum(invoices.mapped("amount_residual")), 0.0)

    def test_a_line_that_a_person_settles_during_the_run_is_left_alone(self):
        invoices, lines = self.paid_invoices(3)
        other = self.invoice("FAC/2026/00099", 103.0)
        receivable = other.line_ids.filtered(lambda row: row.account_type == "asset_receivable")
        run = self.matcher._match_in_chunks(self.company)
        next(run)
        self.env["recon.apply"]._apply([Match(lines[2], [(receivable, 103.0)])])
        self.assertEqual([done for done, _judged, _waiting in run], [lines.browse()])
        self.assertEqual(invoices[2].amount_residual, 103.0)
        self.assertFalse(self.env["recon.exception"].search([("st_line_id", "=", lines[2].id)]))

    def test_the_cron_stops_when_its_time_is_over_and_reports_what_waits(self):
        _invoices, lines = self.paid_invoices(3)
        with patch.object(
            type(self.env["ir.cron"]), "_commit_progress", autospec=True, return_value=0
        ) as progress:
            self.env["recon.matcher"]._cron_match()
        self.assertEqual(lines.mapped("match_state"), ["auto", "auto", "new"])
        [call] = progress.call_args_list
        self.assertEqual(call.args[1:], (2,))
        self.assertGreaterEqual(call.kwargs["remaining"], 1)

    def test_a_run_in_which_nothing_is_new_writes_nothing(self):
        self.invoice("FAC/2026/00081", 49.0)
        self.invoice("FAC/2026/00082", 49.0)
        line = self.bank_line(49.0, "MARTIN ABONNEMENT", counterparty_name="Boulangerie Martin")
        self.bank_line(-45.0, "CARTE STATION TOTAL LYON")
        self.match()
        self.assertTrue(line.proposal_ids)
        before = self.written()
        self.match()
        self.assertEqual(self.written() - before, 0)

    def test_a_tax_that_is_due_on_payment_gets_its_entry(self):
        self.company.tax_exigibility = True
        transition = self.company_data["default_account_tax_sale"].copy({"reconcile": True})
        tax = self.company_data["default_tax_sale"].copy(
            {
                "name": "due on payment",
                "tax_exigibility": "on_payment",
                "cash_basis_transition_account_id": transition.id,
            }
        )
        plain = self.invoice("FAC/2026/00091", 100.0)
        taxed = self.invoice("FAC/2026/00092", 200.0)
        taxed.button_draft()
        taxed.invoice_line_ids.tax_ids = tax
        taxed.action_post()
        lines = self.bank_line(plain.amount_total, "FAC/2026/00091")
        lines |= self.bank_line(taxed.amount_total, "FAC/2026/00092")
        self.match()
        self.assertEqual(set(lines.mapped("match_state")), {"auto"})
        entries = self.env["account.move"].search([("tax_cash_basis_rec_id", "!=", False)])
        self.assertEqual(entries.tax_cash_basis_origin_move_id, taxed)
        self.assertEqual(entries.state, "posted")

    def test_an_analytic_model_of_the_company_is_applied(self):
        plan = self.env["account.analytic.plan"].create({"name": "Sites"})
        site = self.env["account.analytic.account"].create({"name": "Lyon", "plan_id": plan.id})
        self.env["account.analytic.distribution.model"].create(
            {"partner_id": self.customer.id, "analytic_distribution": {str(site.id): 100}}
        )
        _invoices, line = self.paid_invoices(1)
        self.match()
        _liquidity, _suspense, counterpart = line._seek_for_lines()
        self.assertEqual(counterpart.analytic_distribution, {str(site.id): 100})
