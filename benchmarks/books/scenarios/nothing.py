"""Lines that pay no document of the books."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from .. import ids, phrases
from ..ledger import Ledger
from ..model import NOTHING, Scenario, Transfer, Truth, cents
from ..names import as_bank_writes, brand, person, with_form
from .single import Booked, in_euro, say, transfer_of


@dataclass(frozen=True)
class Kind:
    """A kind of line that comes again and again. ``{d}`` digits, ``{n}`` one number, ``{m}`` month."""

    class_name: str
    sign: int
    names: tuple[str, ...]
    texts: tuple[str, ...]
    amount: Callable[[Random], float]
    code: str


def between(low: float, high: float) -> Callable[[Random], float]:
    return lambda rng: rng.uniform(low, high)


def one_of(*amounts: float) -> Callable[[Random], float]:
    return lambda rng: rng.choice(amounts)


FR = (
    Kind(
        "card_takings",
        1,
        ("",),
        ("REMISE CB DU {dm} {n} OPE COM 1,20", "REM CB {d} SIRET {s} BRUT {n},00 COM"),
        between(80, 4000),
        "PMNT-MCRD-POSP",
    ),
    Kind(
        "payment_provider_payout",
        1,
        ("STRIPE PAYMENTS EUROPE", "PAYPAL EUROPE", "MOLLIE BV", "SUMUP EU PAYMENTS"),
        ("STRIPE PAYOUT {d}", "VIREMENT {d} PAYPAL", "Payout {d} {n}", "SUMUP PID{d}"),
        between(60, 3500),
        "PMNT-RCDT-ESCT",
    ),
    Kind(
        "salary",
        -1,
        ("@person",),
        ("SALAIRE {m}", "VIREMENT SALAIRE {dm}", "PAIE {m} {y}", "ACOMPTE SALAIRE {m}"),
        between(1300, 3600),
        "PMNT-ICDT-SALA",
    ),
    Kind(
        "tax_or_social_charge",
        -1,
        ("DGFIP", "URSSAF", "AGIRC ARRCO"),
        ("PRLV SEPA DGFIP TVA {m} {d}", "URSSAF COTISATIONS {m} SIRET {s}", "IMPOT SOC {d}"),
        between(200, 9000),
        "PMNT-RDDT-BBDD",
    ),
    Kind(
        "rent",
        -1,
        ("SCI DU PONT NEUF",),
        ("LOYER {m} {y}", "LOYER ET CHARGES {m}"),
        one_of(1850, 2400),
        "PMNT-ICDT-STDO",
    ),
    Kind(
        "bank_charges",
        -1,
        ("",),
        ("COTISATION CARTE {d}", "FRAIS TENUE DE COMPTE {m}", "COM MVT {m}", "FRAIS IMPAYE {d}"),
        between(2, 90),
        "ACMT-MDOP-CHRG",
    ),
    Kind(
        "loan",
        -1,
        ("",),
        ("ECH PRET {d} DU {dm}", "ECHEANCE EMPRUNT {d}"),
        one_of(1245.67, 880.12),
        "LDAS-CSLN-PPAY",
    ),
    Kind(
        "own_transfer",
        1,
        ("@us",),
        ("VIREMENT DE COMPTE A COMPTE", "VIR INTERNE {d}", "ALIMENTATION COMPTE COURANT"),
        one_of(2000, 5000, 10000),
        "PMNT-RCDT-BOOK",
    ),
    Kind(
        "utility_or_telephone",
        -1,
        ("EDF", "ORANGE BUSINESS", "VEOLIA EAU"),
        ("PRLV SEPA EDF FACTURE {d} MDT {d}", "FACTURE {d} CLIENT {n}", "PRLV {d} ABO {m}"),
        between(30, 800),
        "PMNT-RDDT-ESDD",
    ),
    Kind(
        "tax_or_social_refund",
        1,
        ("DGFIP", "CPAM"),
        ("REMB CREDIT TVA {m} {d}", "INDEMNITES JOURNALIERES {d}"),
        between(100, 5000),
        "PMNT-RCDT-ESCT",
    ),
)
DE = (
    Kind(
        "card_takings",
        1,
        ("NEXI GERMANY", "CONCARDIS"),
        ("KARTENUMSATZ TA-NR {n} {dm}", "GIROCARD UMS {d} BRUTTO"),
        between(80, 3000),
        "PMNT-MCRD-POSP",
    ),
    Kind(
        "payment_provider_payout",
        1,
        ("PayPal Europe S.a.r.l.", "Mollie B.V.", "Stripe Technology"),
        ("PAYOUT {d} REF {n}", "STRIPE {d}", "Auszahlung {d}"),
        between(60, 3500),
        "PMNT-RCDT-ESCT",
    ),
    Kind(
        "salary",
        -1,
        ("@person",),
        ("Lohn/Gehalt {m} {y}", "LOHN {dm}", "Wedde {m} {y}"),
        between(1500, 4200),
        "PMNT-ICDT-SALA",
    ),
    Kind(
        "tax_or_social_charge",
        -1,
        ("Finanzamt Soest", "AOK NordWest", "FOD Financien"),
        ("UST {m} {y} St.-Nr. {d}", "Beitraege {m} BNR {n}", "BTW {m} {d}"),
        between(200, 9000),
        "PMNT-IDDT-PMDD",
    ),
    Kind(
        "rent",
        -1,
        ("Immobilienverwaltung Lindner KG",),
        ("Miete {m} {y}", "Miete Halle 3 {m}"),
        one_of(1980, 2650),
        "PMNT-ICDT-STDO",
    ),
    Kind(
        "bank_charges",
        -1,
        ("",),
        ("Entgeltabschluss {dm}", "Kontofuehrung {m}", "Beheerskosten {m}"),
        between(2, 90),
        "ACMT-MDOP-CHRG",
    ),
    Kind(
        "loan",
        -1,
        ("",),
        ("Darlehen {d} Rate {m}", "Tilgung Kto {d}"),
        one_of(1450.5, 799.99),
        "LDAS-CSLN-PPAY",
    ),
    Kind(
        "own_transfer",
        1,
        ("@us",),
        ("UMBUCHUNG", "Uebertrag Tagesgeld {n}", "Eigen overboeking"),
        one_of(3000, 5000, 15000),
        "PMNT-RCDT-BOOK",
    ),
    Kind(
        "utility_or_telephone",
        -1,
        ("Stadtwerke Minden", "Telekom Deutschland", "Luminus NV"),
        ("Rechnung {d} Kundenkonto {d}", "RG {d}/{n}", "factuur {d} klant {n}"),
        between(30, 800),
        "PMNT-RDDT-ESDD",
    ),
)
KINDS = {"fr": FR, "de": DE}


def recurring(language: str) -> Scenario:
    """The lines of every company: takings, wages, taxes, rent, charges, loans, own transfers."""

    def scenario(ledger: Ledger, on: date) -> Booked:
        rng = ledger.rng
        kind = rng.choice(KINDS[language])
        name = rng.choice(kind.names)
        iban = ledger.standing_iban(name) if name else ""
        if name == "@person":
            name = as_bank_writes(rng, " ".join(person(rng, language)))
            iban = ids.iban(rng, "FR" if language == "fr" else "DE")
        elif name == "@us":
            name = ledger.company
        words = rng.choice(kind.texts).format(
            d=ids.digits(rng, rng.choice((6, 7, 9))),
            n=rng.randint(2, 999),
            m=phrases.month(language, on.month).upper(),
            y=on.year,
            dm=f"{on:%d%m%y}",
            s=ids.siret(rng),
        )
        amount = cents(round(kind.amount(rng), 2)) * kind.sign
        transfer = Transfer(amount, words, name, iban, code=kind.code, language=language, raw=True)
        return [(transfer, Truth(kind.class_name, NOTHING))]

    scenario.__name__ = f"recurring_{language}"
    return scenario


def paid_twice(ledger: Ledger, on: date) -> Booked:
    """An earlier line again; that one has the documents."""
    recent = [
        line
        for line in ledger.lines[-60:]
        if line.truth.kind in ("full", "multi")
        and line.transfer.amount > 0
        # what stays open of the same amount for the payer would make the copy a payment of it
        and not _twins_open(ledger, line.truth, on)
        and (on - line.booking_date).days <= 30
    ]
    if not recent:
        return []
    first = ledger.rng.choice(recent)
    named = first.truth.names_documents
    name = "paid_twice_named" if named else "paid_twice_without_reference"
    transfer = ledger.ordered[first.id]
    return [(transfer, Truth(name, NOTHING, names_documents=named))]


def _twins_open(ledger: Ledger, truth: Truth, on: date) -> bool:
    partners = {item.partner.id for item, _amount in truth.parts}
    amounts = {amount for _item, amount in truth.parts}
    return any(
        item.left in amounts
        for number in partners
        for item in ledger.by_partner[number]
        if not item.taken and item.invoice_date <= on
    )


def direct_debit_returned(ledger: Ledger, on: date) -> Booked:
    """Takes back what was collected before; names an invoice that is open, or was."""
    item = ledger.pick(on, in_euro)
    if item is None:
        return []
    reason = ledger.rng.choice(("MD06", "AM04", "AC04", "MS03"))
    words = {
        "fr": f"PRLV IMPAYE {item.number} {reason}",
        "de": f"RUECKLASTSCHRIFT {item.number} {reason} SONSTIGE GRUENDE",
        "nl": f"Terugboeking {item.number} {reason}",
        "en": f"RETURNED DIRECT DEBIT {item.number} {reason}",
    }
    partner = item.partner
    transfer = transfer_of(
        ledger,
        item,
        words[partner.language],
        amount=-item.left,
        code="PMNT-RDDT-UPDD",
        raw=True,
    )
    return [(transfer, Truth("direct_debit_returned", NOTHING, names_documents=True))]


def paid_before(ledger: Ledger, on: date) -> Booked:
    """The number is right and no longer open; nothing open of the payer has this amount."""
    if not ledger.closed:
        return []
    old = ledger.rng.choice(ledger.closed)
    partner = old.partner
    if old.invoice_date > on or _has_amount(ledger, partner.id, old.total):
        return []
    words = say(ledger, phrases.INVOICE, partner, old.number)
    name = as_bank_writes(ledger.rng, partner.name)
    transfer = Transfer(old.total, words, name, partner.iban, language=partner.language)
    return [(transfer, Truth("document_no_longer_open", NOTHING))]


def _has_amount(ledger: Ledger, partner_id: int, amount: object) -> bool:
    return any(item.residual == amount for item in ledger.by_partner[partner_id])


def prepayment(ledger: Ledger, on: date) -> Booked:
    """A deposit on an order of which the books hold no document."""
    item = ledger.pick(on, in_euro)
    if item is None:
        return []
    partner = item.partner
    amount = cents(ledger.rng.randint(3, 60) * 50)
    if _has_amount(ledger, partner.id, amount):
        return []
    table = {
        "fr": "Acompte commande {}",
        "de": "Vorkasse Angebot {}",
        "nl": "Voorschot offerte {}",
        "en": "Deposit pro forma {}",
    }
    words = table[partner.language].format(ledger.profile.order(ledger, partner))
    transfer = transfer_of(ledger, item, words, amount=amount)
    return [(transfer, Truth("deposit_without_document", NOTHING))]


def unknown_credit(ledger: Ledger, on: date) -> Booked:
    """Somebody whom nobody knows; the amount may be one that many documents have."""
    rng = ledger.rng
    name, iban = ledger.stranger("fr")
    item = ledger.pick(on, in_euro) if ledger.chance(0.4) else None
    amount = item.left if item else cents(rng.randint(2000, 90000)) / 100
    words = rng.choice((f"REF {ids.digits(rng, 8)}", "virement", "cadeau", "Remboursement", ""))
    return [(Transfer(cents(amount), words, name, iban), Truth("credit_of_a_stranger", NOTHING))]


def stranger_with_same_short_name(ledger: Ledger, on: date) -> Booked:
    """A refund of a vendor nobody booked: its name begins like a customer's, the amount is its own."""
    item = ledger.pick(on, in_euro)
    if item is None:
        return []
    first = item.partner.name.split()[-1]
    name = as_bank_writes(ledger.rng, with_form(ledger.rng, f"{brand(ledger.rng)} {first}", "fr"))
    amount = cents(item.left + ledger.rng.randint(3, 90))
    iban = ids.iban(ledger.rng, "FR")
    transfer = Transfer(amount, "REMBOURSEMENT TROP PERCU", name, iban)
    return [(transfer, Truth("credit_of_somebody_with_a_like_name", NOTHING))]


def refund_without_credit_note(ledger: Ledger, on: date) -> Booked:
    """We give back what a customer paid twice; the text names the invoice."""
    paid = [li for li in ledger.lines[-80:] if li.truth.kind == "full" and li.transfer.amount > 0]
    if not paid:
        return []
    item = ledger.rng.choice(paid).truth.parts[0][0]
    amount = item.residual
    if any(i.residual == amount for i in ledger.by_partner[item.partner.id] if i is not item):
        return []
    words = f"REMBOURSEMENT DOUBLE PAIEMENT {item.number}"
    if item.partner.language != "fr":
        words = f"RUECKZAHLUNG DOPPELZAHLUNG {item.number}"
    transfer = transfer_of(ledger, item, words, amount=-amount, code="PMNT-ICDT-ESCT")
    return [(transfer, Truth("refund_of_a_double_payment", NOTHING))]


def vendor_not_booked(ledger: Ledger, on: date) -> Booked:
    """Our payment of a bill that nobody entered yet."""
    vendors = [p for p in ledger.partners if p.is_vendor]
    if not vendors:
        return []
    vendor = ledger.rng.choice(vendors)
    amount = cents(ledger.rng.randint(4000, 180000)) / 100
    if _has_amount(ledger, vendor.id, amount):
        return []
    words = f"FACTURE {ids.digits(ledger.rng, 7)}"
    name = as_bank_writes(ledger.rng, vendor.name)
    transfer = Transfer(-cents(amount), words, name, vendor.iban, code="PMNT-ICDT-ESCT")
    transfer = replace(transfer, language=vendor.language)
    return [(transfer, Truth("vendor_bill_not_booked", NOTHING))]
