"""Decisions on bank lines by other programs: what the workplace does, by its own methods."""

from odoo import models

from ..recon_core.api import kinds
from ..recon_core.api.answers import (
    BOOLEAN,
    ID,
    MOMENT,
    Shape,
    described,
    moment_text,
    nullable,
    one_of,
)
from ..recon_core.api.operation import Argument
from ..recon_core.api.problems import CallRefused
from .recon_api_lines import LINE_STATES, PROPOSAL_STATES
from .recon_api_operation import operation

DECIDED = Shape(
    "Decided",
    {
        "line_id": ID,
        "line_state": one_of(LINE_STATES),
        "settled": described(BOOLEAN, "Nothing of the line waits any more."),
        "request_id": described(
            nullable(ID), "Nothing was booked: a second person has to approve it, under this id."
        ),
        "proposal_id": ID,
        "proposal_state": one_of(PROPOSAL_STATES),
    },
)
UNDONE = Shape("Undone", {"line_id": ID, "line_state": one_of(LINE_STATES), "exception_id": ID})
ASKED = Shape(
    "Asked",
    {
        "account_id": ID,
        "next_sync_at": described(nullable(MOMENT), "A worker fetches it from then on."),
    },
)
PROPOSAL = {
    "proposal_id": Argument(kinds.identity(), required=True),
    "version": Argument(
        kinds.text(1, 100),
        "`version` of the proposal when it was read: a line that changed since is not decided.",
        required=True,
    ),
}


class ReconApi(models.AbstractModel):
    _inherit = "recon.api"

    @operation(
        "open_banking:write",
        DECIDED,
        {
            **PROPOSAL,
            "reason": Argument(
                kinds.text(1, 500), "For the second person, where the policy wants one."
            ),
        },
        writes=True,
    )
    def accept_proposal(self, proposal_id, version, reason):
        """Reconcile a bank line as a proposal says.

        What becomes of a difference is what the workplace would fill in; when nobody has said, the
        difference goes on waiting and `settled` is false. More than one person may give up alone is
        asked for and not booked.
        """
        proposal, exception, desk = self._waiting(proposal_id)
        policies = self.env["recon.policy"]._for_journals(exception.journal_id)
        choice = desk._choice_of(proposal, policies[exception.journal_id])
        told = desk.accept(exception.id, {**choice, "reason": reason or ""}, version)
        return _decided(proposal, told["requested"])

    @operation("open_banking:write", DECIDED, PROPOSAL, writes=True)
    def reject_proposal(self, proposal_id, version):
        """Refuse a proposal: it is not made again, and the line waits for a person."""
        proposal, exception, desk = self._waiting(proposal_id)
        desk.reject(exception.id, proposal.id, version)
        return _decided(proposal)

    def _waiting(self, proposal_id):
        """(proposal, exception, desk in its company) of a proposal that waits to be decided."""
        proposal = self._record("recon.proposal", proposal_id, "proposal_id")
        exception = self.env["recon.exception"].search(
            [("st_line_id", "=", proposal.st_line_id.id), ("state", "=", "open")]
        )
        if proposal.state != "proposed" or not exception:
            raise CallRefused("refused", "this proposal is decided already", "proposal_id")
        return proposal, exception, self.env["recon.desk"].with_company(proposal.company_id)

    @operation(
        "open_banking:write",
        UNDONE,
        {"line_id": Argument(kinds.identity(), required=True)},
        writes=True,
    )
    def undo_match(self, line_id):
        """Give back what a bank line settled; it waits for a person again."""
        line = self._record("account.bank.statement.line", line_id, "line_id")
        exception_id = self.env["recon.desk"].with_company(line.company_id).undo(line.id)
        return {"line_id": line.id, "line_state": line.match_state, "exception_id": exception_id}

    @operation(
        "open_banking:write",
        ASKED,
        {"account_id": Argument(kinds.identity(), required=True)},
        writes=True,
    )
    def fetch_account(self, account_id):
        """Have the transactions of an account fetched as soon as a worker is free.

        Nobody is at the screen: the bank counts it among the reads of the day.
        """
        account = self._record("open.banking.account", account_id, "account_id")
        account.action_sync_now()
        return {"account_id": account.id, "next_sync_at": moment_text(account.next_sync_at)}


def _decided(proposal, request_id=None):
    line = proposal.st_line_id
    return {
        "line_id": line.id,
        "line_state": line.match_state,
        "settled": line.is_reconciled,
        "request_id": request_id or None,
        "proposal_id": proposal.id,
        "proposal_state": proposal.state,
    }
