from dataclasses import dataclass, field, replace

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import split_every

CHUNK = 250
# A posted bank entry is changed on purpose here, in one go and without a chatter message a line.
WRITE_CONTEXT = {
    "tracking_disable": True,
    "skip_readonly_check": True,
    "force_delete": True,
    "dynamic_unlink": True,
    "skip_account_move_synchronization": True,
    "skip_is_manually_modified": True,
    # neither a bank entry nor the reconciliation of a document changes tax or payment term lines
    "skip_invoice_sync": True,
}


@dataclass
class Match:
    """How a bank line is settled.

    ``allocations``: [(account.move.line, amount)], the amount > 0 in the document's currency.
    ``write_offs``: [{account_id, amount_currency, name}], signed as a journal item of the bank
    entry, in the bank line's currency. ``granted``: the same, for what payment terms grant. What is
    left over stays on the suspense account, or goes to the partner's account when ``rest_account`` is
    given. ``request``: the recon.write.off.request that a second person has approved.
    """

    st_line: object
    allocations: list
    write_offs: list = field(default_factory=list)
    granted: list = field(default_factory=list)
    rest_account: object = None
    partner: object = None
    request: object = None


class ReconApply(models.AbstractModel):
    """Writes matches into the books: through Odoo's own reconciliation, many lines at a time."""

    _name = "recon.apply"
    _description = "Matching Writer"

    @api.model
    def _apply_each(self, matches):
        """Apply ``matches`` in chunks; returns (done st_lines, [(match, UserError)]).

        A chunk that fails is halved until the one bad line stands alone: it stops only itself.
        """
        done, failed = self.env["account.bank.statement.line"], []
        for chunk in split_every(CHUNK, matches, list):
            applied, refused = self._apply_or_halve(chunk)
            done |= applied
            failed += refused
        return done, failed

    def _apply_or_halve(self, matches):
        try:
            with self.env.cr.savepoint():
                self._apply(matches)
        except UserError as error:
            self.env.invalidate_all(flush=False)
            if len(matches) == 1:
                return self.env["account.bank.statement.line"], [(matches[0], error)]
            middle = len(matches) // 2
            first, first_failed = self._apply_or_halve(matches[:middle])
            second, second_failed = self._apply_or_halve(matches[middle:])
            return first | second, first_failed + second_failed
        st_lines = self.env["account.bank.statement.line"].browse(
            [match.st_line.id for match in matches]
        )
        return st_lines, []

    def _apply(self, matches):
        """Replace the suspense lines by the matched counterparts and reconcile them, in bulk."""
        AML = self.env["account.move.line"].with_context(**WRITE_CONTEXT)
        matches, items = self._read_together(matches)
        suspense = AML.browse()
        rows = []
        self._refuse_overuse(matches)
        for match in matches:
            suspense_line = self._suspense_line(match.st_line)
            suspense |= suspense_line
            rows += self._counterparts(match, suspense_line)
        with suspense.move_id._check_balanced({"records": suspense.move_id}):
            suspense.unlink()
            counterparts = self._create_counterparts([vals for vals, _target in rows])
        self._reconcile(
            [
                counterpart + target
                for counterpart, (_vals, target) in zip(counterparts, rows, strict=True)
                if target
            ],
            items,
        )
        self._set_partners(matches)

    def _read_together(self, matches):
        """``matches`` with records that know of each other, and their documents' journal items.

        What is read of one record is then read of all. Odoo's reconciliation works pair by pair and
        would fetch each pair's rows by themselves: with the rows in memory, it has no need to.
        """
        st_lines = self.env["account.bank.statement.line"].browse(
            [match.st_line.id for match in matches]
        )
        item_ids = {item.id for match in matches for item, _amount in match.allocations}
        items = self.env["account.move.line"].with_context(**WRITE_CONTEXT).browse(item_ids)
        items.fetch()
        (items.move_id | st_lines.move_id).line_ids.fetch()
        items.move_id.matched_payment_ids.fetch()
        by_id = {item.id: item for item in items}
        together = [
            replace(
                match,
                st_line=st_line,
                allocations=[(by_id[item.id], amount) for item, amount in match.allocations],
            )
            for st_line, match in zip(st_lines, matches, strict=True)
        ]
        return together, items

    def _create_counterparts(self, vals_list):
        AML = self.env["account.move.line"].with_context(**WRITE_CONTEXT)
        # sudo: whether there are any models, not what they say, and not every role may look
        has_models = (
            self.env["account.analytic.distribution.model"].sudo().search_count([], limit=1)
        )
        if has_models or any(vals.get("analytic_distribution") for vals in vals_list):
            return AML.create(vals_list)
        # Odoo would look for a distribution model with a query for each line
        return AML.with_context(skip_analytic_sync=True).create(
            [{"analytic_distribution": False, **vals} for vals in vals_list]
        )

    def _reconcile(self, pairs, items):
        """Reconcile ``pairs`` of journal items; ``items`` are those of the documents.

        Odoo looks for taxes that are due on payment once for each pair. A query for all of them
        tells which documents have any; the others need not be looked at.
        """
        due_on_payment = self._moves_with_tax_on_payment(items.move_id)
        with_tax = [pair for pair in pairs if pair.move_id & due_on_payment]
        without = [pair for pair in pairs if not pair.move_id & due_on_payment]
        AML = self.env["account.move.line"].with_context(**WRITE_CONTEXT)
        AML.with_context(no_cash_basis=True)._reconcile_plan(without)
        AML._reconcile_plan(with_tax)

    def _moves_with_tax_on_payment(self, moves):
        """Those of ``moves`` for which Odoo makes entries when they are paid (cash basis taxes)."""
        on_payment = [
            Domain(f"{path}.tax_exigibility", "=", "on_payment")
            for path in ("tax_line_id", "tax_ids", "tax_ids.children_tax_ids")
        ]
        lines = self.env["account.move.line"].search_fetch(
            Domain("move_id", "in", moves.ids) & Domain.OR(on_payment), ["move_id"]
        )
        return lines.move_id

    def _suspense_line(self, st_line):
        """What is left to post of a bank line: of one that was posted in part, the rest."""
        _liquidity, suspense, _other = st_line._seek_for_lines()
        if len(suspense) != 1:
            raise UserError(self.env._("%s is reconciled already.", st_line.payment_ref))
        return suspense

    def _counterparts(self, match, suspense):
        """[(values of a journal item, the journal item it settles or None)] for one bank line."""
        st_line = match.st_line
        share = _Shares(st_line, suspense)
        rows = []
        for write_off in [*match.write_offs, *match.granted]:
            amount = write_off["amount_currency"]
            rows.append((share.take(amount, suspense.currency_id, amount) | write_off, None))
        last = len(match.allocations) - 1
        for position, (item, amount) in enumerate(match.allocations):
            signed = amount if item.amount_residual_currency > 0 else -amount
            bank_part = share.bank_part(
                item, signed, is_last=position == last and not match.rest_account
            )
            vals = share.take(-bank_part, item.currency_id, -signed)
            vals |= {
                "account_id": item.account_id.id,
                "partner_id": item.partner_id.id,
                "name": item.move_id.name,
            }
            rows.append((vals, item))
        rest = share.rest()
        if rest:
            account = match.rest_account or suspense.account_id
            rest |= {"account_id": account.id, "name": st_line.payment_ref}
            if match.rest_account and match.partner:
                rest["partner_id"] = match.partner.id
            rows.append((rest, None))
        return rows

    def _refuse_overuse(self, matches):
        """No document may get more than its residual, not even from several lines together."""
        used = {}
        for match in matches:
            for item, amount in match.allocations:
                used[item] = used.get(item, 0.0) + amount
        for item, amount in used.items():
            residual = abs(item.amount_residual_currency)
            if item.reconciled or item.currency_id.compare_amounts(amount, residual) > 0:
                raise UserError(
                    self.env._(
                        "%(document)s: only %(open)s is still open.",
                        document=item.move_id.name,
                        open=item.currency_id.format(residual),
                    )
                )

    def _set_partners(self, matches):
        """Give lines without a partner the one of their documents, one write a partner."""
        by_partner = {}
        for match in matches:
            partners = {
                item.partner_id.commercial_partner_id for item, _amount in match.allocations
            }
            if not match.st_line.partner_id and len(partners) == 1:
                partner = partners.pop()
                by_partner[partner] = by_partner.get(partner, match.st_line) | match.st_line
        for partner, st_lines in by_partner.items():
            st_lines.with_context(**WRITE_CONTEXT).write({"partner_id": partner.id})


class _Shares:
    """What of a bank line's suspense is still to be distributed, in its currency and the company's.

    Balances follow the bank's own rate; the last share takes what rounding left.
    """

    def __init__(self, st_line, suspense):
        self.st_line = st_line
        self.suspense = suspense
        self.currency = suspense.currency_id
        self.company_currency = st_line.company_id.currency_id
        self.left = suspense.amount_currency
        self.left_balance = suspense.balance

    def bank_part(self, item, signed, is_last):
        """``signed`` (item's currency) in the bank line's currency."""
        if item.currency_id == self.currency:
            return signed
        if is_last:  # a document in a third currency takes all that is left of the payment
            return -self.left
        return item.currency_id._convert(
            signed, self.currency, self.st_line.company_id, self.st_line.date
        )

    def take(self, amount, currency, amount_currency):
        """Values of a journal item over ``amount`` (bank line's currency, signed)."""
        is_all = self.currency.is_zero(self.left - amount)
        balance = (
            self.left_balance
            if is_all
            else self.company_currency.round(
                amount * self.suspense.balance / self.suspense.amount_currency
            )
        )
        self.left = self.currency.round(self.left - amount)
        self.left_balance = self.company_currency.round(self.left_balance - balance)
        return {
            "move_id": self.st_line.move_id.id,
            "currency_id": currency.id,
            "balance": balance,
            "amount_currency": balance if currency == self.company_currency else amount_currency,
        }

    def rest(self):
        """Values of a journal item over what is left, or None."""
        if self.currency.is_zero(self.left):
            return None
        return self.take(self.left, self.currency, self.left)
