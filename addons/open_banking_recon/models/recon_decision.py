from dataclasses import dataclass, field
from math import isfinite

from odoo import api, models
from odoo.exceptions import LockError, UserError

from .recon_apply import Match

# Kinds of what the documents leave open, each booked on an account that is remembered.
WRITE_OFFS = ("fee", "discount", "rounding", "exchange", "other")
KINDS = ("keep", "account", *WRITE_OFFS)


@dataclass
class Part:
    """A share of what the documents leave open.

    ``kind``: one of KINDS. ``amount``: in the bank line's currency, signed as the bank line; None
    takes all that is left. ``account``: for write-offs; may be empty for a discount that the payment
    terms grant.
    """

    kind: str
    amount: float | None = None
    account: object = None
    label: str = ""


@dataclass
class Choice:
    """What a person decides: ``documents`` [(account.move.line, amount > 0 in its currency)],
    ``parts`` for the rest, ``partner`` on whose account a rest is kept, ``rule`` that was applied."""

    documents: list = field(default_factory=list)
    parts: list = field(default_factory=list)
    partner: object = None
    rule: object = None


class ReconDecision(models.AbstractModel):
    """A person's decision on a bank line: what would be posted, and posting it.

    The workplace, the match dialog and other modules share it.
    """

    _name = "recon.decision"
    _description = "Decision on a Bank Line"

    @api.model
    def _read(self, st_line, values):
        """The Choice in ``values``, which come from a browser and are not trusted.

        ``values``: {documents: [{id, amount}], parts: [{kind, amount, account_id, label}],
        partner_id, rule_id}. Raises UserError in the user's words.
        """
        documents = [
            (self._document(st_line, row.get("id")), self._amount(row.get("amount")))
            for row in values.get("documents") or []
        ]
        if any(amount <= 0 for _item, amount in documents):
            raise UserError(self.env._("The amount paid of a document has to be above zero."))
        if len({item.id for item, _amount in documents}) != len(documents):
            raise UserError(self.env._("A document was chosen twice."))
        rule = self._record("account.reconcile.model", values.get("rule_id"))
        if rule and rule.company_id != st_line.company_id:
            raise UserError(self.env._("%s is a rule of another company.", rule.name))
        return Choice(
            documents,
            [self._part(st_line, row) for row in values.get("parts") or []],
            self._record("res.partner", values.get("partner_id")),
            rule,
        )

    def _part(self, st_line, row):
        if row.get("kind") not in KINDS:
            raise UserError(self.env._("Choose what becomes of the rest."))
        account = self._record("account.account", row.get("account_id"))
        if account and st_line.company_id not in account.company_ids:
            raise UserError(self.env._("%s is an account of another company.", account.code))
        amount = row.get("amount")
        return Part(
            row["kind"],
            None if amount in (None, False) else self._amount(amount),
            account,
            str(row.get("label") or ""),
        )

    def _record(self, model, record_id):
        if not record_id:
            return self.env[model]
        record = self.env[model].browse(int(record_id)).exists()
        record.check_access("read")
        return record

    def _document(self, st_line, record_id):
        item = self._record("account.move.line", record_id)
        if not item or item.company_id != st_line.company_id or item.parent_state != "posted":
            raise UserError(self.env._("A chosen document is no longer there: choose again."))
        if not item.account_id.reconcile or item.move_id == st_line.move_id:
            raise UserError(self.env._("%s cannot be reconciled.", item.move_id.name))
        return item

    def _amount(self, value):
        try:
            amount = float(value)
        except (TypeError, ValueError):
            amount = float("nan")
        if not isfinite(amount):
            raise UserError(self.env._("This is no amount: %s", value))
        return amount

    @api.model
    def _of_proposal(self, proposal, policy):
        """The Choice that takes ``proposal`` over, with what becomes of a difference if that is known."""
        st_line = proposal.st_line_id
        documents = [
            (line.aml_id, line.amount) for line in proposal.line_ids if not line.aml_id.reconciled
        ]
        part = self._usual_part(st_line, documents, policy)
        partner = proposal.partner_id or st_line.partner_id
        return Choice(documents, [part] if part else [], partner)

    @api.model
    def _usual_part(self, st_line, documents, policy):
        """What usually becomes of what ``documents`` leave open, a Part; None when nobody has said."""
        if not documents:
            return None
        total, currency = self._total(st_line)
        rest = self._rest(st_line, documents)
        if currency.is_zero(rest):
            return None
        if rest * total > 0:
            return Part("account")
        if self.env["recon.discount"]._write_offs(st_line, documents, rest):
            return Part("discount")
        account = policy._write_off_account(rest, total)
        if not account:
            return None
        return Part("fee" if account == policy.fee_account_id else "discount", account=account)

    # -- amounts --------------------------------------------------------------

    @api.model
    def _total(self, st_line):
        """(amount, currency) that is to be explained: in the currency of the transaction. Of a line that
        was posted in part, what is left."""
        _liquidity, suspense, other = st_line._seek_for_lines()
        if other and suspense:
            return -sum(suspense.mapped("amount_currency")), suspense.currency_id
        if st_line.foreign_currency_id:
            return st_line.amount_currency, st_line.foreign_currency_id
        return st_line.amount, st_line.currency_id

    @api.model
    def _explained(self, st_line, item, amount):
        """``amount`` of the document ``item`` as it counts for the bank line, signed as that."""
        _total, currency = self._total(st_line)
        signed = amount if item.amount_residual_currency > 0 else -amount
        if item.currency_id == currency:
            return signed
        return item.currency_id._convert(signed, currency, st_line.company_id, st_line.date)

    @api.model
    def _rest(self, st_line, documents):
        """What ``documents`` leave unexplained of the bank line, signed as that."""
        total, currency = self._total(st_line)
        explained = sum(self._explained(st_line, item, amount) for item, amount in documents)
        return currency.round(total - explained)

    # -- what is posted -------------------------------------------------------

    @api.model
    def _match(self, st_line, choice):
        """``choice`` as the Match that posts it."""
        if choice.rule:
            return self.env["recon.rules"]._apply_rule(choice.rule, st_line)
        _total, currency = self._total(st_line)
        match = Match(st_line, choice.documents, partner=choice.partner)
        left = self._rest(st_line, choice.documents)
        # what has an amount of its own first: the one without takes what is left then
        for part in sorted(choice.parts, key=lambda part: part.amount is None):
            amount = left if part.amount is None else currency.round(part.amount)
            if currency.is_zero(amount) or part.kind == "keep":
                continue
            left = currency.round(left - amount)
            granted = self._granted(st_line, choice, part, amount)
            if part.kind == "account" and currency.is_zero(left):
                match.rest_account = self._partner_account(choice, st_line)
            elif granted:
                match.granted += granted
            else:
                match.write_offs += self._write_offs(st_line, choice, part, amount)
        return match

    def _granted(self, st_line, choice, part, amount):
        """Journal items of the early payment discount that ``part`` is, [] when it is none."""
        if part.kind != "discount":
            return []
        return self.env["recon.discount"]._write_offs(st_line, choice.documents, amount)

    def _write_offs(self, st_line, choice, part, amount):
        if part.kind == "discount" and not part.account:
            raise UserError(self.env._("The payment terms grant no discount of this amount."))
        account = part.account
        if part.kind == "account":
            account = self._partner_account(choice, st_line)
        if not account:
            raise UserError(self.env._("Choose the account for the rest."))
        partner = choice.partner or st_line.partner_id
        if not partner and choice.documents:
            partner = choice.documents[0][0].partner_id
        return [
            {
                "account_id": account.id,
                "partner_id": partner.id,
                "amount_currency": -amount,
                "name": part.label or st_line.payment_ref,
            }
        ]

    def _partner_account(self, choice, st_line):
        if choice.documents:
            return choice.documents[0][0].account_id
        if not choice.partner:
            raise UserError(self.env._("Choose the partner on whose account the rest is kept."))
        partner = choice.partner.with_company(st_line.company_id)
        if st_line.amount > 0:
            return partner.property_account_receivable_id
        return partner.property_account_payable_id

    @api.model
    def _preview(self, st_line, choice):
        """The journal items that ``choice`` would give, nothing written.

        ([{account_id, partner_id, name, balance, amount_currency, currency_id}], the account on which
        what still waits for a decision stands): the bank's own item first.
        """
        liquidity, suspense, other = st_line._seek_for_lines()
        own = self._as_row(liquidity) | {
            "partner_id": st_line.partner_id.id,
            "name": st_line.payment_ref,
        }
        match = self._match(st_line, choice)
        rows = self.env["recon.apply"]._counterparts(match, suspense)
        before = [self._as_row(item) for item in other]
        return [own, *before, *(vals for vals, _target in rows)], suspense.account_id

    @api.model
    def _as_row(self, item):
        """A journal item that is there already, as a preview shows it."""
        return {
            "account_id": item.account_id.id,
            "partner_id": item.partner_id.id,
            "name": item.name,
            "balance": item.balance,
            "amount_currency": item.amount_currency,
            "currency_id": item.currency_id.id,
        }

    @api.model
    def _decide(self, st_line, choice, reason=""):
        """Post ``choice``, or ask a second person where the policy wants one: (settled, request).

        ``reason``: the asker's words for the second person. UserError as in :meth:`_post`.
        """
        requests = self.env["recon.write.off.request"]
        # sudo: whoever decides on the line is told, whatever they may see of requests
        known = requests.sudo().search(
            [("st_line_id", "=", st_line.id), ("state", "=", "waiting")], limit=1
        )
        if known:
            raise UserError(
                self.env._(
                    "This line waits for an approval that %s asked for.", known.requested_by_id.name
                )
            )
        if self._limit(st_line, choice):
            return False, requests._ask_for(st_line, choice, reason)
        return self._post(st_line, choice), requests

    @api.model
    def _limit(self, st_line, choice, policy=None):
        """In words what a second person has to approve of ``choice``, False when nothing.

        ``policy``: that of the line's journal, where the caller has it.
        """
        journal = st_line.journal_id
        policy = policy or self.env["recon.policy"]._for_journals(journal)[journal]
        if policy._second_person_above() is None:
            return False
        match = self._match(st_line, choice)
        if not policy._needs_second_person(match):
            return False
        return self.env["recon.apply"]._limit_words(match, policy)

    @api.model
    def _written(self, choice):
        """``choice`` as :meth:`_read` takes it, a JSON value."""
        return {
            "documents": [{"id": item.id, "amount": amount} for item, amount in choice.documents],
            "parts": [
                {
                    "kind": part.kind,
                    "amount": False if part.amount is None else part.amount,
                    "account_id": part.account.id if part.account else False,
                    "label": part.label or "",
                }
                for part in choice.parts
            ],
            "partner_id": choice.partner.id if choice.partner else False,
            "rule_id": choice.rule.id if choice.rule else False,
        }

    @api.model
    def _post(self, st_line, choice, request=None):
        """Post ``choice``; returns whether the bank line is settled. ``request``: that a second
        person approved it.

        Raises UserError when somebody else was faster or the choice does not work.
        """
        try:
            # a second person who works on this line sees that it is taken
            st_line.lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._("%s is being reconciled by somebody else.", st_line.payment_ref)
            ) from error
        is_empty = not choice.documents and all(part.kind == "keep" for part in choice.parts)
        if is_empty and not choice.rule:
            raise UserError(self.env._("Choose a document, or what becomes of the rest."))
        match = self._match(st_line, choice)
        match.request = request
        self.env["recon.apply"]._apply([match])
        proposals = self.env["recon.proposal"].search(
            [("st_line_id", "=", st_line.id), ("state", "=", "proposed")]
        )
        chosen = proposals.filtered(
            lambda row: row._settles({item.id: amount for item, amount in choice.documents})
        )[:1]
        chosen._set_state("accepted")
        (proposals - chosen)._set_state("rejected")
        self._remember(st_line, choice)
        if not st_line.is_reconciled:
            return False
        self.env["recon.learner"]._learn(st_line)
        st_line._set_match_state("accepted", self._rule(choice, chosen), 1.0)
        self.env["recon.exception"]._resolve(st_line)
        return True

    def _rule(self, choice, chosen):
        if choice.rule:
            return self.env._("Rule: %s", choice.rule.name)
        return chosen.rule or "manual"

    def _remember(self, st_line, choice):
        for part in choice.parts:
            if part.kind in WRITE_OFFS and part.account:
                self.env["recon.remembered.account"]._remember(
                    st_line.company_id, part.kind, choice.partner, part.account
                )
