from odoo import api, fields, models

from ..recon_core import matching
from ..recon_core.matching.model import MoveType, OpenItem, Partner
from .recon_loader import exact_amount

MOST_BILLS = 5_000  # drafts and read documents that wait, newest first


class ReconException(models.Model):
    """Payments whose bill is not in the books yet: the draft or the read document that fits."""

    _inherit = "recon.exception"

    bill_document_id = fields.Many2one(
        "recon.document",
        string="Read document that fits",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    bill_move_id = fields.Many2one(
        "account.move",
        string="Draft bill that fits",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    bill_probability = fields.Float(readonly=True, copy=False)

    @api.model
    def _look_for_bills(self, company):
        """Note for each line without its bill the draft or read document that probably is it.

        The matching itself judges them, as if they were posted; nothing is booked from here.
        """
        waiting = self.search(
            [("company_id", "=", company.id), *self._open_domain(), ("reason", "=", "bill_missing")]
        )
        found = waiting._bills_found(company) if waiting else {}
        for row in waiting:
            bill, probability = found.get(row.st_line_id.id, (None, 0.0))
            vals = {
                "bill_document_id": bill.id if bill and bill._name == "recon.document" else False,
                "bill_move_id": bill.id if bill and bill._name == "account.move" else False,
                "bill_probability": probability,
            }
            known = (row.bill_document_id.id, row.bill_move_id.id, row.bill_probability)
            if known != tuple(vals.values()):
                row.write(vals)

    def _bills_found(self, company):
        """{st_line id: (draft bill or read document, probability)}"""
        bills = [*self._draft_bills(company), *self.env["recon.document"]._without_bill(company)]
        if not bills:
            return {}
        items = [bill._as_open_item(position) for position, bill in enumerate(bills, 1)]
        partners = self._owners(bills, items)
        policy = self.env["recon.policy"]._for_company(company)
        lines = self.env["recon.loader"]._lines(self.st_line_id, items)
        found = {}
        for result in matching.match(lines, items, partners, policy._kernel_policy()):
            best = result.proposals[0] if result.proposals else None
            if (
                best
                and len(best.allocations) == 1
                and best.probability >= policy.suggest_threshold
                and not best.difference
            ):
                bill = bills[best.allocations[0].item_id - 1]
                found[result.line_id] = (bill, best.probability)
        return found

    @api.model
    def _draft_bills(self, company):
        return self.env["account.move"].search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "draft"),
                ("move_type", "in", ("in_invoice", "in_refund")),
                ("amount_total", ">", 0),
                ("commercial_partner_id", "!=", False),
            ],
            order="id desc",
            limit=MOST_BILLS,
        )

    @api.model
    def _owners(self, bills, items):
        """The kernel's partners: those of Odoo, and a stranger for each supplier it does not know."""
        known = self.env["recon.loader"]._partners([item for item in items if item.partner_id > 0])
        strangers = [
            Partner(
                id=item.partner_id,
                name=bill._read_value("supplier_name") or "",
                ibans=tuple(filter(None, [bill._read_value("iban")])),
            )
            for bill, item in zip(bills, items, strict=True)
            if item.partner_id < 0
        ]
        return known + strangers

    def _bill_that_fits(self):
        """{model, id, text} for the workplace, False when none is known. sudo: whoever sees the line
        sees what it probably pays; opening it asks for the rights to it."""
        self.ensure_one()
        bill = (self.bill_move_id or self.bill_document_id).sudo()
        if not bill or (bill._name == "account.move" and bill.state != "draft"):
            return False
        name, values = bill.display_name, {"percent": int(100 * self.bill_probability)}
        if bill._name == "account.move":
            name = bill.ref or name
            text = self.env._("The draft bill %(bill)s fits (%(percent)s %%).", bill=name, **values)
        else:
            name = bill.number or name
            text = self.env._(
                "The document %(bill)s was read and fits (%(percent)s %%).", bill=name, **values
            )
        return {"model": bill._name, "id": bill.id, "text": text}


class AccountMove(models.Model):
    _inherit = "account.move"

    def _as_open_item(self, position):
        """The draft as if it were posted. ``position`` is its id for the matching."""
        day = self.invoice_date or self.date
        total = exact_amount(self.amount_total)
        return OpenItem(
            id=position,
            partner_id=self.commercial_partner_id.id,
            move_type=MoveType(self.move_type),
            number=self.ref or "",
            currency=self.currency_id.name,
            amount_residual=total,
            amount_total=total,
            invoice_date=day,
            due_date=self.invoice_date_due or day,
            structured_ref=self.payment_reference or "",
        )


class ReconDocument(models.Model):
    _inherit = "recon.document"

    @api.model
    def _without_bill(self, company):
        """Bills that were read and are not in the books, newest first."""
        return self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "read"),
                ("kind", "in", ("invoice", "refund")),
                ("move_id", "=", False),
                ("total", ">", 0),
            ],
            order="id desc",
            limit=MOST_BILLS,
        )

    def _as_open_item(self, position):
        """The read bill as if it were posted; a supplier that Odoo does not know is a stranger with
        an id below 0. ``position`` is its id for the matching."""
        day = self.issue_date or fields.Date.context_today(self)
        total, read = exact_amount(self.total), self._values()
        return OpenItem(
            id=position,
            partner_id=self.supplier_id.commercial_partner_id.id or -self.id,
            move_type=MoveType.IN_REFUND if self.kind == "refund" else MoveType.IN_INVOICE,
            number=self.number or "",
            currency=self.currency_id.name,
            # 0 on a receipt: it was paid by this very payment
            amount_residual=read.get("amount_due") or total,
            amount_total=total,
            invoice_date=day,
            due_date=self.due_date or day,
            structured_ref=read.get("payment_reference", ""),
            references=tuple(
                read[name] for name in ("purchase_order", "delivery_note") if name in read
            ),
        )
