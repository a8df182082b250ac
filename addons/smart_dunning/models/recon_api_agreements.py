"""What other programs may decide of the follow-up: what its buttons do, by their own methods."""

from __future__ import annotations

from odoo import models
from odoo.fields import Domain

from odoo.addons.open_banking_recon.models.recon_api import listing
from odoo.addons.open_banking_recon.models.recon_api_operation import operation
from odoo.addons.open_banking_recon.recon_core.api import kinds
from odoo.addons.open_banking_recon.recon_core.api.answers import (
    DAY,
    ID,
    MONEY,
    NUMBER,
    Shape,
    day_text,
    described,
    page_of,
)
from odoo.addons.open_banking_recon.recon_core.api.operation import Argument
from odoo.addons.open_banking_recon.recon_core.api.problems import CallRefused

from .recon_api import ACTION, PROMISE

FIGURES = Shape(
    "ReceivablesFigures",
    {
        "company_id": ID,
        "as_of": DAY,
        "receivables": described(MONEY, "All that customers owed, net of their credits."),
        "not_due": MONEY,
        "late_1_30": MONEY,
        "late_31_60": MONEY,
        "late_61_90": MONEY,
        "late_over_90": MONEY,
        "overdue_share": described(NUMBER, "Overdue / receivables, from 0 to 1."),
        "dso": described(NUMBER, "Receivables / sales of three months x days."),
        "dso_countback": NUMBER,
        "dso_best_possible": NUMBER,
        "days_to_pay": NUMBER,
        "promises_kept": described(NUMBER, "Share by number, of the last twelve months."),
        "collection_effectiveness": described(NUMBER, "In percent, of the month before."),
    },
    "How well money came in, as of a day.",
)
AMOUNTS = ("receivables", "not_due", "late_1_30", "late_31_60", "late_61_90", "late_over_90")
NUMBERS = {
    "overdue_share": "overdue_share",
    "dso": "dso_simple",
    "dso_countback": "dso_countback",
    "dso_best_possible": "dso_best_possible",
    "days_to_pay": "dso_true",
    "promises_kept": "promises_kept",
    "collection_effectiveness": "collection_effectiveness",
}
ACTION_ID = {"action_id": Argument(kinds.identity(), required=True)}


class ReconApi(models.AbstractModel):
    _inherit = "recon.api"

    @operation("dunning:write", ACTION, ACTION_ID, writes=True)
    def approve_dunning_action(self, action_id):
        """Let a planned message leave at the next allowed moment.

        The debt is read again before it leaves: who has paid meanwhile gets nothing.
        """
        action = self._record("dunning.action", action_id, "action_id")
        if action.state not in ("planned", "approved"):
            raise CallRefused("refused", "only a planned message can be approved", "action_id")
        action.action_approve()
        return self._dunning_action(action)

    @operation("dunning:write", ACTION, ACTION_ID, writes=True)
    def cancel_dunning_action(self, action_id):
        """Withdraw a message that has not left."""
        action = self._record("dunning.action", action_id, "action_id")
        action.action_cancel()
        return self._dunning_action(action)

    @operation(
        "dunning:write",
        PROMISE,
        {
            "case_id": Argument(kinds.identity(), required=True),
            "promised_for": Argument(kinds.day(), "Today or later.", required=True),
            "amount": Argument(
                kinds.money(),
                "Above zero, in the currency of the case; all that is open by default.",
            ),
        },
        writes=True,
    )
    def note_dunning_promise(self, case_id, promised_for, amount):
        """Note a customer's word to pay by a day: until then and some days more nobody writes to them.

        More than is open counts as all that is open.
        """
        case = self._record("dunning.case", case_id, "case_id")
        if amount is not None and amount <= 0:
            raise CallRefused("invalid_argument", "it has to be above zero", "amount")
        values = {"case_id": case.id, "date": promised_for}
        if amount is not None:
            values["amount"] = float(amount)
        return self._dunning_promise(self.env["dunning.promise"].create([values]))

    @operation(
        "dunning:write",
        PROMISE,
        {"promise_id": Argument(kinds.identity(), required=True)},
        writes=True,
    )
    def cancel_dunning_promise(self, promise_id):
        """Take back an open promise: the customer is followed up as before."""
        promise = self._record("dunning.promise", promise_id, "promise_id")
        promise.action_cancel()
        return self._dunning_promise(promise)

    @operation(
        "kpi:read",
        page_of(FIGURES),
        listing(
            as_of_from=Argument(kinds.day(), "Of this day or later."),
            as_of_to=Argument(kinds.day(), "Of this day or earlier."),
        ),
        shapes=[FIGURES],
    )
    def receivables_kpis(self, as_of_from, as_of_to, company_id, after, limit):
        """Receivables, lateness and days sales outstanding, at month ends and today."""
        domain = self._where(company_id=company_id)
        if as_of_from:
            domain &= Domain("as_of", ">=", as_of_from)
        if as_of_to:
            domain &= Domain("as_of", "<=", as_of_to)
        found, following = self._page(
            "receivables_kpis", "dunning.kpi.snapshot", domain, after, limit
        )
        return {"items": [self._figures(row) for row in found], "next": following}

    def _figures(self, row):
        return {
            "company_id": row.company_id.id,
            "as_of": day_text(row.as_of),
            **{name: self._money(row[name], row.currency_id) for name in AMOUNTS},
            **{name: round(row[field], 4) for name, field in NUMBERS.items()},
        }
