from odoo import fields, models
from odoo.fields import Command
from odoo.tools import formatLang

ROUNDING = 0.05  # of a total: papers round their taxes line by line or at the end


class ReconDocument(models.Model):
    """What a draft bill lacks is filled in; what is there stays, whoever put it there."""

    _inherit = "recon.document"

    tax_lines = fields.Json(
        readonly=True,
        copy=False,
        help="Rate in percent, net and tax, as texts, where told by rate.",
    )

    def _vals_from_read(self, read):
        vals = super()._vals_from_read(read)
        told = [[str(line.rate), str(line.net), str(line.tax)] for line in read.taxes]
        return {**vals, "tax_lines": told or False}

    def _go_on(self):
        result = super()._go_on()
        if self.move_id and self.state in ("read", "failed"):
            self._bring_to_bill()
        return result

    def _bring_to_bill(self):
        """What the file says, or why it says nothing, goes to the bill to which it was sent."""
        bill = self.move_id
        if self.state == "failed":
            # the file stays with the bill, which is entered by hand
            reason = self.error_message
            bill.message_post(
                body=self.env._("%(file)s: %(reason)s", file=self.name, reason=reason)
            )
        elif bill.state != "draft" or self.kind not in ("invoice", "refund"):
            self._set_state("done")
        elif found := self._in_the_books()[:1]:
            bill.message_post(
                body=self.env._(
                    "%(file)s was not filled in: it is in the books already as %(bill)s.",
                    file=self.name,
                    bill=found._get_html_link(),
                )
            )
        else:
            self._lock_against_duplicates()
            self._complete_bill()
            self._set_state("done")

    def _complete_bill(self):
        """Fill in what the bill lacks, and say where it contradicts the file."""
        bill = self.move_id
        is_untouched = not bill.invoice_date and not bill.invoice_line_ids
        if is_untouched and (bill.move_type == "in_refund") != (self.kind == "refund"):
            bill.action_switch_move_type()
        bill.write(self._missing_values(bill, is_untouched))
        if not bill.invoice_line_ids:
            bill.write({"invoice_line_ids": [Command.create(line) for line in self._bill_lines()]})
            bill.invoice_line_ids.is_imported = True
        self._settle_rounding(bill)
        self._tell_contradictions(bill)

    def _missing_values(self, bill, is_untouched):
        """{field: value} for what is empty. The due date and the currency of a bill are never empty:
        they are only taken over where nobody has begun to fill it in."""
        is_asked = self.supplier_found_by == "similar"
        values = {
            "partner_id": not is_asked and self.supplier_id.id,
            "ref": self.number,
            "invoice_date": self.issue_date,
            "payment_reference": self._read_value("payment_reference"),
            "invoice_origin": self._read_value("purchase_order"),
        }
        values = {name: value for name, value in values.items() if value and not bill[name]}
        if is_untouched:
            values["invoice_payment_term_id"] = False
            values["invoice_date_due"] = self.due_date or self.issue_date
            values["currency_id"] = self.currency_id.id or bill.currency_id.id
        return values

    def _bill_lines(self):
        """One line a tax rate where the rates were told, else one for the whole; none where no amount
        was read."""
        net = self.net or (self.total - self.tax)
        return [
            {
                "name": self.env._("Bill %(number)s", number=self.number or self.name),
                "quantity": 1,
                "price_unit": part,
                "tax_ids": [Command.set(self._purchase_tax(part, tax).ids)],
            }
            for part, tax in self._told_taxes(net) or [(net, self.tax)]
            if part
        ]

    def _told_taxes(self, net):
        """[(net, tax)] by rate; empty where a person has changed the amounts since."""
        parts = [(float(part), float(tax)) for _rate, part, tax in self.tax_lines or []]
        sums = [sum(amounts) for amounts in zip(*parts, strict=True)] or [0, 0]
        same = [
            self.currency_id.compare_amounts(*pair) == 0
            for pair in zip(sums, (net, self.tax), strict=True)
        ]
        return parts if all(same) else []

    def _purchase_tax(self, net, tax):
        """The company's purchase tax whose rate makes ``tax`` of ``net``; empty when there is none."""
        if not tax or not net:
            return self.env["account.tax"]
        rate = round(100 * tax / net, 1)
        return self.env["account.tax"].search(
            [
                ("type_tax_use", "=", "purchase"),
                ("amount_type", "=", "percent"),
                ("amount", ">=", rate - 0.15),
                ("amount", "<=", rate + 0.15),
                ("company_id", "=", self.company_id.id),
                ("price_include_override", "!=", "tax_included"),
            ],
            order="sequence, id",
            limit=1,
        )

    def _settle_rounding(self, bill):
        """The tax is as on the paper where it differs by cents only."""
        difference, currency = self.total_difference, bill.currency_id
        tax_lines = bill.line_ids.filtered("tax_line_id")
        if not tax_lines or currency.is_zero(difference):
            return
        if currency.compare_amounts(abs(difference), ROUNDING) > 0:
            return
        sign = 1 if bill.is_outbound() else -1
        with bill._get_edi_creation():
            tax_lines[0].amount_currency += sign * difference

    def _tell_contradictions(self, bill):
        """Say on the bill where it does not say what the file says."""
        sentences = []
        if not bill.currency_id.is_zero(self.total_difference):
            sentences.append(
                self.env._(
                    "%(file)s says %(read)s, and this bill comes to %(bill)s. Check its lines and"
                    " taxes.",
                    file=self.name,
                    read=self._money(self.total),
                    bill=self._money(bill.amount_total),
                )
            )
        supplier = self.supplier_id.commercial_partner_id
        if supplier and bill.partner_id and supplier != bill.commercial_partner_id:
            sentences.append(
                self.env._(
                    "%(file)s seems to come from %(supplier)s.",
                    file=self.name,
                    supplier=supplier.display_name,
                )
            )
        if supplier and not bill.partner_id:
            sentences.append(
                self.env._("The supplier may be %s. Please check.", supplier.display_name)
            )
        for sentence in sentences:
            bill.message_post(body=sentence)

    def _money(self, amount):
        return formatLang(self.env, float(amount), currency_obj=self.currency_id)
