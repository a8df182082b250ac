from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..recon_core.documents.checks import checks
from ..recon_core.documents.kinds import ValueKind, kind_of, typed
from ..recon_core.documents.model import Field, Origin, ReadDocument
from ..recon_core.documents.picked import Picked, value_at
from .recon_document_values import SHOWN

SURE = 0.9
# what a bill is asked for, whether it was read or not; the others are shown when they were read
_BILL = (
    "number",
    "issue_date",
    "due_date",
    "currency",
    "net",
    "tax",
    "total",
    "supplier_vat",
    "iban",
    "payment_reference",
    "purchase_order",
    "delivery_note",
)
_DELIVERY_NOTE = ("number", "issue_date", "purchase_order")


class ReconDocument(models.Model):
    """What the review shows, and what a person does there."""

    _inherit = "recon.document"

    def review(self):
        """What the browser draws: {"state", "can_edit", "fields", "checks", "pages", "waiting"}.

        Places are in parts of their page. ``waiting`` counts the other documents to review.
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "state": self.state,
            "can_edit": self._can_be_edited(),
            "can_accept": self._can_be_accepted(),
            "fields": self._review_fields(),
            "checks": self._review_checks(),
            "pages": self._review_pages(),
            "waiting": self.search_count(self._waiting_domain()),
        }

    def set_read_value(self, name, text):
        """Put ``name`` right with what a person typed; empty text takes the value away."""
        self._check_editable()
        value = typed(kind_of(name), text or "")
        if text and value is None:
            return self._refused(name)
        return self._put_right(name, None if value is None else Picked(value, None), 0)

    def pick_read_value(self, name, page_id, words):
        """Put ``name`` right with the value at these words, counted on the page."""
        self._check_editable()
        page = self.page_ids.filtered(lambda page: page.id == page_id)
        [content] = page._read_pages() or [None]
        picked = content and value_at(content, words, kind_of(name))
        return self._put_right(name, picked, page.number) if picked else self._refused(name)

    def accept_and_next(self):
        """Have the bill created, or the delivery note attached to what it is for. Returns the id of
        the next document to review, False for none."""
        self._check_editable()
        if self.kind == "delivery_note":
            self.action_attach()
        else:
            self.action_create_bill()
        return self.next_to_review()

    def next_to_review(self):
        """The id of the next document to review, False for none."""
        self.ensure_one()
        self.check_access("read")
        waiting = self.search(self._waiting_domain(), order="id")
        return (waiting.filtered(lambda document: document.id > self.id) or waiting)[:1].id

    def _waiting_domain(self):
        return [("state", "=", "read"), ("id", "!=", self.id)]

    def _can_be_edited(self):
        return self.state in ("read", "failed") and self.has_access("write")

    def _can_be_accepted(self):
        if self.state != "read" or not self._can_be_edited():
            return False
        if self.kind == "delivery_note":
            return bool(self.invoice_ids or self.order_ref)
        return self.kind in ("invoice", "refund")

    def _check_editable(self):
        self.ensure_one()
        self.check_access("write")
        if not self._can_be_edited():
            raise UserError(
                self.env._("%s is not waiting for a review any more.", self.display_name)
            )

    def _refused(self, name):
        messages = {
            ValueKind.AMOUNT: self.env._("There is no amount in that."),
            ValueKind.DATE: self.env._("There is no date in that."),
            ValueKind.IBAN: self.env._("That is no IBAN: its check digits are wrong."),
            ValueKind.CURRENCY: self.env._("That is no currency."),
        }
        other = self.env._("There is no such value in that.")
        return {"refused": messages.get(kind_of(name), other)}

    def _put_right(self, name, picked, page):
        if name == "currency" and picked and not self._currency(picked.value):
            return {"refused": self.env._("Activate the currency %s in Odoo first.", picked.value)}
        field = self.field_ids.filtered(lambda field: field.name == name)
        text = str(picked.value) if picked else False
        vals = {
            "value": text,
            "corrected": text != (field.read_value or False),
            "page": page,
            "box": picked and picked.box or False,
        }
        command = (
            Command.update(field.id, vals) if field else Command.create({"name": name, **vals})
        )
        commands = [command, *self._due_commands(name, field.value, text)]
        self.write({"field_ids": commands, **self._shown_vals(name, picked)})
        if self.state == "failed":  # a person says what nobody could read
            self._set_state("read")
            self.error_code = False
        if not self.supplier_id and name.startswith(("supplier_", "iban")):
            self.write(self._find_supplier(self._as_read()))
        return self.review()

    def _due_commands(self, name, before, after):
        """The amount due follows the total while it is nothing but its copy."""
        due = self.field_ids.filtered(lambda field: field.name == "amount_due")
        if name != "total" or not due or due.corrected or due.value != before:
            return []
        return [Command.update(due.id, {"value": after})]

    def _shown_vals(self, name, picked):
        """The values of the document itself that follow a field."""
        value = picked.value if picked else False
        if name == "currency":
            return {"currency_id": (self._currency(value) or self.company_id.currency_id).id}
        if name not in SHOWN:
            return {}
        return {SHOWN[name]: float(value or 0) if kind_of(name) is ValueKind.AMOUNT else value}

    def _currency(self, code):
        return self.env["res.currency"].search([("name", "=", code)], limit=1)

    def _values(self):
        typed_values = {field.name: field._typed_value() for field in self.field_ids}
        return {name: value for name, value in typed_values.items() if value is not None}

    def _as_read(self):
        fields = {name: Field(value, 1.0, Origin.TEXT) for name, value in self._values().items()}
        return ReadDocument(fields=fields)

    def _review_fields(self):
        known = {field.name: field for field in self.field_ids}
        asked = _DELIVERY_NOTE if self.kind == "delivery_note" else _BILL
        labels = dict(self.field_ids._fields["name"]._description_selection(self.env))
        return [
            {
                "name": name,
                "label": label,
                "kind": kind_of(name).value,
                **self._review_field(known.get(name)),
            }
            for name, label in labels.items()
            if name in asked or name in known
        ]

    def _review_field(self, field):
        value = field.value or "" if field else ""
        state = "empty"
        if field and field.corrected:
            state = "corrected"
        elif value:
            state = "sure" if field.confidence >= SURE else "check"
        return {
            "value": value,
            "state": state,
            "confidence": field.confidence if field else 0,
            "was": field.read_value or "" if field and field.corrected else "",
            "page": field.page if field else 0,
            "box": field.box or False if field else False,
            "learned": bool(field and field.layout_id and not field.corrected),
        }

    def _review_pages(self):
        return [
            {
                "id": page.id,
                "number": page.number,
                "has_picture": bool(page.picture),
                "ratio": page.content["ratio"],
                "words": [word[:5] for word in page.content["words"]],
            }
            for page in self.page_ids.with_context(bin_size=True)
        ]

    def _review_checks(self):
        values = self._values()
        sentences = {
            ("sum", True): self.env._("Net and tax add up to the total."),
            ("dates", True): self.env._("Issue date and due date are in order."),
            ("dates", False): self.env._("It would be due before it was issued."),
            ("iban", True): self.env._("The check digits of the IBAN are right."),
            ("iban", False): self.env._("The check digits of the IBAN are wrong."),
            ("supplier_vat", True): self.env._("The key of the VAT number is right."),
            ("supplier_vat", False): self.env._("The key of the VAT number is wrong."),
            ("supplier_siren", True): self.env._("The key of the SIREN is right."),
            ("supplier_siren", False): self.env._("The key of the SIREN is wrong."),
        }
        made = checks(values)
        if any(check.name == "sum" and not check.right for check in made):
            sentences["sum", False] = self.env._(
                "Net and tax make %(sum)s, the total says %(total)s.",
                sum=self._money(values["net"] + values["tax"]),
                total=self._money(values["total"]),
            )
        return [
            {"right": check.right, "text": sentences[check.name, check.right]} for check in made
        ]
