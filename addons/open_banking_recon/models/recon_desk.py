from stdnum import iban

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .recon_decision import WRITE_OFFS, Choice
from .recon_masking import shown

MOST_LINES = 20_000  # more than anybody clears in a day: the list ends there
FIRST_ROWS = 60
ORDERS = {
    "newest": SQL("date DESC, id DESC"),
    "oldest": SQL("date, id"),
    "amount": SQL("abs(amount) DESC, id"),
    "probability": SQL("probability DESC NULLS LAST, id"),
    "reason": SQL("reason, date DESC, id DESC"),
}
# Facts of the bank in the order in which a person reads them.
BANK_FACTS = (
    "booking_date",
    "value_date",
    "account_number",
    "creditor_reference",
    "end_to_end_id",
    "mandate_id",
    "entry_reference",
    "bank_tx_code",
    "return_reason",
)


class ReconDesk(models.AbstractModel):
    """What the workplace "Reconcile" shows. Every public method is called by the browser: it checks
    the rights of its user and trusts nothing that it is given."""

    _name = "recon.desk"
    _description = "Reconciliation Workplace"

    @api.model
    @shown
    def board(self, filters=None, order="newest"):
        """The lines to do: {ids: all of them in order, rows: the first ones, total, reasons}.

        ``filters``: {search, reason, owner: mine | none, direction: in | out, journal_id,
        min_probability, postponed, approval}. ``reasons``: {reason: count} of all that wait.
        """
        filters = filters or {}
        exceptions = self.env["recon.exception"]
        exceptions.check_access("read")
        domain = self._todo(filters)
        narrow = domain & self._narrow(filters)
        exceptions.flush_model(["amount", "date", "probability", "reason"])
        query = exceptions._search(narrow)
        query.order = ORDERS.get(order, ORDERS["newest"])
        query.limit = MOST_LINES
        found = exceptions.browse(query)
        reasons = exceptions._read_group(domain, ["reason"], ["__count"])
        return {
            "ids": found.ids,
            "rows": found[:FIRST_ROWS]._desk_rows(),
            "total": sum(count for _reason, count in reasons),
            "reasons": dict(reasons),
            "labels": dict(exceptions._fields["reason"]._description_selection(self.env)),
            "journals": self._journals(domain),
            "can_write": exceptions.has_access("write"),
            "to_approve": exceptions.search_count(self._todo({"approval": True})),
        }

    @api.model
    @shown
    def rows(self, exception_ids):
        """The rows of the list for the exceptions that still wait."""
        return self._open_ones(exception_ids)._desk_rows()

    @api.model
    @shown
    def lines(self, exception_ids):
        """Everything about the exceptions that still wait, in their order."""
        exceptions = self._open_ones(exception_ids)
        exceptions._note_access()
        policies = self.env["recon.policy"]._for_journals(exceptions.journal_id)
        proposed = self.env["recon.rules"]._propose(exceptions.st_line_id)
        return [
            self._line(row, policies[row.journal_id], proposed.get(row.st_line_id))
            for row in exceptions
        ]

    @api.model
    @shown
    def preview(self, exception_id, choice):
        """What ``choice`` would post for the line: {entry, rest, problem}."""
        [exception] = self._one(exception_id)
        return self._preview(exception.st_line_id, choice)

    # -- the list -------------------------------------------------------------

    def _todo(self, filters):
        exceptions = self.env["recon.exception"]
        if filters.get("approval"):
            return Domain(
                [
                    ("state", "=", "open"),
                    ("request_id", "!=", False),
                    ("company_id", "in", self.env.companies.ids),
                ]
            )
        waits = exceptions._open_domain()
        if filters.get("postponed"):
            waits = Domain("state", "=", "open") & ~waits
        return waits & Domain("company_id", "in", self.env.companies.ids)

    def _narrow(self, filters):
        domain = Domain.TRUE
        if filters.get("reason"):
            domain &= Domain("reason", "=", filters["reason"])
        if filters.get("owner") == "mine":
            domain &= Domain("user_id", "=", self.env.uid)
        elif filters.get("owner") == "none":
            domain &= Domain("user_id", "=", False)
        if filters.get("direction") in ("in", "out"):
            domain &= Domain("amount", ">" if filters["direction"] == "in" else "<", 0)
        if filters.get("journal_id"):
            domain &= Domain("journal_id", "=", int(filters["journal_id"]))
        if filters.get("min_probability"):
            domain &= Domain("probability", ">=", float(filters["min_probability"]))
        if filters.get("search"):
            domain &= self._search_text(str(filters["search"]))
        return domain

    def _search_text(self, text):
        domain = Domain.OR(
            [
                Domain("st_line_id.payment_ref", "ilike", text),
                Domain("st_line_id.partner_name", "ilike", text),
                Domain("partner_id.name", "ilike", text),
            ]
        )
        number = text.replace(" ", "")
        part = "=" if self._is_masked() else "ilike"
        domain |= Domain("st_line_id.account_number", part, number)
        amount = self._typed_amount(text)
        if amount is not None:
            domain |= Domain("amount", "in", [amount, -amount])
        return domain

    @api.model
    def _typed_amount(self, text):
        """A typed amount as a number, or None: 1200,5 and 1,200.50 and 1 200.50."""
        digits = text.replace("\u202f", "").replace("\xa0", "").replace(" ", "").replace("'", "")
        if "," in digits and "." in digits:
            thousands = "," if digits.rindex(",") < digits.rindex(".") else "."
            digits = digits.replace(thousands, "")
        digits = digits.replace(",", ".").lstrip("+-")
        if not digits.replace(".", "", 1).isdecimal():
            return None
        return float(digits)

    def _journals(self, domain):
        groups = self.env["recon.exception"]._read_group(domain, ["journal_id"], ["__count"])
        return [
            {"id": journal.id, "name": journal.display_name, "count": count}
            for journal, count in groups
        ]

    def _open_ones(self, ids):
        return (
            self.env["recon.exception"]
            .search(
                [
                    ("id", "in", [int(row) for row in ids]),
                    ("state", "=", "open"),
                    ("company_id", "in", self.env.companies.ids),
                ]
            )
            .sorted(lambda row: ids.index(row.id))
        )

    def _one(self, exception_id, mode="read"):
        exception = self._open_ones([exception_id])
        if not exception:
            raise UserError(self.env._("This line is done already."))
        exception.check_access(mode)
        return exception

    # -- one line -------------------------------------------------------------

    def _line(self, exception, policy, proposed):
        """``proposed``: (Match, rule) of the rule that fits, or None."""
        st_line = exception.st_line_id
        decision = self.env["recon.decision"]
        total, currency = decision._total(st_line)
        rules = [self._named(proposed[1])] if proposed else []
        choice = self._first_choice(exception, policy, rules)
        return {
            **exception._desk_rows()[0],
            "stamp": st_line._desk_stamp(),
            "total": total,
            "currency_id": currency.id,
            "bank_amount": {"amount": st_line.amount, "currency_id": st_line.currency_id.id},
            "journal": st_line.journal_id.display_name,
            "facts": self._facts(st_line),
            "st_line_id": st_line.id,
            "documents": st_line.document_ids._desk_rows(),
            "proposals": [self._proposal(row, policy) for row in self._proposals(st_line)],
            "choice": choice,
            "company_id": st_line.company_id.id,
            "company_currency_id": st_line.company_id.currency_id.id,
            "accounts": self._accounts(exception, policy),
            "rules": rules,
            "suggestion": self._suggestion(st_line),
            "bill": exception._bill_that_fits(),
            "request": exception.request_id._desk_row(),
            **self._preview(st_line, choice, policy),
        }

    def _facts(self, st_line):
        labels = st_line.fields_get(BANK_FACTS, ["string"])
        facts = self._shown({name: st_line[name] for name in BANK_FACTS})
        return [
            {"label": labels[name]["string"], "value": self._fact(name, facts[name])}
            for name in BANK_FACTS
            if facts[name]
        ]

    def _fact(self, name, value):
        if name == "account_number" and iban.is_valid(value):
            return iban.format(value)
        return str(value)

    def _proposals(self, st_line):
        return self.env["recon.proposal"].search(
            [("st_line_id", "=", st_line.id), ("state", "=", "proposed")]
        )

    def _proposal(self, proposal, policy):
        return {
            "id": proposal.id,
            "probability": proposal.probability,
            "reasons": proposal._reason_rows(),
            "difference": proposal.difference,
            "partner": self._named(proposal.partner_id),
            "documents": [
                {**line.aml_id._desk_document(), "amount": line.amount}
                for line in proposal.line_ids
                if not line.aml_id.reconciled
            ],
            "is_open": not any(proposal.line_ids.aml_id.mapped("reconciled")),
            "choice": self._choice_of(proposal, policy),
        }

    def _first_choice(self, exception, policy, rules):
        """What is filled in: what a second person was asked for; else the best proposal when it is
        likely, else a rule that fits."""
        if exception.request_id:
            return exception.request_id._desk_choice()
        st_line = exception.st_line_id
        best = self._proposals(st_line)[:1]
        is_open = best and not any(best.line_ids.aml_id.mapped("reconciled"))
        if is_open and best.probability >= policy.suggest_threshold:
            return self._choice_of(best, policy)
        return {
            "documents": [],
            "parts": [],
            "partner_id": (st_line.partner_id or exception.partner_id).id,
            "rule_id": rules[0]["id"] if rules else False,
        }

    @api.model
    def _choice_of(self, proposal, policy):
        """The choice that takes ``proposal`` over, as the browser keeps it."""
        choice = self.env["recon.decision"]._of_proposal(proposal, policy)
        return {
            "documents": [{"id": item.id, "amount": amount} for item, amount in choice.documents],
            "parts": [
                {
                    "kind": part.kind,
                    "amount": False,
                    "account_id": part.account.id if part.account else False,
                }
                for part in choice.parts
            ],
            "partner_id": choice.partner.id,
            "rule_id": False,
        }

    def _accounts(self, exception, policy):
        """{kind: {id, name}}: the account that each kind of difference is booked on unless changed."""
        st_line = exception.st_line_id
        company = st_line.company_id
        gain = st_line.amount > 0
        known = {
            "fee": policy.fee_account_id,
            "discount": policy.discount_account_id,
            "exchange": company.income_currency_exchange_account_id
            if gain
            else company.expense_currency_exchange_account_id,
        }
        partner = st_line.partner_id or exception.partner_id
        known |= self.env["recon.remembered.account"]._recall(company, partner)
        return {kind: self._named(known.get(kind)) for kind in WRITE_OFFS}

    def _suggestion(self, st_line):
        suggestion = self.env["recon.rule.suggestion"]._for_line(st_line)
        if not suggestion:
            return False
        return {"id": suggestion.id, "text": suggestion.display_name}

    @api.model
    def _named(self, record):
        """{id, name} of ``record``, False for none. sudo: whoever sees the line sees the name."""
        return {"id": record.id, "name": record.sudo().display_name} if record else False

    def _preview(self, st_line, values, policy=None):
        """{entry: [{account, partner, name, debit, ...}], rest, is_settled, problem, approval, rule}.

        ``rest``: what the documents leave unexplained. A choice that does not work is no error here:
        ``problem`` says in words what is missing, ``approval`` what a second person has to approve.
        """
        decision = self.env["recon.decision"]
        problem, approval, choice = False, False, Choice()
        try:
            choice = decision._read(st_line, values)
            items, waiting = decision._preview(st_line, choice)
            approval = decision._limit(st_line, choice, policy)
        except UserError as error:
            problem = str(error)
            choice = Choice(choice.documents, partner=choice.partner)
            items, waiting = decision._preview(st_line, choice)
        entry = self._entry(items, waiting)
        return {
            "entry": entry,
            "rest": decision._rest(st_line, choice.documents),
            "is_settled": not any(row["is_open"] for row in entry),
            "problem": problem,
            "approval": approval,
            "rule": self._named(choice.rule),
        }

    def _entry(self, items, waiting):
        accounts = self.env["account.account"]
        partners = self.env["res.partner"]
        rows = []
        for row in items:
            account = accounts.browse(row["account_id"])
            rows.append(
                {
                    "account": account.display_name,
                    "partner": partners.browse(row.get("partner_id") or ()).display_name or "",
                    "name": row["name"] or "",
                    "debit": max(row["balance"], 0.0),
                    "credit": max(-row["balance"], 0.0),
                    "amount_currency": row["amount_currency"],
                    "currency_id": row["currency_id"],
                    "is_open": account == waiting,
                }
            )
        return rows
