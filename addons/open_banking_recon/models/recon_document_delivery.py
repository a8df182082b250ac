from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, escape_psql

from ..recon_core.bill_number import same_bill_number
from ..recon_core.references import compact, groups
from .cron_trigger import trigger_sudo

# orders and the columns that hold their numbers, where their apps are installed
ORDERS = {"purchase.order": ("name", "partner_ref"), "sale.order": ("name", "client_order_ref")}
INVOICES = ("out_invoice", "in_invoice")
BEFORE, AFTER = timedelta(days=7), timedelta(days=45)  # an invoice around its delivery
PROPOSED = 10
LOOKED_AT = 1000  # invoices whose numbers are compared
SHORTEST = 4  # letters and digits of a reference that can tell one order from others


class ReconDocument(models.Model):
    """Delivery notes: which order and which invoices they belong to. Their numbers are references of
    these invoices, often the only ones in a payment."""

    _inherit = "recon.document"

    invoice_ids = fields.Many2many(
        "account.move",
        "recon_document_invoice_rel",
        "document_id",
        "move_id",
        string="Invoices delivered",
        domain="[('move_type', 'in', ('out_invoice', 'in_invoice')), ('company_id', '=', company_id)]",
        check_company=True,
        copy=False,
        help="The number of the delivery note is looked for in payments of these invoices.",
    )
    order_ref = fields.Reference(selection="_selection_orders", string="Order", copy=False)
    proposed_invoice_ids = fields.Many2many(
        "account.move",
        string="Perhaps",
        compute="_compute_proposed_invoice_ids",
        help="Invoices of the same partner around the day of the delivery.",
    )

    @api.model
    def _selection_orders(self):
        return [
            (model, self.env["ir.model"]._get(model).name) for model in ORDERS if model in self.env
        ]

    @api.depends("kind", "state", "supplier_id", "issue_date", "invoice_ids")
    def _compute_proposed_invoice_ids(self):
        for document in self:
            is_open = document.kind == "delivery_note" and document.state == "read"
            document.proposed_invoice_ids = is_open and document._invoices_around()

    def write(self, vals):
        result = super().write(vals)
        if "invoice_ids" in vals:
            # a payment may quote the note that has just been linked
            trigger_sudo(self.env, "ir_cron_match")
        return result

    # -- linking ----------------------------------------------------------------

    def _go_on(self):
        result = super()._go_on()
        if self.state == "read" and self.kind == "delivery_note":
            self._attach_by_reference()
        return result

    def _attach_by_reference(self):
        """Link the note where a number leaves no doubt; else it waits for a person."""
        numbers = self._note_numbers()
        self.order_ref = self._find_order(numbers) or self.order_ref
        invoices = self.env["account.move"]
        if numbers:
            invoices = self._invoices_naming(numbers)
        if len(invoices.commercial_partner_id) == 1:
            self.invoice_ids |= invoices
        if self.invoice_ids or self.order_ref:
            self._attach()

    def _note_numbers(self):
        """What the note calls itself and its order, without what is too short to mean one."""
        numbers = (self.number, self._read_value("purchase_order"))
        return [number for number in numbers if number and len(compact(number)) >= SHORTEST]

    def _find_order(self, numbers):
        """ "model,id" of the one order that bears one of ``numbers``, of the supplier where several
        do; False for none.

        sudo: who works on documents need not have rights on orders, and only the id is kept.
        """
        partner = self.supplier_id.commercial_partner_id
        for model in filter(self.env.__contains__, ORDERS):
            domain = [("company_id", "=", self.company_id.id)]
            terms = [
                (column, "=ilike", escape_psql(number))
                for number in numbers
                for column in ORDERS[model]
            ]
            if not terms:
                return False
            found = self.env[model].sudo().search(["|"] * (len(terms) - 1) + terms + domain)
            own = found.filtered(lambda order: order.partner_id.commercial_partner_id == partner)
            found = found if len(found) == 1 else own
            if len(found) == 1:
                return f"{model},{found.id}"
        return False

    def _invoices_naming(self, numbers):
        """Invoices and bills whose own number, reference or order is one of ``numbers``."""
        terms = [
            (column, "ilike", escape_psql(_core(number)))
            for number in numbers
            for column in ("name", "ref", "invoice_origin", "payment_reference")
        ]
        found = self.env["account.move"].search(
            ["|"] * (len(terms) - 1)
            + terms
            + [
                ("company_id", "=", self.company_id.id),
                ("move_type", "in", INVOICES),
                ("state", "!=", "cancel"),
            ],
            order="id desc",
            limit=LOOKED_AT,
        )
        return found.filtered(lambda move: _names(move, numbers))

    def _invoices_around(self):
        """Invoices of the partner within the days of the delivery, the nearest first."""
        Move = self.env["account.move"]
        partners = self.supplier_id.commercial_partner_id | self._buyer()
        if not partners or not self.issue_date:
            return Move
        found = Move.search(
            [
                ("company_id", "=", self.company_id.id),
                ("move_type", "in", INVOICES),
                ("state", "!=", "cancel"),
                ("commercial_partner_id", "in", partners.ids),
                ("invoice_date", ">=", self.issue_date - BEFORE),
                ("invoice_date", "<=", self.issue_date + AFTER),
                ("id", "not in", self.invoice_ids.ids),
            ]
        )
        nearest = found.sorted(lambda move: abs(move.invoice_date - self.issue_date))
        return nearest[:PROPOSED]

    def _buyer(self):
        """The customer of our own note: it names their VAT number."""
        return self._partner_by_vat({"supplier_vat": self._read_value("buyer_vat") or ""})

    def _attach(self):
        """The note is done, and those it belongs to know of it."""
        for record in (*self.invoice_ids, *filter(None, [self.order_ref])):
            # sudo: to tell of the note needs no right on the order
            record.sudo().message_post(
                body=self.env._(
                    "Delivery note: %(note)s", note=self._get_html_link(self.number or self.name)
                )
            )
        self._set_state("done")

    def action_link_proposed(self):
        """Link the invoices that are proposed; a person has looked at them."""
        self.ensure_one()
        self.check_access("write")
        self.invoice_ids |= self.proposed_invoice_ids
        return self.action_attach()

    def action_attach(self):
        """The links are right: the note is done."""
        self.ensure_one()
        self.check_access("write")
        if self.kind != "delivery_note" or self.state != "read":
            raise UserError(self.env._("%s is no delivery note that waits.", self.name))
        if not self.invoice_ids and not self.order_ref:
            raise UserError(
                self.env._("%s: choose the order or the invoices it belongs to.", self.name)
            )
        self._attach()

    @api.model
    def _attach_waiting_sudo(self, moves):
        """Link delivery notes that wait to the invoices that have just been posted and name them.

        sudo: who posts an invoice need not see documents.
        """
        moves = moves.filtered(lambda move: move.move_type in INVOICES)
        waiting = self.sudo().search(
            [
                ("kind", "=", "delivery_note"),
                ("state", "=", "read"),
                ("company_id", "in", moves.company_id.ids),
            ]
        )
        for note in waiting:
            named = note._named_by(moves)
            if len(named.commercial_partner_id) == 1:
                note.invoice_ids |= named
                note._attach()

    def _named_by(self, moves):
        """Those of ``moves`` that name this note or its order."""
        numbers = self._note_numbers()
        own = moves.filtered(lambda move: move.company_id == self.company_id)
        return own.filtered(lambda move: _names(move, numbers))

    # -- for the matching ---------------------------------------------------------

    @api.model
    def _references_of_moves(self, move_ids):
        """{move id: references}: numbers of delivery notes, orders and payment references that the
        documents of these moves name. One query and no records; ids without any are left out."""
        self.flush_model(["kind", "number", "move_id", "invoice_ids"])
        self.env["recon.document.field"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "WITH linked AS ("
                " SELECT move_id, id FROM recon_document WHERE move_id = ANY(%(ids)s)"
                " UNION SELECT move_id, document_id FROM recon_document_invoice_rel"
                "  WHERE move_id = ANY(%(ids)s))"
                " SELECT linked.move_id, document.number FROM linked"
                "  JOIN recon_document document USING (id)"
                "  WHERE document.kind = 'delivery_note' AND document.number <> ''"
                " UNION SELECT linked.move_id, field.value FROM linked"
                "  JOIN recon_document_field field ON field.document_id = linked.id"
                "  WHERE field.value <> '' AND field.confidence >= 0.5 AND field.name IN"
                "   ('delivery_note', 'purchase_order', 'payment_reference')"
                " ORDER BY 1, 2",
                ids=list(move_ids),
            )
        )
        references = {}
        for move_id, reference in rows:
            references.setdefault(move_id, []).append(reference)
        return {move_id: tuple(found) for move_id, found in references.items()}


def _core(number):
    """What every spelling of ``number`` has: its longest run of digits without leading zeros."""
    runs = [run.lstrip("0") for run in groups(number) if run.isdigit()]
    return max(runs, key=len, default="") or number


def _names(move, numbers):
    """Whether ``move`` bears one of ``numbers``, or names it as that of its order."""
    told = [move.name, move.ref, move.payment_reference, *(move.invoice_origin or "").split(",")]
    return any(
        same_bill_number(reference, number)
        for reference in told
        if reference and len(compact(reference)) >= SHORTEST
        for number in numbers
    )
