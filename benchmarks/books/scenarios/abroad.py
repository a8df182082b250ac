"""Documents in other currencies, charges of banks on the way, retentions and instalments."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from .. import phrases, text
from ..ledger import Ledger
from ..model import Item, Transfer, Truth, cents
from ..names import as_bank_writes
from .single import Booked, in_euro, in_full, say, transfer_of

RATES = {"USD": Decimal("1.0850"), "GBP": Decimal("0.8420"), "CHF": Decimal("0.9390")}


def _foreign(item: Item) -> bool:
    return item.currency != "EUR"


def euro_of(ledger: Ledger, amount: Decimal, currency: str) -> tuple[Decimal, Decimal]:
    """Amount in euro at a rate near that of the year, and the rate."""
    drift = Decimal(ledger.rng.randint(-250, 250)) / 10000
    rate = (RATES[currency] * (1 + drift)).quantize(Decimal("0.0001"))
    return cents(amount / rate), rate


def foreign_currency(ledger: Ledger, on: date) -> Booked:
    """The account is in euro: the bank gives the ordered amount, writes it into the text or not."""
    item = ledger.pick(on, _foreign)
    if item is None:
        return []
    euro, rate = euro_of(ledger, item.left, item.currency)
    words = say(ledger, phrases.INVOICE, item.partner, item.number)
    told = ledger.rng.choice(("field", "field", "text", "not"))
    instructed = (item.left, item.currency) if told == "field" else None
    if told == "text":
        words += f" {item.currency} {item.left:.2f} RATE {rate}".replace(".", ",")
    item.taken = True
    transfer = transfer_of(ledger, item, words, amount=euro, instructed=instructed)
    transfer = replace(transfer, code="PMNT-RCDT-XBCT")
    name = {"field": "ordered_amount_given", "text": "amount_in_text", "not": "amount_not_told"}
    truth = Truth(f"foreign_currency_{name[told]}", "with-fee", ((item, item.left),), True)
    return [(transfer, truth)]


def foreign_without_number(ledger: Ledger, on: date) -> Booked:
    """The ordered amount and currency are the only document's of that payer."""
    item = ledger.pick(on, lambda i: _foreign(i) and not ledger.same_amount(i, on))
    if item is None:
        return []
    euro, _rate = euro_of(ledger, item.left, item.currency)
    item.taken = True
    words = say(ledger, phrases.VAGUE, item.partner)
    transfer = transfer_of(ledger, item, words, amount=euro, instructed=(item.left, item.currency))
    truth = Truth("foreign_currency_no_reference", "with-fee", ((item, item.left),), False)
    return [(transfer, truth)]


def foreign_less_charges(ledger: Ledger, on: date) -> Booked:
    """BEN or SHA: charges in the foreign currency were taken off before the exchange."""
    item = ledger.pick(on, _foreign)
    if item is None:
        return []
    charge = Decimal(ledger.rng.choice((15, 20, 25, 35, 45)))
    euro, rate = euro_of(ledger, item.left - charge, item.currency)
    who = ledger.rng.choice(("BEN", "SHA"))
    words = say(ledger, phrases.INVOICE, item.partner, item.number)
    words += f" /CHGS/{item.currency}{charge},00 {who} RATE {rate}"
    item.taken = True
    transfer = transfer_of(
        ledger, item, words, amount=euro, instructed=(item.left - charge, item.currency)
    )
    truth = Truth("foreign_currency_less_charges", "with-fee", ((item, item.left),), True)
    return [(replace(transfer, code="PMNT-RCDT-XBCT"), truth)]


def pays_euro_for_foreign(ledger: Ledger, on: date) -> Booked:
    """A foreign payer orders in euro what its document says in another currency."""
    item = ledger.pick(on, _foreign)
    if item is None:
        return []
    euro, _rate = euro_of(ledger, item.left, item.currency)
    item.taken = True
    words = say(ledger, phrases.INVOICE, item.partner, item.number)
    transfer = transfer_of(ledger, item, words, amount=euro)
    truth = Truth("foreign_document_paid_in_euro", "with-fee", ((item, item.left),), True)
    return [(transfer, truth)]


def same_figure_other_currency(ledger: Ledger, on: date) -> Booked:
    """A stranger's euro amount has the figures of somebody's dollar document: pays nothing."""
    item = ledger.pick(on, _foreign)
    if item is None or any(in_euro(o) for o in ledger.same_amount(item, on)):
        return []
    name, iban = ledger.stranger("en")
    transfer = Transfer(item.left, "transfer", name, iban, language="en")
    return [(transfer, Truth("stranger_with_figures_of_a_foreign_document", "none"))]


def retention(ledger: Ledger, on: date) -> Booked:
    """Five percent are held back for a year; the document stays open for them."""
    item = ledger.pick(on, lambda i: in_euro(i) and i.left > 500 and i.left == i.total)
    if item is None:
        return []
    held = cents(item.left * 5 / 100)
    told = ledger.chance(0.7)
    word = {"fr": "RG 5%", "de": "abzgl. 5% Sicherheitseinbehalt", "nl": "5% waarborg"}
    words = say(ledger, phrases.INVOICE, item.partner, item.number)
    if told:
        words += " " + word.get(item.partner.language, "less 5% retention")
    item.taken = True
    amount = item.left - held
    transfer = transfer_of(ledger, item, words, amount=amount)
    name = "retention_told" if told else "ambiguous_retention_not_told"
    return [(transfer, Truth(name, "partial", ((item, amount),), True))]


def retention_released(ledger: Ledger, on: date) -> Booked:
    """The held back rest of an old document."""
    item = ledger.pick(on, lambda i: in_euro(i) and i.left == cents(i.total * 5 / 100))
    if item is None:
        return []
    partner = item.partner
    word = {
        "fr": "libération RG",
        "de": "Auszahlung Sicherheitseinbehalt",
        "nl": "vrijgave waarborg",
    }
    words = f"{word.get(partner.language, 'release of retention')} {item.number}"
    named = ledger.chance(0.7)
    if not named:
        words = f"{word.get(partner.language, 'release of retention')} {item.project}"
    name = "retention_released" if named else "retention_released_project_named"
    return in_full(ledger, on, item, name, transfer_of(ledger, item, words))


def project_named(ledger: Ledger, on: date) -> Booked:
    """The project, which begins the numbers of all its instalments; the amount says which."""

    def only(item: Item) -> bool:
        siblings = [i for i in ledger.open_of(item.partner, on) if i is not item]
        return in_euro(item) and bool(item.project) and all(i.left != item.left for i in siblings)

    item = ledger.pick(on, only)
    if item is None:
        return []
    table = {"fr": "Chantier {}", "de": "BV {}", "nl": "Werf {}", "en": "Project {}"}
    words = table[item.partner.language].format(item.project)
    transfer = transfer_of(ledger, item, words)
    return in_full(ledger, on, item, "project_named_amount_decides", transfer, False)


def round_sum_on_account(ledger: Ledger, on: date) -> Booked:
    """A round part of the only document that the customer owes."""

    def only(item: Item) -> bool:
        return in_euro(item) and item.left > 2500 and ledger.open_of(item.partner, on) == [item]

    item = ledger.pick(on, only)
    if item is None:
        return []
    amount = Decimal(ledger.rng.randint(1, int(item.left // 1000) or 1) * 1000).quantize(
        Decimal("0.01")
    )
    if amount >= item.left:
        return []
    table = {"fr": "Acompte", "de": "Abschlagszahlung", "nl": "voorschot", "en": "on account"}
    item.taken = True
    transfer = transfer_of(ledger, item, table[item.partner.language], amount=amount)
    name = "round_sum_on_the_only_document"
    return [(transfer, Truth(name, "partial", ((item, amount),), False))]


def two_instalments_at_once(ledger: Ledger, on: date) -> Booked:
    """Two documents of one project, the first named in full, of the other its last figure."""
    item = ledger.pick(on, lambda i: in_euro(i) and bool(i.project))
    if item is None:
        return []
    pair = [i for i in ledger.open_of(item.partner, on) if i.project == item.project][:2]
    if len(pair) < 2:
        return []
    for one in pair:
        one.taken = True
    words = f"{pair[0].number} + {pair[1].number.split('/')[-1]}"
    transfer = Transfer(
        pair[0].left + pair[1].left,
        words,
        as_bank_writes(ledger.rng, item.partner.name),
        item.partner.iban,
        language=item.partner.language,
    )
    parts = tuple((one, one.left) for one in pair)
    return [(transfer, Truth("two_instalments_second_in_short", "multi", parts, True))]


def partly_by_the_owner(ledger: Ledger, on: date) -> Booked:
    """The owner pays one half today, the lender the other half later; both quote the number."""
    item = ledger.pick(on, lambda i: in_euro(i) and i.left > 3000)
    if item is None:
        return []
    first = cents(item.left * ledger.rng.choice((20, 40, 50)) / 100)
    item.taken = True
    words = text.plain(say(ledger, phrases.INVOICE, item.partner, item.number))
    mine = transfer_of(ledger, item, words, amount=first)
    lender = "CREDIT HABITAT REGIONAL"
    theirs = Transfer(
        item.left - first,
        f"DEBLOCAGE PRET {as_bank_writes(ledger.rng, item.partner.name)} {item.number}",
        lender,
        ledger.standing_iban(lender),
        language=item.partner.language,
    )
    name = "owner_and_lender_pay_a_part_each"
    later = Truth(name, "partial", ((item, item.left - first),), True)
    ledger.stories.append((on + timedelta(days=ledger.rng.randint(3, 20)), theirs, later))
    return [(mine, Truth(name, "partial", ((item, first),), True))]
