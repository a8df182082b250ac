from collections import namedtuple
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.base.models.res_bank import sanitize_account_number

from ..recon_core.matching.model import MoveType, OpenItem, Partner, StatementLine

PAID_LATELY = timedelta(days=180)
VENDOR_TYPES = ("in_invoice", "in_refund")
INVOICE_TYPES = ("out_invoice", "out_refund", "in_invoice", "in_refund")
LINE_COLUMNS = (
    *("id", "currency_id", "amount_residual_currency", "amount_currency"),
    *("date_maturity", "date", "balance", "move_id"),
)
MOVE_COLUMNS = (
    *("name", "ref", "move_type", "invoice_date", "payment_reference"),
    *("invoice_origin", "commercial_partner_id"),
)
_Row = namedtuple("_Row", [*LINE_COLUMNS, *MOVE_COLUMNS, "payer_id"])


class ReconLoader(models.AbstractModel):
    """Odoo's records as the values of the matching kernel, with a handful of queries a batch."""

    _name = "recon.loader"
    _description = "Matching Loader"

    @api.model
    def _open_item_domain(self, company):
        """Posted, unpaid documents, and payments that wait for their bank line.

        A payment's own receivable line is never a candidate beside its outstanding line.
        """
        common = Domain(
            [
                ("company_id", "=", company.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual", "!=", 0),
            ]
        )
        documents = Domain(
            [
                ("move_type", "in", INVOICE_TYPES),
                ("account_type", "in", ("asset_receivable", "liability_payable")),
            ]
        )
        outstanding = Domain(
            [
                ("payment_id", "!=", False),
                ("account_id.reconcile", "=", True),
                ("account_type", "not in", ("asset_receivable", "liability_payable")),
            ]
        )
        return common & (documents | outstanding)

    @api.model
    def _paid_lately_domain(self, company):
        """Documents that were paid not long ago: a line that names one was probably paid twice."""
        return Domain(
            [
                ("company_id", "=", company.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", True),
                ("move_type", "in", INVOICE_TYPES),
                ("account_type", "in", ("asset_receivable", "liability_payable")),
                ("date", ">=", fields.Date.context_today(self) - PAID_LATELY),
            ]
        )

    @api.model
    def _items(self, company):
        """The open and lately paid items of ``company``; ids are those of account.move.line.

        One query and no records: a company may have paid 100,000 documents lately.
        """
        AML, moves = self.env["account.move.line"], self.env["account.move"]
        query = AML._search(self._open_item_domain(company) | self._paid_lately_domain(company))
        line = query.table
        move = query.left_join(line, "move_id", moves._table, "id", "move_id")
        payer = query.left_join(line, "partner_id", "res_partner", "id", "partner_id")
        columns = [AML._field_to_sql(line, name, query) for name in LINE_COLUMNS]
        columns += [moves._field_to_sql(move, name, query) for name in MOVE_COLUMNS]
        columns.append(self.env["res.partner"]._field_to_sql(payer, "commercial_partner_id", query))
        currencies = {
            currency.id: currency.name
            for currency in self.env["res.currency"].with_context(active_test=False).search([])
        }
        rows = [_Row._make(row) for row in self.env.execute_query(query.select(*columns))]
        told = self.env["recon.document"]._references_of_moves({row.move_id for row in rows})
        return [_item(row, currencies, told.get(row.move_id, ())) for row in rows]

    @api.model
    def _partners(self, items):
        """The partners of ``items`` with their names and the IBANs known of them."""
        ids = {item.partner_id for item in items if item.partner_id}
        partners = self.env["res.partner"].browse(ids)
        partners.fetch(["name", "country_id"])
        # sudo: bank accounts of partners are not readable by every role of ours
        accounts = (
            self.env["res.partner.bank"]
            .sudo()
            .search_fetch(
                [("partner_id.commercial_partner_id", "in", partners.ids)],
                ["sanitized_acc_number", "partner_id"],
            )
        )
        ibans = {}
        for account in accounts:
            owner = account.partner_id.commercial_partner_id.id
            ibans.setdefault(owner, []).append(account.sanitized_acc_number)
        for owner, read in self.env["recon.document"]._ibans_of_partners(partners.ids).items():
            ibans[owner] = list(dict.fromkeys((*ibans.get(owner, ()), *read)))
        return [
            Partner(
                id=partner.id,
                name=partner.name or "",
                ibans=tuple(ibans.get(partner.id, ())),
                country=partner.country_id.code or "",
            )
            for partner in partners
        ]

    @api.model
    def _lines(self, st_lines, items=()):
        """Bank lines as the kernel takes them; dates are the bank's own where known. Their worth in
        the currencies of ``items`` is that of Odoo's rates on the day."""
        worth = self._worth(st_lines, {item.currency for item in items})
        own = self._own_accounts(st_lines.company_id)
        return [
            StatementLine(
                id=line.id,
                booking_date=line.booking_date or line.date,
                amount=exact_amount(line.amount * _share_left(line)),
                currency=line.currency_id.name,
                remittance_unstructured=line.payment_ref or "",
                remittance_structured=line.creditor_reference or "",
                counterparty_name=line.partner_name or "",
                counterparty_iban=line.account_number or "",
                end_to_end_id=line.end_to_end_id or "",
                bank_tx_code=line.bank_tx_code or "",
                return_reason=line.return_reason or "",
                instructed_amount=(
                    exact_amount(abs(line.amount_currency) * _share_left(line))
                    if line.foreign_currency_id
                    else None
                ),
                instructed_currency=line.foreign_currency_id.name or "",
                equivalents=worth.get(line.id, {}),
                is_own_transfer=bool(line.account_number)
                and sanitize_account_number(line.account_number) in own,
            )
            for line in st_lines
        ]

    def _own_accounts(self, companies):
        """Numbers of the bank accounts of ``companies``. sudo: nobody sees them from here."""
        journals = self.env["account.journal"].sudo().search([("company_id", "in", companies.ids)])
        return set(journals.bank_account_id.mapped("sanitized_acc_number"))

    def _worth(self, st_lines, wanted):
        """{line id: {currency: Decimal}} for lines to which the bank gave no amount in another one;
        one rate a pair of currencies and day."""
        currencies = self.env["res.currency"].search([("name", "in", list(wanted))])
        rates, worth = {}, {}
        for line in st_lines:
            own, day = line.currency_id, line.booking_date or line.date
            if line.foreign_currency_id or not currencies - own:
                continue
            for currency in currencies - own:
                key = (own, currency, line.company_id, day)
                if key not in rates:
                    rates[key] = own._get_conversion_rate(own, currency, line.company_id, day)
                amount = currency.round(abs(line.amount) * _share_left(line) * rates[key])
                worth.setdefault(line.id, {})[currency.name] = exact_amount(amount)
        return worth


def _item(row, currencies, told):
    """``told``: references that documents of the move name, delivery notes and orders."""
    issued = row.invoice_date or row.date
    number, partner_ref = row.name or "", row.ref or ""
    structured = row.payment_reference or ""
    is_own = structured not in (number, partner_ref)
    if row.move_type in VENDOR_TYPES and partner_ref:
        # the vendor's own number is what a payment quotes; ours means nothing to a bank, and
        # its digits look like those of our payment orders
        number, partner_ref = partner_ref, ""
    return OpenItem(
        id=row.id,
        partner_id=row.commercial_partner_id or row.payer_id or 0,
        move_type=_move_type(row),
        number=number,
        currency=currencies[row.currency_id],
        amount_residual=exact_amount(abs(row.amount_residual_currency)),
        amount_total=exact_amount(abs(row.amount_currency)),
        invoice_date=issued,
        due_date=row.date_maturity or issued,
        partner_ref=partner_ref,
        structured_ref=structured if is_own else "",
        references=tuple(
            dict.fromkeys(
                part.strip()
                for part in ((row.invoice_origin or "").split(",") + list(told))
                if part.strip()
            )
        ),
    )


def _move_type(row):
    if row.move_type in INVOICE_TYPES:
        return MoveType(row.move_type)
    return MoveType.PAYMENT_IN if row.balance > 0 else MoveType.PAYMENT_OUT


def _share_left(line):
    """What is still to be posted of a bank line, 1 unless it was posted in part."""
    whole = line.amount_currency if line.foreign_currency_id else line.amount
    left = -line.amount_residual
    is_whole = not left or not whole or line.currency_id.compare_amounts(left, whole) == 0
    return 1 if is_whole else left / whole


def exact_amount(amount):
    """The amount the user sees: floats of the ORM are exact to the currency's digits."""
    return Decimal(repr(round(amount, 6)))
