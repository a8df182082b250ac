"""What customers pay: mostly one invoice with a readable reference, and all that goes wrong."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from . import identifiers, narratives, vocabulary
from .model import Account, Document, Partner, Settled, Truth
from .movement import Movement, Period, booked, pays

_SEPA_IN, _INSTANT_IN = "PMNT-RCDT-ESCT", "PMNT-RRCT-ESCT"
_CENT = Decimal("0.01")


def _is_rental(invoice: Document) -> bool:
    return invoice.lines[0].description == vocabulary.RENTAL[0]


class Desk:
    """Hands out unpaid invoices with the day their customer pays, each once."""

    def __init__(
        self,
        rng: random.Random,
        period: Period,
        accounts: Sequence[Account],
        invoices: Sequence[Document],
        customers: Sequence[Partner],
    ) -> None:
        self.rng = rng
        self.period = period
        self.main, self.second = accounts
        self.customers = {customer.ref: customer for customer in customers}
        natural = [(self._paid_on(item), item) for item in invoices]
        paid = [pair for pair in natural if pair[0] < period.as_of]
        self._pool = [pair for pair in paid if not _is_rental(pair[1])]
        rng.shuffle(self._pool)
        self._rentals = [pair for pair in paid if _is_rental(pair[1])]

    def take(self, fits: Callable[[Document], bool] = lambda _: True) -> tuple[date, Document]:
        """An unpaid invoice that fits, and when it is paid. Raises LookupError without any."""
        for index, (_, invoice) in enumerate(self._pool):
            if fits(invoice):
                return self._pool.pop(index)
        raise LookupError("no unpaid invoice fits: the data set needs more of them")

    def take_rental(self) -> tuple[date, Document]:
        """The first rental of a customer whose other rentals stay unpaid."""
        day, invoice = self._rentals[0]
        left = [pair for pair in self._rentals if pair[1].partner_ref != invoice.partner_ref]
        self._rentals = left
        return day, invoice

    def take_of_one_customer(self, count: int) -> list[tuple[date, Document]]:
        """``count`` unpaid invoices of one customer."""
        refs = [item.partner_ref for _, item in self._pool]
        ref = next(ref for ref in refs if refs.count(ref) >= count)
        return [self.take(lambda item: item.partner_ref == ref) for _ in range(count)]

    def pay(self, day: date, invoice: Document, truth: Truth, **fields: object) -> Movement:
        """A credit transfer of the invoice's customer; unless told otherwise over its total."""
        customer = self.customers[invoice.partner_ref]
        rng = self.rng
        instant = rng.random() < 0.15
        end_to_end_id = rng.choice(("", "", f"E2E{rng.randrange(10**7, 10**8)}"))
        text = str(fields.pop("text", ""))
        name = str(fields.get("counterparty_name", customer.name))
        given: dict[str, object] = {
            "amount": invoice.total,
            "counterparty_name": name if rng.random() < 0.9 else "",
            "counterparty_iban": customer.iban if rng.random() < 0.75 else "",
            "remittance": narratives.received(rng, name, text, end_to_end_id, instant),
            "end_to_end_id": end_to_end_id,
            "bank_tx_code": _INSTANT_IN if instant else _SEPA_IN,
        }
        account = self.second if rng.random() < 0.1 else self.main
        return booked(account, day, truth, **{**given, **fields})

    def text(self, *invoices: Document) -> str:
        """Readable references to the invoices."""
        references = [narratives.mangled(self.rng, item.number) for item in invoices]
        return narratives.reference_text(self.rng, references, invoices[0].purchase_order)

    def _paid_on(self, invoice: Document) -> date:
        """Due date and the customer's habit; what was due long ago is paid early in the period."""
        habit = self.customers[invoice.partner_ref].delay_days
        day = invoice.due_date + timedelta(days=habit + self.rng.randrange(-3, 4))
        if day < self.period.start:
            day = self.period.start + timedelta(days=self.rng.randrange(0, 40))
        return day if day >= self.period.as_of else self.period.bank_day(day)


def one_invoice(desk: Desk) -> list[Movement]:
    day, invoice = desk.take()
    return [desk.pay(day, invoice, pays("one_invoice", invoice), text=desk.text(invoice))]


def structured_reference(desk: Desk) -> list[Movement]:
    day, invoice = desk.take(lambda item: bool(item.structured_ref))
    reference = invoice.structured_ref
    truth = pays("structured_reference", invoice)
    return [desk.pay(day, invoice, truth, text=reference, creditor_reference=reference)]


def several_invoices(desk: Desk) -> list[Movement]:
    taken = desk.take_of_one_customer(desk.rng.choice((2, 2, 3)))
    invoices = [item for _, item in taken]
    total = sum((item.total for item in invoices), Decimal(0))
    truth = pays("several_invoices", *invoices)
    day = max(day for day, _ in taken)
    return [desk.pay(day, invoices[0], truth, text=desk.text(*invoices), amount=total)]


def partial_payment(desk: Desk) -> list[Movement]:
    day, invoice = desk.take(lambda item: item.total > 300)
    amount = (invoice.total * desk.rng.choice((3, 4, 5, 6)) / 10).quantize(_CENT)
    truth = Truth("partial_payment", (Settled(invoice.number, amount),))
    return [desk.pay(day, invoice, truth, text=f"Acompte {desk.text(invoice)}", amount=amount)]


def bank_fee_deducted(desk: Desk) -> list[Movement]:
    day, invoice = desk.take(lambda item: item.total > 800)
    fee = Decimal(desk.rng.choice(("12.00", "15.00", "18.50")))
    return [_short_by(desk, day, invoice, fee, "bank_fee_deducted")]


def discount_taken(desk: Desk) -> list[Movement]:
    day, invoice = desk.take(lambda item: item.total > 300)
    discount = (invoice.total * 2 / 100).quantize(_CENT)
    return [_short_by(desk, day, invoice, discount, "discount_taken")]


def _short_by(desk: Desk, day: date, invoice: Document, missing: Decimal, kind: str) -> Movement:
    truth = Truth(kind, (Settled(invoice.number, invoice.total),), difference=-missing)
    return desk.pay(day, invoice, truth, text=desk.text(invoice), amount=invoice.total - missing)


def paid_twice(desk: Desk) -> list[Movement]:
    day, invoice = desk.take(lambda item: item.due_date < desk.period.as_of - timedelta(days=20))
    first = desk.pay(day, invoice, pays("one_invoice", invoice), text=invoice.number)
    again = desk.period.bank_day(day + timedelta(days=6))
    truth = Truth("paid_twice", (), difference=invoice.total)
    return [first, desk.pay(again, invoice, truth, text=invoice.number)]


def overpaid(desk: Desk) -> list[Movement]:
    day, invoice = desk.take()
    extra = Decimal(desk.rng.choice(("50.00", "100.00", "90.00")))
    truth = Truth("overpaid", (Settled(invoice.number, invoice.total),), difference=extra)
    return [desk.pay(day, invoice, truth, text=desk.text(invoice), amount=invoice.total + extra)]


def unknown_reference(desk: Desk) -> list[Movement]:
    """The customer quotes a number that does not exist (yet)."""
    day, invoice = desk.take()
    prefix, year, count = invoice.number.split("/")
    wrong = f"{prefix}/{year}/{int(count) + 40_000:05d}"
    return [desk.pay(day, invoice, pays("wrong_reference", invoice), text=wrong)]


def foreign_reference(desk: Desk) -> list[Movement]:
    """The customer quotes an invoice of somebody else, which somebody else pays as well."""
    day, invoice = desk.take()
    other_day, other = desk.take(lambda item: item.partner_ref != invoice.partner_ref)
    return [
        desk.pay(day, invoice, pays("wrong_reference", invoice), text=other.number),
        desk.pay(other_day, other, pays("one_invoice", other), text=desk.text(other)),
    ]


def unexplained_shortfall(desk: Desk) -> list[Movement]:
    """Neither a reference nor a reason for the eighth that is missing."""
    day, invoice = desk.take(lambda item: item.total > 400)
    missing = (invoice.total / 8).quantize(_CENT)
    truth = Truth("unexplained_shortfall", (Settled(invoice.number, invoice.total - missing),))
    text = "Solde apres litige"
    return [desk.pay(day, invoice, truth, text=text, amount=invoice.total - missing)]


def one_of_several(desk: Desk) -> list[Movement]:
    """A rent without a number: several unpaid months cost the same."""
    day, invoice = desk.take_rental()
    return [desk.pay(day, invoice, pays("one_of_several", invoice), text="Location luminaires")]


def no_reference(desk: Desk) -> list[Movement]:
    day, invoice = desk.take()
    text = desk.rng.choice(("Règlement facture", "Virement", "Merci", "Notre règlement"))
    return [desk.pay(day, invoice, pays("no_reference", invoice), text=text)]


def anonymous(desk: Desk) -> list[Movement]:
    """Neither a reference nor anything that says who paid."""
    day, invoice = desk.take()
    nothing = {
        "counterparty_name": "",
        "counterparty_iban": "",
        "remittance": ("VIREMENT SEPA RECU",),
    }
    return [desk.pay(day, invoice, pays("anonymous", invoice), **nothing)]


def third_party_payer(desk: Desk) -> list[Movement]:
    """A holding pays for its subsidiary, from an account nobody knows."""
    day, invoice = desk.take()
    customer = desk.customers[invoice.partner_ref]
    payer = f"Groupe {customer.name.split()[1]} Finance"
    iban, _ = identifiers.french_iban(desk.rng)
    other = {"counterparty_name": payer, "counterparty_iban": iban, "ultimate_name": customer.name}
    truth = pays("third_party_payer", invoice)
    return [desk.pay(day, invoice, truth, text=desk.text(invoice), **other)]


def returned_direct_debit(desk: Desk) -> list[Movement]:
    """A direct debit of ours that comes back for want of money (ISO 20022 reason AM04)."""
    early = desk.period.as_of - timedelta(days=10)
    day, invoice = desk.take(lambda item: item.due_date < early)
    day = min(day, desk.period.bank_day(early))
    customer = desk.customers[invoice.partner_ref]
    common: dict[str, object] = {
        "counterparty_name": customer.name,
        "counterparty_iban": customer.iban,
        "end_to_end_id": invoice.number.replace("/", "-"),
        "mandate_id": f"ATL-{customer.ref}",
    }
    collected = booked(
        desk.main,
        day,
        pays("direct_debit", invoice),
        amount=invoice.total,
        remittance=(f"REMISE PRLV SEPA {invoice.number}",),
        bank_tx_code="PMNT-IDDT-ESDD",
        **common,
    )
    back = booked(
        desk.main,
        desk.period.bank_day(day + timedelta(days=4)),
        Truth("direct_debit_return", (Settled(invoice.number, -invoice.total),)),
        amount=-invoice.total,
        remittance=(f"REJET PRLV SEPA {invoice.number}", "MOTIF PROVISION INSUFFISANTE"),
        bank_tx_code="PMNT-IDDT-UPDD",
        additional_information="/RTRN/AM04/PROVISION INSUFFISANTE",
        **common,
    )
    return [collected, back]


def credit_note_netted(desk: Desk, credit_notes: Sequence[Document]) -> list[Movement]:
    """An invoice less a credit note of the same customer, both named."""
    by_customer = {note.partner_ref: note for note in credit_notes}
    day, invoice = desk.take(
        lambda item: (
            item.partner_ref in by_customer and item.total > by_customer[item.partner_ref].total
        )
    )
    note = by_customer[invoice.partner_ref]
    truth = pays("credit_note_netted", invoice, note)
    text = f"{invoice.number} - AVOIR {note.number}"
    return [desk.pay(day, invoice, truth, text=text, amount=invoice.total - note.total)]


def pending(desk: Desk) -> list[Movement]:
    """A payment that is announced and not booked."""
    _, invoice = desk.take()
    transaction, truth = desk.pay(
        desk.period.as_of, invoice, pays("pending", invoice), text=desk.text(invoice)
    )
    return [(replace(transaction, status="pending", booking_date=None), truth)]


SCENARIOS: tuple[tuple[int, Callable[[Desk], list[Movement]]], ...] = (
    (8, structured_reference),
    (6, several_invoices),
    (4, partial_payment),
    (2, bank_fee_deducted),
    (2, discount_taken),
    (2, paid_twice),
    (1, returned_direct_debit),
    (2, overpaid),
    (1, unknown_reference),
    (2, foreign_reference),
    (2, unexplained_shortfall),
    (3, one_of_several),
    (5, no_reference),
    (2, anonymous),
    (3, third_party_payer),
    (4, pending),
    (75, one_invoice),
)


def customer_movements(desk: Desk, credit_notes: Sequence[Document]) -> list[Movement]:
    """Everything customers do in the period, the rare things first while invoices abound."""
    found = credit_note_netted(desk, credit_notes)
    for count, scenario in SCENARIOS:
        for _ in range(count):
            found += scenario(desk)
    return found
