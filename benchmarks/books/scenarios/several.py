"""One line pays several documents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations

from .. import phrases, text
from ..ledger import Ledger
from ..model import ZERO, Item, Partner, Transfer, Truth
from ..names import as_bank_writes
from .single import Booked, in_euro, say

GLUE = (" ", ", ", "+", " + ", "/", ";", " et ", " u. ")


def amount_of(items: Sequence[Item]) -> Decimal:
    """Invoices less credit notes."""
    return sum((-i.left if i.move_type.endswith("refund") else i.left for i in items), ZERO)


def pay(
    ledger: Ledger,
    items: Sequence[Item],
    class_name: str,
    transfer: Transfer,
    names_documents: bool = True,
    kind: str = "multi",
) -> Booked:
    for item in items:
        item.taken = True
    parts = tuple((item, item.left) for item in items)
    return [(transfer, Truth(class_name, kind, parts, names_documents))]


def from_partner(ledger: Ledger, partner: Partner, amount: Decimal, words: str) -> Transfer:
    return Transfer(
        amount=amount,
        text=words,
        name=as_bank_writes(ledger.rng, partner.name),
        iban=partner.iban,
        language=partner.language,
    )


def run_of(ledger: Ledger, on: date, low: int, high: int) -> list[Item]:
    """The oldest open invoices of a partner, ``low`` to ``high`` of them; [] if there are fewer."""

    def enough(item: Item) -> bool:
        return in_euro(item) and len(ledger.open_of(item.partner, on)) >= low

    item = ledger.pick(on, enough)
    if item is None:
        return []
    found = [i for i in ledger.open_of(item.partner, on) if in_euro(i)]
    count = ledger.rng.randint(low, min(high, max(low, len(found))))
    return found[:count] if len(found) >= low else []


def listed(ledger: Ledger, items: Sequence[Item], short: bool = False) -> str:
    """The numbers as one payer writes them: all in the same way."""
    glue = ledger.rng.choice(GLUE)
    way = ledger.rng.randrange(4)
    numbers = [item.number for item in items]
    if short or way == 0:
        numbers = numbers[:1] + [text.last_digits(n) for n in numbers[1:]]
    elif way == 1:
        numbers = [text.without_prefix(n) for n in numbers]
    return glue.join(numbers)


def few_named(ledger: Ledger, on: date) -> Booked:
    items = run_of(ledger, on, 2, 4)
    if not items:
        return []
    words = say(ledger, phrases.INVOICE, items[0].partner, listed(ledger, items))
    transfer = from_partner(ledger, items[0].partner, amount_of(items), words)
    return pay(ledger, items, "few_documents_all_named", transfer)


def few_any_named(ledger: Ledger, on: date) -> Booked:
    """Not the oldest ones: those that the text names."""
    items = run_of(ledger, on, 3, 9)
    if len(items) < 3:
        return []
    chosen = ledger.rng.sample(items, ledger.rng.randint(2, len(items) - 1))
    words = say(ledger, phrases.INVOICE, items[0].partner, listed(ledger, chosen))
    transfer = from_partner(ledger, items[0].partner, amount_of(chosen), words)
    if _another_subset(items, chosen):
        return pay(ledger, chosen, "all_named_while_another_subset_adds_up", transfer)
    return pay(ledger, chosen, "few_documents_all_named", transfer)


def _another_subset(items: Sequence[Item], chosen: Sequence[Item]) -> bool:
    goal, own = amount_of(chosen), {i.id for i in chosen}
    return any(
        amount_of(some) == goal and {i.id for i in some} != own
        for size in range(1, min(len(items), 5))
        for some in combinations(items[:12], size)
    )


def collective_named(ledger: Ledger, on: date) -> Booked:
    """Five to forty documents; the list is complete if it fits into the bank's text."""
    items = run_of(ledger, on, 5, 40)
    if not items:
        return []
    words = listed(ledger, items, short=True)
    cut = 120
    name = "collective_all_named" if len(words) <= cut else "collective_list_cut"
    transfer = from_partner(ledger, items[0].partner, amount_of(items), words[:cut])
    return pay(ledger, items, name, transfer)


def collective_first_and_others(ledger: Ledger, on: date) -> Booked:
    """The first two and "and others"; the others follow them in the books."""
    items = run_of(ledger, on, 4, 15)
    if not items:
        return []
    more = {"fr": "et autres", "de": "u.a.", "nl": "e.a.", "en": "and others"}
    partner = items[0].partner
    words = f"{listed(ledger, items[:2])} {more[partner.language]}"
    transfer = from_partner(ledger, partner, amount_of(items), words)
    return pay(ledger, items, "collective_some_named_rest_follows", transfer)


def collective_range(ledger: Ledger, on: date) -> Booked:
    """From this number to that one."""
    items = run_of(ledger, on, 3, 12)
    if not items:
        return []
    frame = {"fr": "factures {} à {}", "de": "RE {} bis {}", "nl": "{} t/m {}", "en": "{} to {}"}
    partner = items[0].partner
    words = frame[partner.language].format(items[0].number, items[-1].number)
    transfer = from_partner(ledger, partner, amount_of(items), words)
    return pay(ledger, items, "collective_range_from_to", transfer)


def whole_balance(ledger: Ledger, on: date) -> Booked:
    """No number: everything that is open on that day, credit notes taken off."""
    items = run_of(ledger, on, 2, 60)
    if not items:
        return []
    partner = items[0].partner
    items = [i for i in ledger.open_of(partner, on) if in_euro(i)]
    credits = [i for i in ledger.open_of(partner, on, "out_refund") if in_euro(i)]
    total = amount_of([*items, *credits])
    if total <= ZERO or len(items) > 40:
        return []
    words = say(ledger, phrases.VAGUE, partner)
    transfer = from_partner(ledger, partner, total, words)
    name = "whole_balance_with_credit_notes" if credits else "whole_balance_without_reference"
    return pay(ledger, [*items, *credits], name, transfer, names_documents=False)


def one_month(ledger: Ledger, on: date) -> Booked:
    """The invoices of the month that the text names."""
    items = run_of(ledger, on, 2, 60)
    if not items:
        return []
    partner, start = items[0].partner, items[0].invoice_date
    same = [
        i for i in items if (i.invoice_date.year, i.invoice_date.month) == (start.year, start.month)
    ]
    if len(same) < 2 or (start.year, start.month) == (on.year, on.month):
        return []
    label = phrases.month(partner.language, start.month)
    if ledger.chance(0.4):
        label = f"{start:%m/%Y}"
    words = say(ledger, phrases.MONTHLY, partner, label)
    transfer = from_partner(ledger, partner, amount_of(same), words)
    return pay(ledger, same, "documents_of_the_month_named", transfer, names_documents=False)


def credit_note_netted(ledger: Ledger, on: date) -> Booked:
    credit = ledger.pick(on, in_euro, "out_refund")
    if credit is None:
        return []
    partner = credit.partner
    items = [i for i in ledger.open_of(partner, on) if in_euro(i)][: ledger.rng.randint(1, 4)]
    if amount_of([*items, credit]) <= ZERO:
        return []
    note = say(ledger, phrases.CREDIT, partner, credit.number)
    named = ledger.chance(0.7)
    words = (
        f"{say(ledger, phrases.INVOICE, partner, listed(ledger, items))} {note if named else ''}"
    )
    transfer = from_partner(ledger, partner, amount_of([*items, credit]), words.strip())
    name = "credit_note_netted_named" if named else "credit_note_netted_unnamed"
    return pay(ledger, [*items, credit], name, transfer)


def one_of_them_unknown(ledger: Ledger, on: date) -> Booked:
    """A list with one number that the books do not hold open: the known ones, the rest on account."""
    items = run_of(ledger, on, 2, 5)
    paid = ledger.closed_of[items[0].partner.id] if items else []
    if not paid:
        return []
    extra = ledger.rng.choice(paid)
    numbers = [*(i.number for i in items), extra.number]
    ledger.rng.shuffle(numbers)
    words = ledger.rng.choice(GLUE).join(numbers)
    transfer = from_partner(ledger, items[0].partner, amount_of(items) + extra.total, words)
    return pay(ledger, items, "collective_one_document_not_open", transfer, kind="over")


def group_central_payer(ledger: Ledger, on: date) -> Booked:
    """One company of a group pays documents of several."""
    first = ledger.pick(on, lambda i: in_euro(i) and bool(i.partner.group))
    if first is None:
        return []
    family = ledger.groups[first.partner.group]
    items = [first]
    for partner in family:
        some = [i for i in ledger.open_of(partner, on) if in_euro(i) and i is not first]
        items += some[: ledger.rng.randint(0, 3)]
    if len({i.partner.id for i in items}) < 2:
        return []
    head = family[0]
    named = ledger.chance(0.8) and len(items) <= 8
    words = listed(ledger, items) if named else f"{phrases.VAGUE[head.language][0]} {head.group}"
    if not named and not _all_of_family(ledger, on, family, items):
        return []
    transfer = from_partner(ledger, head, amount_of(items), words)
    name = "group_pays_for_several_named" if named else "group_pays_everything_unnamed"
    return pay(ledger, items, name, transfer, names_documents=named)


def _all_of_family(ledger: Ledger, on: date, family: list[Partner], items: list[Item]) -> bool:
    every = [i for p in family for i in ledger.open_of(p, on) if in_euro(i)]
    return {i.id for i in every} == {i.id for i in items}


def group_pays_for_one(ledger: Ledger, on: date) -> Booked:
    """The head pays a subsidiary's invoice, with or without its number."""
    item = ledger.pick(on, lambda i: in_euro(i) and bool(i.partner.group))
    if item is None:
        return []
    head = ledger.groups[item.partner.group][0]
    if head is item.partner:
        return []
    named = ledger.chance(0.7)
    if not named and ledger.same_amount(item, on):
        return []
    words = say(ledger, phrases.INVOICE if named else phrases.VAGUE, head, item.number)
    transfer = from_partner(ledger, head, item.left, words)
    name = "group_head_pays_for_subsidiary"
    if not named:
        name += "_without_reference"
    return pay(ledger, [item], name, transfer, named, kind="full")


def factor(ledger: Ledger, on: date) -> Booked:
    """A factor pays documents of one or several customers, numbers given."""
    first = ledger.pick(on, in_euro)
    if first is None:
        return []
    items = [first]
    for _ in range(ledger.rng.randint(1, 4)):
        other = ledger.pick(on, lambda i: in_euro(i) and i not in items)
        if other is not None:
            items.append(other)
    words = f"CESSION {ledger.rng.randint(1000, 9999)} {listed(ledger, items, short=False)}"
    name = ledger.rng.choice(("AFFACTIA FACTORING SA", "CREDIFACT EUROPE", "NORDFACTOR BANK AG"))
    iban = ledger.standing_iban(name)
    transfer = Transfer(amount_of(items), words, name, iban, language=first.partner.language)
    return pay(ledger, items, "factor_pays_named_documents", transfer)


def supplier_several(ledger: Ledger, on: date) -> Booked:
    """Our transfer for several bills of one vendor."""
    first = ledger.pick(on, in_euro, "in_invoice")
    if first is None:
        return []
    items = [i for i in ledger.open_of(first.partner, on, "in_invoice") if in_euro(i)]
    items = items[: ledger.rng.randint(2, 6)]
    if len(items) < 2:
        return []
    words = ledger.rng.choice(GLUE).join(i.partner_ref for i in items)
    transfer = from_partner(ledger, first.partner, -amount_of(items), words)
    return pay(ledger, items, "supplier_several_bills_named", transfer)
