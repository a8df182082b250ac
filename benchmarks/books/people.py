"""Adds partners: what they are called, where they bank, what the company knows of it."""

from __future__ import annotations

from . import ids, names
from .ledger import Ledger
from .model import Partner
from .text import plain

LANGUAGE = {"FR": "fr", "LU": "fr", "DE": "de", "AT": "de", "CH": "de", "BE": "nl", "NL": "nl"}


def company(
    ledger: Ledger, name: str, country: str, *, known_iban: float = 0.6, **fields: object
) -> Partner:
    """A company; ``known_iban`` is the chance that the books hold its account."""
    rng = ledger.rng
    iban = ids.iban(rng, country)
    number = len(ledger.partners) + 1
    values: dict[str, object] = {
        "id": number,
        "name": name,
        "country": country,
        "iban": iban,
        "known_ibans": (iban,) if iban and ledger.chance(known_iban) else (),
        "customer_number": f"{411000 + number * 7}",
        "terms_days": rng.choice((14, 30, 30, 30, 45, 60)),
        "language": LANGUAGE.get(country, "en"),
    }
    return ledger.add_partner(Partner(**(values | fields)))


def vendors(ledger: Ledger, count: int, country: str, language: str) -> None:
    """Companies that send bills; their accounts are known, since we pay them."""
    for _ in range(count):
        name = names.with_form(ledger.rng, f"{names.brand(ledger.rng)} {_trade(ledger)}", language)
        company(ledger, name, country, known_iban=0.9, is_vendor=True, language=language)


def _trade(ledger: Ledger) -> str:
    return ledger.rng.choice(("Services", "Logistique", "Technik", "Conseil", "Energie", "Print"))


def known_trade_name(ledger: Ledger, partner: Partner, trade_name: str, share: float) -> None:
    """The partner goes by that name; the books know it with that chance."""
    partner.short_name = trade_name
    if ledger.chance(share):
        partner.known_variants = (plain(trade_name),)
