"""What follows when the bank returns a payment: who is told what, and who is not written to."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import plaintext2html

from ..dunning_core import calendar
from ..dunning_core import returns as kernel
from .dunning_planner import country_of


class DunningReturn(models.AbstractModel):
    _name = "dunning.return"
    _description = "Returned Payments"

    @api.model
    def _react_sudo(self, events, exceptions):
        """Activities and holds for new ``events`` of returned payments, ``exceptions`` theirs.

        sudo: the bank feed works in the name of users without rights on follow-up.
        """
        self, events, exceptions = self.sudo(), events.sudo(), exceptions.sudo()
        by_ref = {f"recon.exception,{exception.id}": exception for exception in exceptions}
        pairs = [(event.case_id, by_ref[event.source_ref]) for event in events]
        if not pairs:
            return
        codes = {_code(exception) for _case, exception in pairs}
        rules = self.env["dunning.return.rule"]._find(exceptions.company_id, codes)
        history = self._history(exceptions)
        no_rule = self.env["dunning.return.rule"]
        activities, holds = [], {}
        for case, exception in pairs:
            rule = rules.get((case.company_id, _code(exception)), no_rule)
            return_class = kernel.classify(rule._to_kernel(), _account_country(exception))
            user = self._person(case, exception, return_class)
            day = self._next_day(case, exception, rule, history)
            writer = self.with_context(lang=user.lang or self.env.lang)
            note = plaintext2html(_reason_text(exception, rule))  # the code is the bank's text
            activities.append((case, user, writer._summary(return_class, day), note))
            case.return_class = return_class.value
            hold = kernel.REACTIONS[return_class].hold
            if hold and not _is_held(case, hold.value):
                holds[case, hold] = {
                    "case_id": case.id,
                    "reason": hold.value,
                    "user_id": user.id,
                    "note": _reason_text(exception, rule),
                }
        self.env["dunning.handover"]._tell_all(activities)
        self.env["dunning.hold"].create(list(holds.values()))

    @api.model
    def _history(self, exceptions):
        """{(company, customer, amount): [Attempt]} of the returns of the last weeks, and of all
        times of those that forbid a collection for good.

        The day of the return stands for that of the collection: it is a few days later, so that
        nobody is collected from too early.
        """
        since = fields.Date.context_today(self) - timedelta(days=kernel.WINDOW_DAYS)
        earlier = exceptions.search(
            [
                ("reason", "=", "returned"),
                ("company_id", "in", exceptions.company_id.ids),
                ("partner_id", "child_of", exceptions.partner_id.commercial_partner_id.ids),
                "|",
                ("date", ">=", since),
                ("st_line_id.return_reason", "in", sorted(kernel.NEVER_AGAIN)),
            ]
        )
        history = defaultdict(list)
        for exception in earlier | exceptions:
            history[_debt(exception)].append(kernel.Attempt(exception.date, _code(exception)))
        return history

    @api.model
    def _next_day(self, case, exception, rule, history):
        """The day on which the debt may be collected again, None for never."""
        country = country_of(case)
        return kernel.next_attempt(
            history[_debt(exception)],
            rule._to_kernel(),
            _account_country(exception),
            fields.Date.context_today(case),
            lambda day: calendar.is_business_day(day, country),
        ).day

    @api.model
    def _person(self, case, exception, return_class):
        """Whoever the matter belongs to: the case's responsible, for our own errors the one who
        works on the bank line; else a follow-up manager of the company."""
        users = [case.user_id, exception.user_id]
        if return_class is kernel.ReturnClass.OUR_ERROR:
            users.reverse()
        manager = self.env["dunning.handover"]._manager_sudo(case.company_id)
        return users[0] or users[1] or manager or self.env.user

    @api.model
    def _summary(self, return_class, day):
        """What is to be done, in one line."""
        if return_class is kernel.ReturnClass.RETRY_FUNDS and day is None:
            return self.env._(
                "Returned for lack of funds, not to be collected again: agree on another way to pay"
            )
        summaries = {
            "retry_funds": self.env._(
                "Returned for lack of funds: collect again on %(day)s at the earliest", day=day
            ),
            "fix_account": self.env._(
                "Returned, account wrong or closed: ask the customer for the right one"
            ),
            "mandate": self.env._(
                "Returned, no valid mandate: collect no more, get a new mandate first"
            ),
            "refused": self.env._("Refused by the customer: call and ask why"),
            "deceased": self.env._(
                "Customer reported as deceased: find out who is in charge of the estate"
            ),
            "our_error": self.env._(
                "Returned by our or the bank's error: correct it, the customer is not at fault"
            ),
            "unknown": self.env._("Returned for an unknown reason: decide what to do"),
        }
        return summaries[return_class.value]


def _code(exception):
    return (exception.st_line_id.return_reason or "").strip().upper()


def _reason_text(exception, rule):
    return f"{_code(exception)}: {rule.name}" if rule else _code(exception)


def _account_country(exception):
    """The country of the customer's account, "" where the account is not an IBAN."""
    prefix = (exception.st_line_id.account_number or "").strip().upper()[:2]
    return prefix if prefix.isalpha() else ""


def _debt(exception):
    """What tells the returns of one debt from those of another."""
    amount = exception.currency_id.round(exception.amount)
    return exception.company_id, exception.partner_id.commercial_partner_id, f"{amount:.3f}"


def _is_held(case, reason):
    return any(hold.reason == reason and not hold.date_to for hold in case.hold_ids)
