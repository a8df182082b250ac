"""A French wholesaler of food: restaurants, shops and groups, who pay many invoices at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from .. import banks, documents, names, people
from ..ledger import Ledger
from ..model import Partner, Profile, cents
from ..scenarios import adversarial, differences, nothing, several, single, traps

TRADES = (
    "Restaurant La {}",
    "Boulangerie {}",
    "Brasserie du {}",
    "Établissements {}",
    "Épicerie {}",
    "Hôtel {}",
    "Traiteur {}",
    "{} Frères",
    "Société Nouvelle {}",
    "Primeurs {}",
    "Maison {} et Fils",
)
GROUPS = ("Sodélia", "Groupe Marelis", "Cantinor", "Hôtels Beaurive", "Alizé Restauration")
LIST_PRICES = (48, 60, 72, 90, 96, 120, 144, 150, 180, 240, 300, 360, 480, 600, 960)


def customers(ledger: Ledger, count: int) -> None:
    rng = ledger.rng
    towns, last = names.words(names.TOWNS, "fr"), names.words(names.LAST, "fr")
    for group in GROUPS:
        for town in rng.sample(towns, 7):
            name = f"{group} {town} {rng.choice(('SAS', 'SARL', 'SNC'))}"
            people.company(ledger, name, "FR", group=group, terms_days=45)
    while len(ledger.partners) < count:
        core = rng.choice(last) if ledger.chance(0.7) else names.brand(rng)
        trade = rng.choice(TRADES).format(core)
        if ledger.chance(0.3):
            trade += f" {rng.choice(towns)}"
        partner = people.company(ledger, names.with_form(rng, trade, "fr"), "FR")
        if ledger.chance(0.2):
            alias = f"{rng.choice(('Le Bistrot', 'Chez', 'Aux Délices', 'La Table'))} {names.brand(rng)}"
            people.known_trade_name(ledger, partner, alias, 0.5)
    people.vendors(ledger, max(8, count // 12), "FR", "fr")


def number(ledger: Ledger, move_type: str, day: date, running: int) -> str:
    if move_type == "in_invoice":
        return f"ACH/{day:%Y/%m}/{running:05d}"
    return f"{'AV' if move_type == 'out_refund' else 'FA'}{day:%y}{running:06d}"


def price(ledger: Ledger, partner: Partner) -> Decimal:
    """List prices times a few, whole euros mostly, VAT of 5.5 % at times."""
    rng = ledger.rng
    amount = Decimal(rng.choice(LIST_PRICES) * rng.choice((1, 1, 1, 2, 2, 3, 5)))
    if ledger.chance(0.4):
        amount += rng.choice(LIST_PRICES)
    return cents(amount * Decimal("1.055")) if ledger.chance(0.35) else cents(amount)


def order(ledger: Ledger, partner: Partner) -> str:
    """A customer sends orders or has delivery notes written, always in its own form."""
    short = partner.id % 5 == 0  # as short as our own running numbers
    digits = ledger.rng.randint(400, 2400) if short else ledger.rng.randint(10**4, 10**6)
    return ("{}", "BL{}", "CDE {}", "BL 26-{}", "PO{}")[partner.id % 5].format(digits)


WHOLESALE = Profile(
    name="wholesale",
    people=customers,
    number=number,
    price=price,
    order=order,
    documents_per_customer=10,
    documents=documents.ordinary,
    order_share=0.6,
    banks={
        banks.clean: 4,
        banks.upper_narrative_fr: 3,
        banks.clean_original_case: 1,
        banks.cut_at_31_fr: 1,
    },
    scenarios={
        single.reference_exact: 5,
        single.reference_with_order_and_customer: 2,
        single.reference_reformatted: 3,
        single.reference_after_long_words: 2,
        single.reference_without_prefix: 2,
        single.reference_last_digits: 2,
        single.reference_mistyped: 2,
        single.order_number: 5,
        single.delivery_note_unknown: 2,
        single.reference_payer_unnamed: 1,
        single.customer_number_only: 1.5,
        single.name_and_amount: 4,
        single.short_name_and_amount: 1,
        single.third_party_with_reference: 1,
        single.supplier_bill: 4,
        single.supplier_bill_without_number: 2,
        single.customer_refund: 1,
        several.few_named: 4,
        several.few_any_named: 4,
        several.collective_named: 9,
        several.collective_first_and_others: 2,
        several.collective_range: 1.5,
        several.whole_balance: 2,
        several.one_month: 1.5,
        several.credit_note_netted: 3,
        several.one_of_them_unknown: 1,
        several.group_central_payer: 3,
        several.group_pays_for_one: 2,
        several.factor: 2,
        several.supplier_several: 2,
        differences.skonto: 3,
        differences.skonto_without_number: 0.7,
        differences.skonto_on_several: 1.5,
        differences.rounded: 1,
        differences.rounded_unnamed: 0.7,
        differences.share_unnamed: 0.7,
        differences.fee_deducted: 0.7,
        differences.paid_too_much: 0.8,
        differences.part_payment: 1.2,
        differences.instalments: 0.8,
        differences.rest_of_document: 1,
        differences.claim_deducted: 1.5,
        adversarial.number_of_another_customer: 1.2,
        adversarial.number_of_own_other_document: 0.8,
        adversarial.alike_customers_same_amount: 1.2,
        adversarial.alike_customers_nobody_knows: 0.6,
        adversarial.amount_shared_payer_unnamed: 0.6,
        adversarial.order_equals_anothers_number: 0.6,
        adversarial.another_one_disputed: 1,
        adversarial.only_disputed: 0.4,
        adversarial.only_other_numbers: 0.8,
        adversarial.other_numbers_in_text: 1,
        adversarial.wrong_name_right_number: 0.7,
        traps.short_without_reason: 1,
        traps.amount_with_swapped_digits: 0.8,
        traps.dunning_charge_added: 0.6,
        traps.stated_amount_is_a_number: 1,
        traps.twins_paid_together: 0.8,
        traps.institution_with_digits_of_a_document: 1,
        traps.prepaid_card_of_customer: 1,
        traps.supplier_gives_back: 0.6,
        traps.credit_note_number_quoted: 1.5,
        nothing.recurring("fr"): 14,
        nothing.paid_twice: 2,
        nothing.direct_debit_returned: 1,
        nothing.paid_before: 3,
        nothing.prepayment: 1,
        nothing.unknown_credit: 1.2,
        nothing.stranger_with_same_short_name: 0.8,
        nothing.refund_without_credit_note: 0.8,
        nothing.vendor_not_booked: 2,
    },
)
