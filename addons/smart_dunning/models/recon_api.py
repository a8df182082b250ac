"""Cases, messages and what was agreed with customers, for other programs."""

from __future__ import annotations

from odoo import models

from odoo.addons.open_banking_recon.models.recon_api import CHANGED_SINCE, listing
from odoo.addons.open_banking_recon.models.recon_api_operation import operation
from odoo.addons.open_banking_recon.recon_core.api import kinds
from odoo.addons.open_banking_recon.recon_core.api.answers import (
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
from odoo.addons.open_banking_recon.recon_core.api.operation import Argument

from ..dunning_core.types import Stage, Tone
from .dunning_channel import CHANNELS

ACTION_STATES = ["planned", "approved", "claimed", "to_print", "sending", "sent"]
ACTION_STATES += ["failed", "unknown", "cancelled"]
PROMISE_STATES = ["open", "kept", "broken", "cancelled"]
PLAN_STATES = ["proposed", "active", "fulfilled", "broken", "cancelled"]
STAGES = [stage.value for stage in Stage]

_OF_A_CASE = {"id": ID, "company_id": ID, "case_id": ID, "partner_id": ID}
CASE = Shape(
    "DunningCase",
    {
        "id": ID,
        "company_id": ID,
        "partner_id": described(ID, "The customer."),
        "stage": one_of(STAGES),
        "amount_open": MONEY,
        "amount_overdue": MONEY,
        "move_ids": described(list_of(ID), "The open invoices."),
        "late_probability": described(nullable(NUMBER), "Null where no risk was computed."),
        "waiting_reason": described(nullable(TEXT), "Why the last planning sent no message."),
        "waiting_until": nullable(DAY),
        "user_id": nullable(ID),
        "changed_at": MOMENT,
    },
    "What one customer owes one company in one currency.",
)
ACTION = Shape(
    "DunningAction",
    {
        **_OF_A_CASE,
        "state": described(one_of(ACTION_STATES), "`planned` waits to be approved."),
        "channel": one_of([code for code, _label in CHANNELS]),
        "tone": nullable(one_of([tone.value for tone in Tone])),
        "amount": described(MONEY, "What the message asks for, net of credits."),
        "cancel_reason": nullable(TEXT),
        "sent_at": nullable(MOMENT),
        "changed_at": MOMENT,
    },
    "A message to a customer. Its text and address stay in Odoo.",
)
PROMISE = Shape(
    "DunningPromise",
    {
        **_OF_A_CASE,
        "state": one_of(PROMISE_STATES),
        "amount": MONEY,
        "promised_for": DAY,
        "grace_until": described(nullable(DAY), "Money that comes until this day is in time."),
        "made_on": nullable(DAY),
        "origin": one_of(["staff", "customer"]),
        "changed_at": MOMENT,
    },
    "A customer's word to pay by a day.",
)
INSTALMENT = Shape(
    "Instalment",
    {
        "due_date": DAY,
        "amount": MONEY,
        "creditor_reference": described(TEXT, "ISO 11649: a transfer with it is known at once."),
    },
)
PLAN = Shape(
    "DunningPlan",
    {
        **_OF_A_CASE,
        "state": described(one_of(PLAN_STATES), "`active`: agreed."),
        "amount": MONEY,
        "agreed_on": nullable(DAY),
        "origin": one_of(["staff", "customer"]),
        "instalments": list_of(INSTALMENT.ref),
        "changed_at": MOMENT,
    },
    "A debt in instalments.",
)


class ReconApi(models.AbstractModel):
    _inherit = "recon.api"
    _api_scopes = {
        "dunning:read": "follow-up cases, messages, promises, plans",
        "dunning:write": "approve and cancel messages, note and cancel promises",
    }

    @operation(
        "dunning:read",
        page_of(CASE),
        listing(
            stage=Argument(kinds.choice(*STAGES)),
            partner_id=Argument(kinds.identity(), "The customer, not one of its contacts."),
            changed_since=CHANGED_SINCE,
        ),
        shapes=[CASE],
    )
    def dunning_cases(self, stage, partner_id, changed_since, company_id, after, limit):
        """What customers owe, and where the follow-up of it stands."""
        domain = self._changed(changed_since) & self._where(
            stage=stage, partner_id=partner_id, company_id=company_id
        )
        found, following = self._page("dunning_cases", "dunning.case", domain, after, limit)
        return {"items": [self._dunning_case(row) for row in found], "next": following}

    def _dunning_case(self, row):
        still_open = row.item_ids.filtered("amount_residual")
        return {
            "id": row.id,
            "company_id": row.company_id.id,
            "partner_id": row.partner_id.id,
            "stage": row.stage,
            "amount_open": self._money(row.amount_open, row.currency_id),
            "amount_overdue": self._money(row.amount_overdue, row.currency_id),
            "move_ids": still_open.move_id.ids,
            "late_probability": round(row.probability, 4) if row.probability else None,
            "waiting_reason": row.waiting_reason or None,
            "waiting_until": day_text(row.waiting_until),
            "user_id": row.user_id.id or None,
            "changed_at": moment_text(row.write_date),
        }

    @operation(
        "dunning:read",
        page_of(ACTION),
        listing(
            case_id=Argument(kinds.identity()),
            state=Argument(kinds.choice(*ACTION_STATES)),
            changed_since=CHANGED_SINCE,
        ),
        shapes=[ACTION],
    )
    def dunning_actions(self, case_id, state, changed_since, company_id, after, limit):
        """Messages to customers: what is planned, what left, and how."""
        domain = self._changed(changed_since) & self._where(
            case_id=case_id, state=state, company_id=company_id
        )
        found, following = self._page("dunning_actions", "dunning.action", domain, after, limit)
        return {"items": [self._dunning_action(row) for row in found], "next": following}

    def _dunning_action(self, row):
        return {
            **_of_a_case(row),
            "state": row.state,
            "channel": row.channel,
            "tone": row.tone or None,
            "amount": self._money(row.amount, row.currency_id),
            "cancel_reason": row.cancel_reason or None,
            "sent_at": moment_text(row.sent_at),
            "changed_at": moment_text(row.write_date),
        }

    @operation(
        "dunning:read",
        page_of(PROMISE),
        listing(
            case_id=Argument(kinds.identity()),
            state=Argument(kinds.choice(*PROMISE_STATES)),
            changed_since=CHANGED_SINCE,
        ),
        shapes=[PROMISE],
    )
    def dunning_promises(self, case_id, state, changed_since, company_id, after, limit):
        """Promises to pay, open and past."""
        domain = self._changed(changed_since) & self._where(
            case_id=case_id, state=state, company_id=company_id
        )
        found, following = self._page("dunning_promises", "dunning.promise", domain, after, limit)
        return {"items": [self._dunning_promise(row) for row in found], "next": following}

    def _dunning_promise(self, row):
        return {
            **_of_a_case(row),
            "state": row.state,
            "amount": self._money(row.amount, row.currency_id),
            "promised_for": day_text(row.date),
            "grace_until": day_text(row.last_date),
            "made_on": day_text(row.made_on),
            "origin": row.origin,
            "changed_at": moment_text(row.write_date),
        }

    @operation(
        "dunning:read",
        page_of(PLAN),
        listing(
            case_id=Argument(kinds.identity()),
            state=Argument(kinds.choice(*PLAN_STATES)),
            changed_since=CHANGED_SINCE,
        ),
        shapes=[PLAN, INSTALMENT],
    )
    def dunning_plans(self, case_id, state, changed_since, company_id, after, limit):
        """Payment plans with their instalments."""
        domain = self._changed(changed_since) & self._where(
            case_id=case_id, state=state, company_id=company_id
        )
        found, following = self._page("dunning_plans", "dunning.plan", domain, after, limit)
        return {"items": [self._dunning_plan(row) for row in found], "next": following}

    def _dunning_plan(self, row):
        return {
            **_of_a_case(row),
            "state": row.state,
            "amount": self._money(row.amount, row.currency_id),
            "agreed_on": day_text(row.agreed_on),
            "origin": row.origin,
            "instalments": [
                {
                    "due_date": day_text(line.date),
                    "amount": self._money(line.amount, line.currency_id),
                    "creditor_reference": line.reference,
                }
                for line in row.line_ids
            ],
            "changed_at": moment_text(row.write_date),
        }


def _of_a_case(row):
    return {
        "id": row.id,
        "company_id": row.company_id.id,
        "case_id": row.case_id.id,
        "partner_id": row.partner_id.id,
    }
