"""Late interest and cost of recovery of receivable lines, read from the books."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError

from ..dunning_core import legal
from ..dunning_core.interest import Claim, Interest, PartPayment
from ..dunning_core.rates import RateUnknown
from .dunning_ledger import local_date, to_decimal


class DunningInterest(models.AbstractModel):
    _name = "dunning.interest"
    _description = "Late Payment Charges"

    @api.model
    def _late_charges(self, lines, as_of):
        """{line: kernel LateCharges} of receivable ``lines`` (debts of one company) on ``as_of``.

        Nothing is posted. Lines that are credits, and invoices that are themselves charges, are
        left out. The cost of recovery stands on the first late line of an invoice. A constant
        number of queries. UserError when a reference rate is missing.
        """
        company = lines.company_id
        company.ensure_one()
        charges = self._charges(lines)
        own = charges.move_id
        lines = lines.filtered(lambda line: line.amount_currency > 0 and line.move_id not in own)
        payments = self._payments(lines)
        terms = self._terms(lines, charges, company)
        profiles = self._profiles(lines.currency_id, company, as_of)
        table = self.env["dunning.rate"]._rate_table()
        with_cost = {line.move_id for line in lines if terms[line]["cost_charged"]}
        found = {}
        for line in lines.sorted(lambda line: (line.date_maturity or line.date, line.id)):
            terms[line]["cost_charged"] = line.move_id in with_cost
            claim = Claim(
                to_decimal(line.currency_id, line.amount_currency),
                line.date_maturity or line.date,
                tuple(payments[line]),
            )
            found[line] = self._charge(
                claim, line, profiles[line.currency_id], table, legal.Terms(**terms[line]), as_of
            )
            if found[line].recovery_cost:
                with_cost.add(line.move_id)
        return found

    @api.model
    def _charge(self, claim, line, profiles, table, terms, as_of):
        customer = line.partner_id.commercial_partner_id
        seller = line.company_id.account_fiscal_country_id
        audience, country = legal.Audience.BUSINESS, seller
        if not customer.is_company:
            audience, country = legal.Audience.CONSUMER, customer.country_id or seller
        profile = legal.find_profile(profiles, country.code, audience, claim.due_date)
        if profile is None:
            return legal.LateCharges(Interest(Decimal(0)), refusal=legal.NoCharge.NO_PROFILE)
        try:
            return legal.late_charges(
                claim, profile, table, as_of, terms, line.currency_id.decimal_places
            )
        except RateUnknown as error:
            raise UserError(self._missing_rate(error)) from error

    @api.model
    def _missing_rate(self, error):
        kinds = dict(self.env["dunning.rate"]._fields["kind"]._description_selection(self.env))
        return self.env._(
            "The %(rate)s of %(date)s is not known. Enter it under Follow-up > Configuration > "
            "Rates and try again.",
            rate=kinds[error.kind],
            date=error.day,
        )

    @api.model
    def _profiles(self, currencies, company, day):
        profiles = self.env["dunning.legal.profile"].search([("valid_from", "<=", day)])
        return {
            currency: [profile._to_kernel(currency, company, day) for profile in profiles]
            for currency in currencies
        }

    @api.model
    def _payments(self, lines):
        """{line: [PartPayment]} of what was reconciled with ``lines``.

        A credit note counts from the due date: what it takes away was never owed.
        """
        partials = self.env["account.partial.reconcile"].search_fetch(
            [("debit_move_id", "in", lines.ids)],
            ["debit_move_id", "credit_move_id", "debit_amount_currency"],
        )
        payments = defaultdict(list)
        for partial in partials:
            line, credit = partial.debit_move_id, partial.credit_move_id
            day = credit.date
            if credit.move_id.move_type == "out_refund":
                day = min(day, line.date_maturity or line.date)
            amount = to_decimal(line.currency_id, partial.debit_amount_currency)
            if amount:
                payments[line].append(PartPayment(day, amount))
        return payments

    @api.model
    def _charges(self, lines):
        """Charges made for the invoices of ``lines`` or by them, without cancelled ones."""
        moves = lines.move_id.ids
        return self.env["dunning.charge"].search(
            [
                ("move_id.state", "!=", "cancel"),
                "|",
                ("source_move_id", "in", moves),
                ("move_id", "in", moves),
            ]
        )

    @api.model
    def _terms(self, lines, charges, company):
        """{line: values of the kernel's Terms}."""
        agreed = company.dunning_agreed_rate
        terms = {
            line: {
                "reminder_day": None,
                "notice_day": None,
                "charged_until": None,
                "cost_charged": False,
                "agreed_percent": Decimal(f"{agreed:.4f}") if agreed else None,
            }
            for line in lines
        }
        costly = charges.filtered("recovery_cost").source_move_id
        for line in lines:
            terms[line]["cost_charged"] = line.move_id in costly
        for charge in charges:
            known = terms.get(charge.move_line_id)
            if known:
                known["charged_until"] = max(
                    charge.date_to, known["charged_until"] or charge.date_to
                )
        self._add_messages(terms, lines, company)
        return terms

    @api.model
    def _add_messages(self, terms, lines, company):
        """The first reminder and the first formal notice that left for each of ``lines``."""
        actions = self.env["dunning.action"].search_fetch(
            [
                ("item_ids.move_line_id", "in", lines.ids),
                ("state", "=", "sent"),
                ("step_id.tone", "!=", "courtesy"),
                ("sent_at", "!=", False),
            ],
            ["item_ids", "step_id", "sent_at"],
            order="sent_at desc",
        )
        for action in actions:  # the oldest comes last and stays
            day = local_date(action.sent_at, company)
            for line in action.item_ids.move_line_id:
                if line in terms:
                    terms[line]["reminder_day"] = day
                    if action.tone == "formal":
                        terms[line]["notice_day"] = day
