"""Bank lines, what was proposed for them and which wait for a person, for other programs."""

from odoo import models
from odoo.fields import Domain

from ..recon_core.api import kinds
from ..recon_core.api.answers import (
    BOOLEAN,
    DAY,
    ID,
    MOMENT,
    MONEY,
    NUMBER,
    TEXT,
    Shape,
    day_text,
    described,
    list_of,
    moment_text,
    nullable,
    one_of,
    page_of,
)
from ..recon_core.api.operation import Argument
from .account_bank_statement_line import MATCH_STATES
from .recon_api import CHANGED_SINCE, listing
from .recon_api_operation import operation
from .recon_exception import REASONS

LINE_STATES = [state for state, _label in MATCH_STATES]
PROPOSAL_STATES = ["proposed", "accepted", "rejected", "superseded", "undone"]
EXCEPTION_STATES = ["open", "resolved"]
REASON_CODES = [reason for reason, _label in REASONS]

LINE = Shape(
    "Line",
    {
        "id": ID,
        "company_id": ID,
        "journal_id": ID,
        "move_id": described(ID, "The journal entry."),
        "booking_date": described(DAY, "Of the bank; of the entry where no bank told it."),
        "value_date": nullable(DAY),
        "transaction_amount": described(MONEY, "Below zero when money left the account."),
        "instructed_amount": described(
            nullable(MONEY), "In the currency of the order, if another."
        ),
        "counterparty_name": nullable(TEXT),
        "counterparty_account": described(nullable(TEXT), "IBAN, or as the bank writes it."),
        "remittance_information_unstructured": nullable(TEXT),
        "creditor_reference": nullable(TEXT),
        "end_to_end_id": nullable(TEXT),
        "mandate_id": nullable(TEXT),
        "entry_reference": nullable(TEXT),
        "bank_transaction_code": nullable(TEXT),
        "return_reason": described(nullable(TEXT), "ISO 20022 return reason code."),
        "partner_id": nullable(ID),
        "state": described(
            one_of(LINE_STATES),
            "`new`: not judged yet. `auto`, `accepted`: reconciled. `exception`: waits for a person.",
        ),
        "reconciled": BOOLEAN,
        "match_rule": nullable(TEXT),
        "match_probability": nullable(NUMBER),
        "changed_at": MOMENT,
    },
    "A bank transaction that is booked.",
)
ALLOCATION = Shape(
    "Allocation",
    {
        "journal_item_id": ID,
        "move_id": ID,
        "number": nullable(TEXT),
        "amount": described(MONEY, "What is paid of the document, in its currency."),
    },
)
EVIDENCE = Shape(
    "Evidence",
    {"code": TEXT, "weight": described(NUMBER, "Above zero it speaks for the match.")},
)
PROPOSAL = Shape(
    "Proposal",
    {
        "id": ID,
        "company_id": ID,
        "line_id": ID,
        "rank": described({"type": "integer"}, "1 is the best."),
        "state": one_of(PROPOSAL_STATES),
        "probability": NUMBER,
        "rule": nullable(TEXT),
        "automatic": described(BOOLEAN, "Nobody had to decide."),
        "decided_at": nullable(MOMENT),
        "partner_id": nullable(ID),
        "difference": described(MONEY, "What the documents leave open of the bank line."),
        "documents": list_of(ALLOCATION.ref),
        "evidence": list_of(EVIDENCE.ref),
        "version": described(
            TEXT, "Of the bank line: to be passed on when the proposal is decided."
        ),
        "changed_at": MOMENT,
    },
    "One way to settle a bank line.",
)
EXCEPTION = Shape(
    "Exception",
    {
        "id": ID,
        "company_id": ID,
        "journal_id": ID,
        "line_id": ID,
        "state": one_of(EXCEPTION_STATES),
        "reason": one_of(REASON_CODES),
        "amount": MONEY,
        "date": DAY,
        "user_id": described(nullable(ID), "Whose work it is."),
        "partner_id": nullable(ID),
        "due_date": nullable(DAY),
        "postponed_until": nullable(DAY),
        "best_proposal_id": nullable(ID),
        "opened_at": MOMENT,
        "changed_at": MOMENT,
    },
    "A bank line that a person has to decide on.",
)


class ReconApi(models.AbstractModel):
    _inherit = "recon.api"

    @operation(
        "open_banking:read",
        page_of(LINE),
        listing(
            journal_id=Argument(kinds.identity()),
            state=Argument(kinds.choice(*LINE_STATES)),
            booked_from=Argument(kinds.day(), "First day of the entry."),
            booked_to=Argument(kinds.day(), "Last day of the entry."),
            changed_since=CHANGED_SINCE,
        ),
        shapes=[LINE],
    )
    def lines(
        self, journal_id, state, booked_from, booked_to, changed_since, company_id, after, limit
    ):
        """Bank lines with all that the bank told of them, and how they were reconciled."""
        domain = self._changed(changed_since, "move_id.") & self._where(
            journal_id=journal_id, match_state=state, company_id=company_id
        )
        if booked_from:
            domain &= Domain("date", ">=", booked_from)
        if booked_to:
            domain &= Domain("date", "<=", booked_to)
        found, following = self._page("lines", "account.bank.statement.line", domain, after, limit)
        found._note_access()
        return {"items": [self._line(row) for row in found], "next": following}

    def _line(self, row):
        return {
            "id": row.id,
            "company_id": row.company_id.id,
            "journal_id": row.journal_id.id,
            "move_id": row.move_id.id,
            "booking_date": day_text(row.booking_date or row.date),
            "value_date": day_text(row.value_date),
            "transaction_amount": self._money(row.amount, row.currency_id),
            "instructed_amount": self._money(row.amount_currency, row.foreign_currency_id)
            if row.foreign_currency_id
            else None,
            "counterparty_name": row.partner_name or None,
            "counterparty_account": row.account_number or None,
            "remittance_information_unstructured": row.payment_ref or None,
            "creditor_reference": row.creditor_reference or None,
            "end_to_end_id": row.end_to_end_id or None,
            "mandate_id": row.mandate_id or None,
            "entry_reference": row.entry_reference or None,
            "bank_transaction_code": row.bank_tx_code or None,
            "return_reason": row.return_reason or None,
            "partner_id": row.partner_id.id or None,
            "state": row.match_state,
            "reconciled": row.is_reconciled,
            "match_rule": row.match_rule or None,
            "match_probability": row.match_probability or None,
            "changed_at": moment_text(max(row.write_date, row.move_id.write_date)),
        }

    @operation(
        "open_banking:read",
        page_of(PROPOSAL),
        listing(
            line_id=Argument(kinds.identity()),
            state=Argument(kinds.choice(*PROPOSAL_STATES)),
            changed_since=CHANGED_SINCE,
        ),
        shapes=[PROPOSAL, ALLOCATION, EVIDENCE],
    )
    def proposals(self, line_id, state, changed_since, company_id, after, limit):
        """What the matching proposes for bank lines, with its reasons in numbers.

        Also what became of earlier proposals: who builds a report of the quality reads them here.
        """
        domain = self._changed(changed_since) & self._where(
            st_line_id=line_id, state=state, company_id=company_id
        )
        found, following = self._page("proposals", "recon.proposal", domain, after, limit)
        found.st_line_id._note_access()
        return {"items": [self._proposal(row) for row in found], "next": following}

    def _proposal(self, row):
        line = row.st_line_id
        return {
            "id": row.id,
            "company_id": row.company_id.id,
            "line_id": line.id,
            "rank": row.sequence,
            "state": row.state,
            "probability": round(row.probability, 6),
            "rule": row.rule or None,
            "automatic": row.is_automatic,
            "decided_at": moment_text(row.decided_on),
            "partner_id": row.partner_id.id or None,
            "difference": self._money(row.difference, line.foreign_currency_id or line.currency_id),
            "documents": [
                {
                    "journal_item_id": share.aml_id.id,
                    "move_id": share.aml_id.move_id.id,
                    "number": share.aml_id.move_name or None,
                    "amount": self._money(share.amount, share.currency_id),
                }
                for share in row.line_ids
            ],
            "evidence": [
                {"code": sign["code"], "weight": round(sign["weight"], 4)}
                for sign in row.evidence or []
            ],
            "version": line._desk_stamp(),
            "changed_at": moment_text(row.write_date),
        }

    @operation(
        "open_banking:read",
        page_of(EXCEPTION),
        listing(
            journal_id=Argument(kinds.identity()),
            line_id=Argument(kinds.identity()),
            state=Argument(kinds.choice(*EXCEPTION_STATES)),
            reason=Argument(kinds.choice(*REASON_CODES)),
            changed_since=CHANGED_SINCE,
        ),
        shapes=[EXCEPTION],
    )
    def exceptions(
        self, journal_id, line_id, state, reason, changed_since, company_id, after, limit
    ):
        """Bank lines that wait for a person, or waited for one, and why."""
        domain = self._changed(changed_since) & self._where(
            journal_id=journal_id,
            st_line_id=line_id,
            state=state,
            reason=reason,
            company_id=company_id,
        )
        found, following = self._page("exceptions", "recon.exception", domain, after, limit)
        found._note_access()
        return {"items": [self._exception(row) for row in found], "next": following}

    def _exception(self, row):
        return {
            "id": row.id,
            "company_id": row.company_id.id,
            "journal_id": row.journal_id.id,
            "line_id": row.st_line_id.id,
            "state": row.state,
            "reason": row.reason,
            "amount": self._money(row.amount, row.currency_id),
            "date": day_text(row.date),
            "user_id": row.user_id.id or None,
            "partner_id": row.partner_id.id or None,
            "due_date": day_text(row.date_deadline),
            "postponed_until": day_text(row.postponed_until),
            "best_proposal_id": row.best_proposal_id.id or None,
            "opened_at": moment_text(row.create_date),
            "changed_at": moment_text(row.write_date),
        }
