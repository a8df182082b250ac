"""A maintenance firm with German and Belgian customers: RG numbers, OGM, Skonto, direct debits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from .. import banks, documents, ids, names, people
from ..ledger import Ledger
from ..model import Partner, Profile, cents
from ..scenarios import adversarial, debits, differences, monthly, nothing, several, single, traps

TRADES = {
    "de": (
        "{} Metallbau",
        "Autohaus {}",
        "Gebrüder {}",
        "Elektro {}",
        "{} Gebäudetechnik",
        "Bäckerei {}",
        "Spedition {}",
        "Hausverwaltung {}",
    ),
    "nl": ("Bakkerij {}", "Garage {}", "{} Bouw", "Slagerij {}", "{} Logistics", "Immo {}"),
}
GROUPS = ("Nordhaus Pflege", "Brabantia Zorg", "Rheintal Kliniken")
COUNTRIES = (("DE", "de"), ("DE", "de"), ("DE", "de"), ("BE", "nl"), ("BE", "nl"), ("AT", "de"))


def customers(ledger: Ledger, count: int) -> None:
    rng = ledger.rng
    for group in GROUPS:
        for town in rng.sample(names.words(names.TOWNS, "de"), 5):
            name = f"{group} {town} gGmbH"
            people.company(ledger, name, "DE", group=group, language="de")
    while len(ledger.partners) < count:
        country, language = rng.choice(COUNTRIES)
        last = rng.choice(names.words(names.LAST, language))
        if ledger.chance(0.15):
            name = " ".join(names.person(rng, language))
        else:
            core = last if ledger.chance(0.8) else names.brand(rng)
            trade = rng.choice(TRADES[language]).format(core)
            if ledger.chance(0.2):
                trade += f" {rng.choice(names.words(names.TOWNS, language))}"
            name = names.with_form(rng, trade, language)
        people.company(ledger, name, country, language=language)
    people.vendors(ledger, max(8, count // 10), "DE", "de")


def number(ledger: Ledger, move_type: str, day: date, running: int) -> str:
    if move_type == "in_invoice":
        return f"ER-{day:%y}-{running:05d}"
    return f"{'GS' if move_type == 'out_refund' else 'RG'}-{day:%y}-{running:05d}"


def price(ledger: Ledger, partner: Partner) -> Decimal:
    """Flat rates of maintenance, or hours; 19 or 21 % VAT."""
    rng = ledger.rng
    if partner.group:  # the same contract for all houses
        net = Decimal(rng.choice((120, 250, 480)))
    elif ledger.chance(0.4):
        net = Decimal(rng.choice((75, 95, 120, 150, 180, 250, 320, 480)))
    else:
        net = cents(rng.lognormvariate(6.2, 0.8))
    return cents(net * Decimal("1.21" if partner.country == "BE" else "1.19"))


def order(ledger: Ledger, partner: Partner) -> str:
    digits = ids.digits(ledger.rng, (5, 8, 10)[partner.id % 3])
    return ("{}", "B-{}", "4500{}", "AUF{}")[partner.id % 4].format(digits)


def structured(ledger: Ledger, written: str) -> str:
    """OGM or ISO 11649 on two thirds of the documents."""
    kind = ledger.rng.randrange(3)
    digits = "".join(filter(str.isdigit, written))
    return (ids.ogm(int(digits) * 7), ids.iso11649(written), "")[kind]


SERVICES_DE_BE = Profile(
    name="services_de_be",
    people=customers,
    number=number,
    price=price,
    order=order,
    structured=structured,
    restarts=True,
    documents_per_customer=6,
    documents=documents.ordinary,
    banks={
        banks.tagged_de: 5,
        banks.sub_fields_de: 2,
        banks.clean: 3,
        banks.narrative_be: 2,
        banks.clean_original_case: 1,
    },
    scenarios={
        single.reference_exact: 6,
        single.reference_with_order_and_customer: 4,
        single.reference_reformatted: 4,
        single.reference_without_prefix: 3,
        single.reference_last_digits: 2,
        single.reference_mistyped: 3,
        single.reference_after_long_words: 2,
        single.order_number: 4,
        single.structured_reference: 7,
        single.customer_number_only: 1.5,
        single.name_and_amount: 4,
        single.delivery_note_unknown: 1,
        single.reference_payer_unnamed: 1,
        single.third_party_with_reference: 1.5,
        single.supplier_bill: 4,
        single.supplier_bill_without_number: 2,
        single.customer_refund: 1,
        several.few_named: 4,
        several.few_any_named: 3,
        several.collective_named: 2,
        several.collective_range: 1,
        several.whole_balance: 1.5,
        several.one_month: 1.5,
        several.credit_note_netted: 2,
        several.one_of_them_unknown: 0.7,
        several.group_central_payer: 2,
        several.group_pays_for_one: 2,
        several.supplier_several: 2,
        differences.skonto: 6,
        differences.skonto_without_number: 1,
        differences.skonto_on_several: 2,
        differences.rounded: 1,
        differences.rounded_unnamed: 0.7,
        differences.share_unnamed: 0.7,
        differences.fee_deducted: 1,
        differences.paid_too_much: 1,
        differences.part_payment: 1.5,
        differences.instalments: 1,
        differences.rest_of_document: 1,
        monthly.direct_debit_batch: 2,
        debits.batch_less_a_return: 1,
        debits.returned_later: 2,
        adversarial.number_of_another_customer: 1.5,
        adversarial.number_of_own_other_document: 1,
        adversarial.alike_customers_same_amount: 1,
        adversarial.alike_customers_nobody_knows: 0.5,
        adversarial.amount_shared_payer_unnamed: 0.5,
        adversarial.another_one_disputed: 1,
        adversarial.only_other_numbers: 1,
        adversarial.other_numbers_in_text: 1,
        adversarial.wrong_name_right_number: 1,
        traps.short_without_reason: 1,
        traps.amount_with_swapped_digits: 1,
        traps.dunning_charge_added: 1,
        traps.wrong_year: 1.5,
        traps.running_number_of_two_years: 2,
        traps.institution_with_digits_of_a_document: 1,
        traps.prepaid_card_of_customer: 1,
        traps.supplier_gives_back: 0.6,
        traps.credit_note_number_quoted: 1,
        nothing.recurring("de"): 14,
        nothing.paid_twice: 2,
        nothing.direct_debit_returned: 2,
        nothing.paid_before: 3,
        nothing.prepayment: 1.5,
        nothing.unknown_credit: 1,
        nothing.refund_without_credit_note: 1,
        nothing.vendor_not_booked: 2,
    },
)
