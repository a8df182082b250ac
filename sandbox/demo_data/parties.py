"""The company, its customers and its vendors."""

from __future__ import annotations

import random
import re
import unicodedata

from . import identifiers, vocabulary
from .model import Company, Partner

_CUSTOMERS = 66
# how late a customer pays: most are on time, some are not, a few are a worry
_DELAYS = (0, 0, 0, 1, 2, 3, 4, 6, 9, 12, 18, 25, 40)


def company(rng: random.Random) -> Company:
    siren = identifiers.siren(rng)
    return Company(
        name="Atelier Lumière SAS",
        siren=siren,
        siret=identifiers.siret(siren),
        vat=identifiers.vat(siren),
        street="12 quai des Verriers",
        zip="69007",
        city="Lyon",
        email="compta@atelier-lumiere.example",
        phone="+33 4 65 71 00 00",
    )


def customers(rng: random.Random) -> tuple[Partner, ...]:
    """Customers with different names: a trade and a family each."""
    pairs = [(trade, family) for trade in vocabulary.TRADES for family in vocabulary.FAMILIES]
    rng.shuffle(pairs)
    found = []
    for index, (trade, family) in enumerate(pairs[:_CUSTOMERS], start=1):
        name = f"{trade} {family} {rng.choice(vocabulary.FORMS)}"
        lang = "en_US" if index % 20 == 0 else "fr_FR"
        found.append(_partner(rng, f"C{index:03d}", name, lang, rng.choice(_DELAYS)))
    return tuple(found)


def vendors(rng: random.Random) -> tuple[Partner, ...]:
    found = []
    for index, (name, _, collects) in enumerate(vocabulary.VENDORS, start=1):
        creditor = identifiers.creditor_id(rng) if collects else ""
        found.append(_partner(rng, f"V{index:03d}", name, "fr_FR", 0, creditor))
    return tuple(found)


def ascii_upper(text: str) -> str:
    """Text as bank systems write it: capitals without accents."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(plain.upper().replace("'", " ").split())


def _partner(
    rng: random.Random, ref: str, name: str, lang: str, delay_days: int, creditor_id: str = ""
) -> Partner:
    siren = identifiers.siren(rng)
    iban, bic = identifiers.french_iban(rng)
    zip_code, city = rng.choice(vocabulary.CITIES)
    host = re.sub(r"[^a-z0-9]+", "-", ascii_upper(name).lower())
    return Partner(
        ref=ref,
        name=name,
        siren=siren,
        vat=identifiers.vat(siren),
        street=f"{rng.randrange(1, 180)} {rng.choice(vocabulary.STREETS)}",
        zip=zip_code,
        city=city,
        email=f"compta@{host}.example",
        iban=iban,
        bic=bic,
        payment_days=rng.choice((30, 30, 30, 45, 60)),
        delay_days=delay_days,
        lang=lang,
        creditor_id=creditor_id,
    )
