"""What the customer sees on the page of their case, and what they may do there.

Everything is read from the books of the moment; nothing on the page is an amount of yesterday.
"""

from __future__ import annotations

import base64
from decimal import Decimal

import qrcode
from qrcode.image.svg import SvgPathImage

from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.image import image_data_uri

from ..dunning_core import plan_offers
from ..dunning_core.instalments import PlanRefused
from .dunning_ledger import to_decimal

# Days of silence for "I have paid": a transfer takes a day, a person some more to look for it.
CLAIM_DAYS = 10
_OPEN_PLANS = ("proposed", "active")


class DunningCase(models.Model):
    _inherit = "dunning.case"

    def _page_sudo(self):
        """{name: value} for the template of the customer's page.

        sudo: the customer has no login; all is derived from this case, which their link opened.
        """
        self.ensure_one()
        case = self.sudo()
        position = case.env["dunning.agreement"]._position_sudo(case)
        plan = case.plan_ids.filtered(lambda plan: plan.state in _OPEN_PLANS)[:1]
        paying = case._is_paying_sudo()
        pay = case._to_pay_sudo(position)
        promise = case.promise_ids.filtered(lambda promise: promise.state == "open")[:1]
        return {
            "case": case,
            "items": case._page_items(),
            "credit": float(position.credit),
            "pay": pay,
            "paying": paying,
            "bank": case._page_bank(pay),
            "promise": promise,
            "promise_until": case._page_promise_until(pay, plan, paying),
            "plan": plan,
            "offers": [] if plan or promise or paying else case._page_offers(position),
            "claim": case._open_claim(),
            "messages": case.action_ids.filtered(
                lambda action: action.channel == "portal" and action.state == "sent"
            ),
        }

    def _page_items(self):
        """[{item, dispute, may_dispute}] of what is open, the oldest first."""
        disputes = self.dispute_ids.filtered(lambda dispute: dispute._is_live())
        told = self.dispute_ids.filtered(lambda dispute: dispute.origin == "customer")
        return [
            {
                "item": item,
                "dispute": disputes.filtered(lambda d, item=item: item in d.item_ids)[:1],
                "may_dispute": item not in (disputes | told).item_ids,
            }
            for item in self._open_items()
        ]

    def _open_items(self):
        return self.item_ids.filtered(lambda item: item.amount_residual > 0).sorted(
            lambda item: (item.date_maturity or item.create_date.date(), item.id)
        )

    def _undisputed_items(self):
        live = self.dispute_ids.filtered(lambda dispute: dispute._is_live())
        return self._open_items() - live.item_ids

    def _to_pay_sudo(self, position):
        """{amount, reference, instalment} that the page asks for: the next instalment of an agreed
        plan, else all that is open and not disputed, net of credits. sudo: as in _page_sudo."""
        case = self.sudo()
        plan = case.plan_ids.filtered(lambda plan: plan.state == "active")
        net = max(case._undisputed(position)[1], Decimal(0))
        following = plan and plan_offers.next_unpaid(plan._to_kernel(), plan._received(position))
        if following:
            instalment, missing = following
            return {
                "amount": float(min(missing, net)),
                "reference": instalment.reference,
                "instalment": instalment,
            }
        return {
            "amount": float(net),
            "reference": case._payment_reference(),
            "instalment": None,
        }

    def _page_bank(self, pay):
        """{account, reference, qr} of a transfer of what is to pay; None when there is no account
        or nothing to pay."""
        moves = self._undisputed_items().move_id
        account = moves.partner_bank_id[:1] or self.company_id.partner_id.bank_ids[:1]
        if not account or not pay["amount"]:
            return None
        return {
            "account": account,
            "reference": pay["reference"],
            "qr": self._page_qr(account, pay),
        }

    def _page_qr(self, account, pay):
        """The EPC code of the transfer as an SVG data URI, which scales to any screen; False where
        SEPA has none."""
        content = self._qr_content(account, pay["amount"], pay["reference"])
        if not content:
            return False
        drawing = qrcode.make(content, image_factory=SvgPathImage, border=0).to_string()
        return image_data_uri(base64.b64encode(drawing))

    def _page_promise_until(self, pay, plan, paying):
        """The latest day that may be promised, False where no promise is taken."""
        today = self.env["dunning.agreement"]._today(self.company_id)
        amount = to_decimal(self.currency_id, pay["amount"])
        promises = self.env["dunning.promise"].sudo()  # sudo: as in _page_sudo
        if plan.state == "active" or paying or promises._refusal(self, today, amount):
            return False
        return fields.Date.add(today, days=self.company_id.dunning_promise_days)

    def _page_offers(self, position):
        """[{count, parts}] of the plans that the customer may choose."""
        plans = self.env["dunning.plan"]
        _refs, amount = self._undisputed(position)
        offers = []
        for count in plans._counts_offered_sudo(self, position):
            try:
                parts = plans._preview_sudo(self, amount, count)
            except PlanRefused:  # holidays push the last instalment over the limit
                continue
            offers.append({"count": count, "parts": parts, "total": float(amount)})
        return offers

    def _open_claim(self):
        """The customer's word that they have paid already, while it is looked into."""
        return self.dispute_ids.filtered(
            lambda dispute: dispute.reason == "already_paid" and dispute._is_live()
        )[:1]

    def _is_paying_sudo(self):
        """Whether an online payment of this customer is on its way. sudo: as in _page_sudo."""
        ledger = self.env["dunning.ledger"].sudo()
        today = self.env["dunning.agreement"]._today(self.company_id)
        return self.partner_id in ledger._partners_with_pending_payment(
            self.company_id, self.partner_id, today
        )

    def _credit_notes_sudo(self):
        """The customer's open credit notes: an online payment of the net amount settles them as
        well. sudo: as in _page_sudo."""
        lines = (
            self.env["account.move.line"]
            .sudo()
            .search(
                self.env["dunning.ledger"]._receivable_domain(self.company_id)
                & fields.Domain("partner_id", "child_of", self.partner_id.ids)
                & fields.Domain("currency_id", "=", self.currency_id.id)
                & fields.Domain("amount_residual", "<", 0)
                & fields.Domain("move_id.move_type", "=", "out_refund")
            )
        )
        return lines.move_id

    def _begun_payments_sudo(self):
        """How many online payments of the customer were begun within the last hour and left.
        sudo: as in _page_sudo."""
        since = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        return (
            self.env["payment.transaction"]
            .sudo()
            .search_count(
                [
                    ("partner_id", "=", self.partner_id.id),
                    ("state", "=", "draft"),
                    ("create_date", ">=", since),
                ]
            )
        )

    # -- what the customer does ----------------------------------------------------------------

    def _take_sudo(self):
        """This case, its row changed: a form that is sent twice at once ends in a conflict, and
        Odoo looks at the second one again when the first is stored. sudo: as in _page_sudo."""
        self.ensure_one()
        self.env.execute_query(
            SQL("UPDATE dunning_case SET id = id WHERE id = %s RETURNING id", self.id)
        )
        return self.sudo()

    def _customer_promises_sudo(self, day):
        """Take the customer's promise to pay all by ``day``; a code of why not, None when taken.

        sudo: as in _page_sudo.
        """
        case = self._take_sudo()
        position = case.env["dunning.agreement"]._position_sudo(case)
        pay = case._to_pay_sudo(position)
        if case.plan_ids.filtered(lambda plan: plan.state == "active"):
            return "one_is_open"
        amount = to_decimal(case.currency_id, pay["amount"])
        refusal = case.env["dunning.promise"]._refusal(case, day, amount)
        if refusal:
            return refusal.value
        case.env["dunning.promise"].create(
            {"case_id": case.id, "date": day, "amount": pay["amount"], "origin": "customer"}
        )
        return None

    def _customer_accepts_plan_sudo(self, count, total):
        """Agree on the proposed plan, or on ``count`` instalments of those offered.

        ``total``: the amount (Decimal) that the customer saw; when it is another one by now nothing
        is agreed. A code of why not, None when agreed. sudo: as in _page_sudo.
        """
        case = self._take_sudo()
        position = case.env["dunning.agreement"]._position_sudo(case)
        plan = case.plan_ids.filtered(lambda plan: plan.state in _OPEN_PLANS)[:1]
        if plan.state == "active":
            return "one_is_open"
        _refs, amount = case._undisputed(position)
        if amount != total:
            return "amount_changed"
        if plan and to_decimal(case.currency_id, plan.amount) != amount:
            return "amount_changed"
        if not plan and count not in case.env["dunning.plan"]._counts_offered_sudo(case, position):
            return "not_offered"
        try:
            plan = plan or plan._propose_sudo(case, count, origin="customer")
        except PlanRefused:
            return "not_offered"
        plan._accept_sudo()
        return None

    def _customer_disputes_sudo(self, move_id, reason, text, files=()):
        """Note that the customer disputes one invoice. ``files``: [(name, bytes)].

        An invoice is disputed once without a person; a repeat changes nothing. A code of why not,
        None when noted. sudo: as in _page_sudo.
        """
        case = self._take_sudo()
        items = case._open_items().filtered(lambda item: item.move_id.id == move_id)
        if not items:
            return "unknown_invoice"
        if items & case.dispute_ids.filtered(lambda d: d.origin == "customer").item_ids:
            return "disputed_before"
        dispute = case.env["dunning.dispute"].create(
            {
                "case_id": case.id,
                "item_ids": [fields.Command.set(items.ids)],
                "reason": reason,
                "text": text,
                "origin": "customer",
            }
        )
        dispute._attach_sudo(files)
        return None

    def _customer_has_paid_sudo(self, day, amount, reference):
        """Note that the customer says to have paid: silent for a while, and a person looks.

        Once for what is open, whatever comes of it. A code of why not, None when noted.
        sudo: as in _page_sudo.
        """
        case = self._take_sudo()
        claims = case.dispute_ids.filtered(
            lambda d: d.reason == "already_paid" and d.origin == "customer"
        )
        items = case._undisputed_items() - claims.item_ids
        if not items:
            return "claimed_before" if claims else "nothing_open"
        today = case.env["dunning.agreement"]._today(case.company_id)
        case.env["dunning.dispute"].create(
            {
                "case_id": case.id,
                "item_ids": [fields.Command.set(items.ids)],
                "reason": "already_paid",
                "text": case.env._(
                    "Paid on %(day)s: %(amount)s, reference %(reference)s",
                    day=day,
                    amount=f"{amount:.2f} {case.currency_id.name}",
                    reference=reference or "-",
                ),
                "date_to": fields.Date.add(today, days=CLAIM_DAYS),
                "origin": "customer",
            }
        )
        return None
