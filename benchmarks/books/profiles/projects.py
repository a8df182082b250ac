"""An architect and builder: few big documents, instalments, retentions, customers abroad."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from .. import banks, documents, ids, names, people
from ..ledger import Ledger
from ..model import Closed, Item, Partner, Profile, cents
from ..scenarios import abroad, adversarial, differences, nothing, several, single, traps

FOREIGN = (("US", "USD"), ("GB", "GBP"), ("CH", "CHF"), ("US", "USD"), ("DE", "EUR"), ("BE", "EUR"))
PAID = 0.2  # share of the instalments that were paid before the books were drawn up
PLANS = ((30, 40, 30), (30, 40, 30), (20, 30, 30, 20), (50, 50), (100,))


def customers(ledger: Ledger, count: int) -> None:
    rng = ledger.rng
    last, towns = names.words(names.LAST, "fr"), names.words(names.TOWNS, "fr")
    kinds = ("SCI {}", "Commune de {}", "Copropriété {}", "Indivision {}", "Promotion {} SAS")
    while len(ledger.partners) < count:
        if ledger.chance(0.3):
            country, currency = rng.choice(FOREIGN)
            language = people.LANGUAGE.get(country, "en")
            core = f"{rng.choice(names.words(names.LAST, language))} {rng.choice(('Estates', 'Holding', 'Design'))}"
            name = names.with_form(rng, core, language)
            people.company(ledger, name, country, known_iban=0.3, currency=currency)
        elif ledger.chance(0.4):
            people.company(ledger, " & ".join(_couple(ledger)), "FR", known_iban=0.3)
        else:
            core = rng.choice((*last, *towns))
            people.company(ledger, rng.choice(kinds).format(core), "FR", known_iban=0.4)
    people.vendors(ledger, max(8, count // 6), "FR", "fr")


def _couple(ledger: Ledger) -> tuple[str, str]:
    first, last = names.person(ledger.rng, "fr")
    return first, f"{names.person(ledger.rng, 'fr')[0]} {last}"


def planned(ledger: Ledger, count: int) -> None:
    """Projects with their instalments, in the order of dates; vendor bills between them."""
    rng = ledger.rng
    owners = [p for p in ledger.partners if not p.is_vendor]
    vendors = [p for p in ledger.partners if p.is_vendor]
    bills = count // 6
    rows: list[tuple[date, int, Partner, str, str, Decimal]] = []
    running = 0
    while len(rows) < count - bills:
        running += 1
        rows += _project(ledger, rng.choice(owners), running)
    days = documents.days(ledger, bills)
    dated: list[tuple[date, int, object]] = [(row[0], 1, row) for row in rows[: count - bills]]
    dated += [(day, 0, None) for day in days]
    for place, (day, _kind, row) in enumerate(sorted(dated, key=lambda d: (d[0], d[1]))):
        if row is None:
            vendor, number = rng.choice(vendors), f"ST/{day:%Y}/{place + 1:05d}"
            documents.add(ledger, vendor, "in_invoice", number, day)
        else:
            _open(ledger, row)


def _project(
    ledger: Ledger, owner: Partner, running: int
) -> list[tuple[date, int, Partner, str, str, Decimal]]:
    rng = ledger.rng
    total = cents(rng.lognormvariate(9.2, 0.9))
    if ledger.chance(0.5):
        total = cents(round(total / 500) * 500 + 500)
    start = documents.days(ledger, 1)[0]
    code = f"{start:%y}{running:04d}"
    rows = []
    for step, share in enumerate(rng.choice(PLANS), start=1):
        if ledger.chance(PAID):
            ledger.add_closed(Closed(owner, f"P{code}/{step}", start, cents(total * share / 100)))
            continue
        day = min(start + timedelta(days=(step - 1) * rng.randint(20, 45)), date(2026, 6, 29))
        amount = cents(total * share / 100)
        rows.append((day, step, owner, code, f"P{code}/{step}", amount))
    return rows


def _open(ledger: Ledger, row: tuple[date, int, Partner, str, str, Decimal]) -> None:
    """The document of one instalment; some were paid before, of some the retention is left."""
    day, _step, owner, code, number, amount = row
    residual = amount
    if ledger.chance(0.12) and owner.currency == "EUR":
        residual = cents(amount * 5 / 100)
    elif ledger.chance(0.02):  # a supplement has the number of its document and a letter
        ledger.add_closed(Closed(owner, f"{number}B", day, cents(amount / 3)))
    ledger.add_item(
        Item(
            id=len(ledger.items) + 1,
            partner=owner,
            move_type="out_invoice",
            number=number,
            invoice_date=day,
            due_date=day + timedelta(days=owner.terms_days),
            currency=owner.currency,
            total=amount,
            residual=residual,
            left=residual,
            partner_ref=order(ledger, owner) if ledger.chance(0.2) else "",
            project=code,
        )
    )


def price(ledger: Ledger, partner: Partner) -> Decimal:
    return cents(ledger.rng.lognormvariate(7.5, 1.0) + 50)


def number(ledger: Ledger, move_type: str, day: date, running: int) -> str:
    raise ValueError("projects number their documents by project and instalment")


def order(ledger: Ledger, partner: Partner) -> str:
    digits = ids.digits(ledger.rng, 5)
    return ("Marché {}", "PO-{}", "{}", "Lot {}")[partner.id % 4].format(digits)


PROJECTS = Profile(
    name="projects",
    people=customers,
    number=number,
    price=price,
    order=order,
    documents_per_customer=5,
    documents=planned,
    banks={
        banks.clean: 4,
        banks.upper_narrative_fr: 2,
        banks.clean_original_case: 1,
        banks.swift_wire: 2,
        banks.cut_at_31_fr: 0.7,
    },
    scenarios={
        single.reference_exact: 6,
        single.reference_reformatted: 4,
        single.reference_without_prefix: 2,
        single.reference_mistyped: 2,
        single.order_number: 2,
        single.name_and_amount: 5,
        single.reference_after_long_words: 2,
        single.third_party_with_reference: 1.5,
        single.supplier_bill: 5,
        single.supplier_bill_without_number: 2,
        several.few_named: 3,
        several.whole_balance: 1.5,
        several.supplier_several: 2,
        abroad.foreign_currency: 6,
        abroad.foreign_without_number: 2,
        abroad.foreign_less_charges: 3,
        abroad.pays_euro_for_foreign: 1,
        abroad.same_figure_other_currency: 1,
        abroad.retention: 5,
        abroad.retention_released: 3,
        abroad.project_named: 4,
        abroad.round_sum_on_account: 2,
        abroad.two_instalments_at_once: 2,
        abroad.partly_by_the_owner: 2,
        differences.fee_deducted: 3,
        differences.part_payment: 4,
        differences.instalments: 2,
        differences.rounded: 1,
        differences.rounded_unnamed: 0.7,
        differences.share_unnamed: 0.7,
        differences.paid_too_much: 1,
        adversarial.number_of_another_customer: 1,
        adversarial.another_one_disputed: 1,
        adversarial.only_disputed: 1,
        adversarial.wrong_name_right_number: 1,
        adversarial.other_numbers_in_text: 1.5,
        traps.short_without_reason: 2,
        traps.amount_with_swapped_digits: 1.5,
        traps.dunning_charge_added: 1,
        traps.supplier_gives_back: 1,
        traps.institution_with_digits_of_a_document: 1,
        nothing.recurring("fr"): 13,
        nothing.paid_twice: 2,
        nothing.paid_before: 3,
        nothing.prepayment: 3,
        nothing.unknown_credit: 1.5,
        nothing.stranger_with_same_short_name: 1,
        nothing.refund_without_credit_note: 1,
        nothing.vendor_not_booked: 3,
    },
)
