"""What the books and the bank say of a customer, read in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain

from ..dunning_core import types as kernel

# A pending bank transaction that is neither booked nor withdrawn after a week is no news any more.
PENDING_DAYS = 7
CONTACT_DAYS = 90  # the longest time a policy may leave between two messages
# States of a message that reached the customer or may have.
CONTACT_STATES = ("claimed", "sending", "sent", "unknown")
# Read at once for all cases, not for a thousand at a time.
CASE_FIELDS = [
    *("company_id", "partner_id", "currency_id", "cycle", "stage", "return_class", "policy_id"),
    *("planned_on", "plan_asked", "waiting_reason", "waiting_hold", "waiting_until"),
    "expected_gain",
]
_PARTNER_FIELDS = [
    *("commercial_partner_id", "email_normalized", "country_id", "lang", "is_company"),
    *("phone", "street", "zip", "city", "dunning_channel", "dunning_no_email"),
]
IN_FLIGHT_STATES = ("claimed", "sending", "unknown")


class DunningLedger(models.AbstractModel):
    _name = "dunning.ledger"
    _description = "Follow-up Positions"

    @api.model
    def _receivable_domain(self, company):
        return Domain(
            [
                ("company_id", "=", company.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("partner_id", "!=", False),
            ]
        )

    @api.model
    def _positions(self, cases, today):
        """{case: kernel Position} of cases of one company, as of ``today``."""
        cases.fetch(CASE_FIELDS)
        company, partners = cases.company_id, cases.partner_id
        company.ensure_one()
        partners = partners.with_company(company)
        partners.fetch(_PARTNER_FIELDS)
        lines = self.env["account.move.line"].search_fetch(
            self._receivable_domain(company)
            & Domain("partner_id.commercial_partner_id", "in", partners.ids),
            [
                *("partner_id", "currency_id", "amount_residual_currency", "date_maturity"),
                *("move_id", "no_followup"),
            ],
        )
        lines.partner_id.fetch(["commercial_partner_id"])
        lines.move_id.fetch(["invoice_date", "date", "payment_state"])
        debts, credits = self._debts_and_credits(lines)
        self._add_unallocated_bank_lines(credits, company, partners)
        holds = self._holds(cases, company, partners, today)
        contacts = self._contacts(company, partners, today)
        in_flight, thanked = self._in_flight_and_thanked(cases)
        risks = self.env["dunning.score"]._latest(company, partners)
        reachable = self.env["dunning.channel"]._reachable(company, partners)
        return {
            case: kernel.Position(
                case_ref=case.id,
                cycle=case.cycle,
                debts=tuple(debts[case.partner_id, case.currency_id]),
                credit=self._credit_for(case, debts, credits, today),
                holds=tuple(holds[case]),
                contacts=tuple(contacts[case.partner_id]),
                risk=risks.get(case.partner_id),
                in_flight=case in in_flight,
                returned=kernel.ReturnClass(case.return_class) if case.return_class else None,
                thanked=(case, case.cycle) in thanked,
                reachable=reachable[case.partner_id],
                preference=case.partner_id.with_company(company).dunning_channel or "",
            )
            for case in cases
        }

    @api.model
    def _debts_and_credits(self, lines):
        """({(partner, currency): [OpenDebt]}, {partner: {currency: Decimal}}) of open lines."""
        items = {
            item.move_line_id: item
            for item in self.env["dunning.item"].search_fetch(
                [("move_line_id", "in", lines.ids)],
                ["move_line_id", "was_contacted", "last_offset"],
            )
        }
        debts, credits = defaultdict(list), defaultdict(lambda: defaultdict(Decimal))
        for line in lines:
            partner, currency = line.partner_id.commercial_partner_id, line.currency_id
            amount = to_decimal(currency, line.amount_residual_currency)
            if amount < 0:
                credits[partner][currency] -= amount
            elif amount > 0:
                debts[partner, currency].append(_open_debt(line, amount, items.get(line)))
        return debts, credits

    @api.model
    def _add_unallocated_bank_lines(self, credits, company, partners):
        """Money that came in from a customer and waits in suspense is theirs already."""
        st_lines = self.env["account.bank.statement.line"].search_fetch(
            [
                ("company_id", "=", company.id),
                ("partner_id.commercial_partner_id", "in", partners.ids),
                ("is_reconciled", "=", False),
                ("amount", ">", 0),
                ("move_id.state", "=", "posted"),
            ],
            ["partner_id", "amount_residual", "foreign_currency_id", "currency_id"],
        )
        for line in st_lines:
            currency = line.foreign_currency_id or line.currency_id
            unallocated = max(Decimal(0), to_decimal(currency, -line.amount_residual))
            credits[line.partner_id.commercial_partner_id][currency] += unallocated

    @api.model
    def _credit_for(self, case, debts, credits, today):
        """Credits in the currency of ``case``, and what is left of those in other currencies."""
        mine = credits[case.partner_id]
        total = mine.get(case.currency_id, Decimal(0))
        for currency, amount in mine.items():
            if currency == case.currency_id:
                continue
            spare = amount - sum(debt.amount for debt in debts[case.partner_id, currency])
            if spare > 0:
                converted = currency._convert(
                    float(spare), case.currency_id, case.company_id, today
                )
                total += to_decimal(case.currency_id, converted)
        return total

    @api.model
    def _holds(self, cases, company, partners, today):
        holds = defaultdict(list)
        for hold in self.env["dunning.hold"].search([("case_id", "in", cases.ids)]):
            holds[hold.case_id].append(hold._to_kernel())
        paying = self._partners_with_pending_payment(company, partners, today)
        for case in cases:
            if case.partner_id in paying:
                holds[case].append(kernel.Hold(kernel.HoldReason.PAYMENT_PENDING, today))
        return holds

    @api.model
    def _partners_with_pending_payment(self, company, partners, today):
        recent = today - timedelta(days=PENDING_DAYS)
        pending = self.env["open.banking.pending"].search_fetch(
            [
                ("company_id", "=", company.id),
                ("partner_id.commercial_partner_id", "in", partners.ids),
                ("amount", ">", 0),
                "|",
                ("value_date", "=", False),
                ("value_date", ">=", recent),
            ],
            ["partner_id"],
        )
        return pending.partner_id.commercial_partner_id

    @api.model
    def _contacts(self, company, partners, today):
        """{partner: dates of written messages} over all cases of the company."""
        since = fields.Datetime.to_datetime(today - timedelta(days=CONTACT_DAYS + 1))
        contacts = defaultdict(list)
        for action in self.env["dunning.action"].search_fetch(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", partners.ids),
                ("state", "in", CONTACT_STATES),
                ("claimed_at", ">=", since),
            ],
            ["partner_id", "claimed_at"],
        ):
            contacts[action.partner_id].append(local_date(action.claimed_at, company))
        return contacts

    @api.model
    def _in_flight_and_thanked(self, cases):
        """({cases with a message of unknown fate}, {(case, cycle) that was thanked})."""
        actions = self.env["dunning.action"].search_fetch(
            [
                ("case_id", "in", cases.ids),
                "|",
                ("state", "in", IN_FLIGHT_STATES),
                "&",
                ("state", "=", "sent"),
                ("step_id.trigger", "=", kernel.Trigger.PAYMENT_PENDING.value),
            ],
            ["case_id", "cycle", "state"],
        )
        sent = actions.filtered(lambda action: action.state == "sent")
        return (actions - sent).case_id, {(action.case_id, action.cycle) for action in sent}


def to_decimal(currency, amount):
    """``amount`` (float) as Decimal with the digits of ``currency``."""
    return Decimal(f"{amount:.{currency.decimal_places}f}")


def local_date(moment, company):
    """The calendar date of ``moment`` (naive UTC) on the clock of ``company``."""
    record = company.with_context(tz=company.partner_id.tz or company.env.user.tz or "UTC")
    return fields.Datetime.context_timestamp(record, moment).date()


def _open_debt(line, amount, item):
    move = line.move_id
    return kernel.OpenDebt(
        ref=line.id,
        amount=amount,
        issue_date=move.invoice_date or move.date,
        due_date=line.date_maturity or move.date,
        excluded=line.no_followup or move.payment_state in ("blocked", "in_payment"),
        done_offset=item.last_offset if item and item.was_contacted else None,
    )
