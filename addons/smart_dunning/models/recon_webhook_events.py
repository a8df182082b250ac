"""What other programs are told of the follow-up: references and amounts, nothing of persons."""

from __future__ import annotations

from odoo import api, models

from odoo.addons.open_banking_recon.recon_core.api.answers import (
    DAY,
    ID,
    MONEY,
    Shape,
    day_text,
    nullable,
    one_of,
)
from odoo.addons.open_banking_recon.recon_core.api.events import Topic

from ..dunning_core.types import EventKind
from .recon_api import PLAN_STATES, PROMISE_STATES

_OF_A_CASE = {"company_id": ID, "case_id": ID, "partner_id": ID, "amount": MONEY}
PROMISE = Shape(
    "PromiseData",
    {**_OF_A_CASE, "promise_id": ID, "promised_for": DAY, "state": one_of(PROMISE_STATES)},
)
PLAN = Shape(
    "PlanData",
    {**_OF_A_CASE, "plan_id": ID, "agreed_on": nullable(DAY), "state": one_of(PLAN_STATES)},
)
TOPICS = {
    EventKind.PROMISE_MADE.value: "promise.made",
    EventKind.PROMISE_KEPT.value: "promise.kept",
    EventKind.PROMISE_BROKEN.value: "promise.broken",
    EventKind.PLAN_ACCEPTED.value: "plan.agreed",
    EventKind.PLAN_FULFILLED.value: "plan.fulfilled",
    EventKind.PLAN_BROKEN.value: "plan.broken",
}


class ReconApi(models.AbstractModel):
    _inherit = "recon.api"
    _api_topics = {
        "promise.made": Topic("A customer promised to pay", PROMISE),
        "promise.kept": Topic("A promise to pay was kept", PROMISE),
        "promise.broken": Topic("A promise to pay was broken", PROMISE),
        "plan.agreed": Topic("A payment plan was agreed", PLAN),
        "plan.fulfilled": Topic("A payment plan was fulfilled", PLAN),
        "plan.broken": Topic("A payment plan was broken", PLAN),
    }


class DunningCase(models.Model):
    _inherit = "dunning.case"

    @api.model
    def _register_sudo(self, facts):
        # EXTENDS: a fact is written once, and so it is told. sudo: as there
        events = super()._register_sudo(facts)
        if self.env["recon.webhook"]._subscribed():
            for event in events.filtered(lambda row: row.kind in TOPICS):
                model, _, record_id = event.source_ref.partition(",")
                agreement = self.env[model].sudo().browse(int(record_id))
                describe = _promise if model == "dunning.promise" else _plan
                self.env["recon.webhook"]._tell_sudo(TOPICS[event.kind], agreement, describe)
        return events


def _of_a_case(row):
    return {
        "company_id": row.company_id.id,
        "case_id": row.case_id.id,
        "partner_id": row.partner_id.id,
        "amount": row.env["recon.api"]._money(row.amount, row.currency_id),
        "state": row.state,
    }


def _promise(row):
    return {**_of_a_case(row), "promise_id": row.id, "promised_for": day_text(row.date)}


def _plan(row):
    return {**_of_a_case(row), "plan_id": row.id, "agreed_on": day_text(row.agreed_on)}
