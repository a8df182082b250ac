"""What other programs are told of the reconciliation: references and amounts, nothing of persons."""

from odoo import api, models

from ..recon_core.api.answers import ID, MONEY, NUMBER, TEXT, Shape, described, nullable, one_of
from ..recon_core.api.events import Topic
from .recon_api_lines import REASON_CODES

LINE = Shape(
    "LineData",
    {
        "company_id": ID,
        "journal_id": ID,
        "line_id": ID,
        "move_id": ID,
        "state": one_of(["auto", "accepted", "new"]),
        "probability": nullable(NUMBER),
        "transaction_amount": MONEY,
    },
)
EXCEPTION = Shape(
    "ExceptionData",
    {
        "company_id": ID,
        "journal_id": ID,
        "line_id": ID,
        "exception_id": ID,
        "reason": one_of(REASON_CODES),
        "transaction_amount": MONEY,
        "return_reason": described(nullable(TEXT), "ISO 20022 return reason code."),
    },
)
TEST = Shape("TestData", {})


class ReconApi(models.AbstractModel):
    _inherit = "recon.api"
    _api_topics = {
        "reconciliation.done": Topic("A bank line was reconciled", LINE),
        "reconciliation.undone": Topic("The match of a bank line was undone", LINE),
        "exception.opened": Topic("A bank line waits for a person", EXCEPTION),
        "exception.closed": Topic("A bank line waits no more", EXCEPTION),
        "payment.returned": Topic("The bank returned a payment", EXCEPTION),
        "test": Topic("Sent by the button Send a test", TEST),
    }


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    def _set_match_state(self, state, rule=False, probability=0.0):
        # EXTENDS open_banking_recon
        res = super()._set_match_state(state, rule, probability)
        if state != "exception":
            topic = "reconciliation.undone" if state == "new" else "reconciliation.done"
            self.env["recon.webhook"]._tell_sudo(topic, self, _line)
        return res


class ReconException(models.Model):
    _inherit = "recon.exception"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS mail
        rows = super().create(vals_list)
        rows._tell("exception.opened")
        rows.filtered(lambda row: row.reason == "returned")._tell("payment.returned")
        return rows

    def write(self, vals):
        # EXTENDS mail
        moving = returned = self.browse()
        is_anybody_told = self.env["recon.webhook"]._subscribed()  # costs nothing, unlike the rest
        if is_anybody_told and "state" in vals:
            moving = self.filtered(lambda row: row.state != vals["state"])
        if is_anybody_told and vals.get("reason") == "returned":
            returned = self.filtered(lambda row: row.reason != "returned")
        res = super().write(vals)
        moving._tell(f"exception.{'opened' if vals.get('state') == 'open' else 'closed'}")
        returned._tell("payment.returned")
        return res

    def _tell(self, topic):
        self.env["recon.webhook"]._tell_sudo(topic, self, _exception)


def _money(record):
    return record.env["recon.api"]._money(record.amount, record.currency_id)


def _line(row):
    return {
        "company_id": row.company_id.id,
        "journal_id": row.journal_id.id,
        "line_id": row.id,
        "move_id": row.move_id.id,
        "state": row.match_state,
        "probability": round(row.match_probability, 6) or None,
        "transaction_amount": _money(row),
    }


def _exception(row):
    return {
        "company_id": row.company_id.id,
        "journal_id": row.journal_id.id,
        "line_id": row.st_line_id.id,
        "exception_id": row.id,
        "reason": row.reason,
        "transaction_amount": _money(row),
        "return_reason": row.st_line_id.return_reason or None,
    }
