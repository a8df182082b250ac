"""A repair and spare parts firm whose customers' banks maim every text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from .. import banks, banks_noisy, documents, ids, names, people
from ..ledger import Ledger
from ..model import Partner, Profile, cents
from ..scenarios import adversarial, differences, nothing, several, single, traps

TRADES = (
    "Garage {}",
    "Transports {}",
    "Carrosserie {}",
    "{} Travaux Publics",
    "Menuiserie {}",
    "Société {} et Cie",
    "Scierie {}",
    "Agence {}",
    "Coopérative de {}",
    "Établissements {} Saint-Éloi",
)


def customers(ledger: Ledger, count: int) -> None:
    rng = ledger.rng
    last, towns = names.words(names.LAST, "fr"), names.words(names.TOWNS, "fr")
    while len(ledger.partners) < count:
        if ledger.chance(0.15):
            people.company(ledger, " ".join(names.person(rng, "fr")), "FR", known_iban=0.2)
            continue
        core = rng.choice((rng.choice(last), rng.choice(towns), names.brand(rng)))
        trade = rng.choice(TRADES).format(core)
        country = rng.choice(("FR", "FR", "FR", "FR", "BE", "LU"))
        people.company(ledger, names.with_form(rng, trade, "fr"), country, language="fr")
    people.vendors(ledger, max(8, count // 8), "FR", "fr")


def number(ledger: Ledger, move_type: str, day: date, running: int) -> str:
    if move_type == "in_invoice":
        return f"FF{day:%y%m}-{running:04d}"
    return f"{'A' if move_type == 'out_refund' else 'F'}-{day:%Y}-{running:05d}"


def price(ledger: Ledger, partner: Partner) -> Decimal:
    """Hours and parts with VAT of 20 %: cents of all kinds, at times a flat price."""
    rng = ledger.rng
    if ledger.chance(0.2):
        return cents(rng.choice((118.80, 234, 358.80, 468, 594, 708)))
    return cents(15 + rng.lognormvariate(6.0, 0.9))


def order(ledger: Ledger, partner: Partner) -> str:
    rng = ledger.rng
    return ("OR {}", "{}", "DEVIS {}", "C{}")[partner.id % 4].format(
        ids.digits(rng, 5 + partner.id % 3)
    )


NOISY = Profile(
    name="noisy",
    people=customers,
    number=number,
    price=price,
    order=order,
    documents_per_customer=4,
    documents=documents.ordinary,
    order_share=0.35,
    banks={
        banks_noisy.cutting(27, 3, ""): 3,
        banks_noisy.cutting(27, 4, " "): 2,
        banks_noisy.cutting(35, 2, ""): 3,
        banks_noisy.cutting(35, 4, "//"): 1,
        banks_noisy.cutting(70, 1, ""): 2,
        banks_noisy.without_spaces: 2,
        banks_noisy.with_everything: 4,
        banks_noisy.read_by_machine: 3,
        banks_noisy.without_payer: 2,
        banks_noisy.another_name: 1.5,
        banks.upper_narrative_fr: 2,
        banks.cut_at_31_fr: 2,
    },
    scenarios={
        single.reference_exact: 7,
        single.reference_with_order_and_customer: 4,
        single.reference_reformatted: 6,
        single.reference_after_long_words: 6,
        single.reference_without_prefix: 5,
        single.reference_last_digits: 4,
        single.reference_mistyped: 7,
        single.reference_lookalikes: 4,
        single.order_number: 3,
        single.delivery_note_unknown: 1.5,
        single.reference_payer_unnamed: 2,
        single.customer_number_only: 2,
        single.name_and_amount: 4,
        single.third_party_with_reference: 2,
        single.supplier_bill: 4,
        single.supplier_bill_without_number: 2,
        single.customer_refund: 1,
        several.few_named: 4,
        several.few_any_named: 2,
        several.collective_named: 1,
        several.collective_range: 0.7,
        several.whole_balance: 1,
        several.credit_note_netted: 1,
        several.one_of_them_unknown: 0.7,
        several.supplier_several: 1,
        differences.skonto: 1,
        differences.rounded: 1.5,
        differences.rounded_unnamed: 0.7,
        differences.share_unnamed: 0.7,
        differences.fee_deducted: 1,
        differences.paid_too_much: 1,
        differences.part_payment: 2,
        differences.instalments: 1,
        differences.rest_of_document: 1.5,
        adversarial.number_of_another_customer: 3,
        adversarial.number_of_own_other_document: 1.5,
        adversarial.amount_shared_payer_unnamed: 0.7,
        adversarial.another_one_disputed: 1,
        adversarial.only_disputed: 0.5,
        adversarial.only_other_numbers: 2,
        adversarial.other_numbers_in_text: 3,
        adversarial.wrong_name_right_number: 2,
        traps.short_without_reason: 1.5,
        traps.amount_with_swapped_digits: 1.5,
        traps.dunning_charge_added: 1,
        traps.institution_with_digits_of_a_document: 1.5,
        traps.prepaid_card_of_customer: 1,
        traps.supplier_gives_back: 1,
        traps.credit_note_number_quoted: 1,
        nothing.recurring("fr"): 14,
        nothing.paid_twice: 2.5,
        nothing.direct_debit_returned: 1.5,
        nothing.paid_before: 4,
        nothing.prepayment: 2,
        nothing.unknown_credit: 2,
        nothing.stranger_with_same_short_name: 1,
        nothing.refund_without_credit_note: 1,
        nothing.vendor_not_booked: 2,
    },
)
