"""Identifiers with right check digits, made from a seeded generator."""

from __future__ import annotations

import random

from stdnum import iban, luhn
from stdnum.iso7064 import mod_97_10

# code of a French bank -> BIC of its head office
_BANKS = {
    "30004": "BNPAFRPP",
    "30003": "SOGEFRPP",
    "30002": "CRLYFRPP",
    "10278": "CMCIFR2A",
    "20041": "PSSTFRPP",
    "16958": "QNTOFRP1",
    "18206": "AGRIFRPP",
    "17515": "CEPAFRPP",
}


def siren(rng: random.Random) -> str:
    """A SIREN: eight digits and a Luhn key."""
    body = f"{rng.randrange(30_000_000, 95_000_000):08d}"
    return body + str(luhn.calc_check_digit(body))


def siret(siren_number: str, establishment: int = 1) -> str:
    """The SIRET of an establishment: SIREN, four digits of order, a Luhn key over all."""
    body = f"{siren_number}{establishment:04d}"
    return body + str(luhn.calc_check_digit(body))


def vat(siren_number: str) -> str:
    """The French VAT number: key = (12 + 3 * (SIREN mod 97)) mod 97."""
    return f"FR{(12 + 3 * (int(siren_number) % 97)) % 97:02d}{siren_number}"


def french_iban(rng: random.Random, bank: str = "") -> tuple[str, str]:
    """An IBAN with right RIB key and right check digits, and the BIC of its bank."""
    bank = bank or rng.choice(sorted(_BANKS))
    branch = f"{rng.randrange(100, 99_999):05d}"
    number = f"{rng.randrange(10**9, 10**11):011d}"
    key = 97 - (89 * int(bank) + 15 * int(branch) + 3 * int(number)) % 97
    bban = f"{bank}{branch}{number}{key:02d}"
    return f"FR{iban.calc_check_digits('FR00' + bban)}{bban}", _BANKS[bank]


def creditor_reference(number: str) -> str:
    """An ISO 11649 reference (RF) that carries the letters and digits of a document number."""
    body = "".join(char for char in number.upper() if char.isalnum())
    return f"RF{mod_97_10.calc_check_digits(body + 'RF')}{body}"


def creditor_id(rng: random.Random) -> str:
    """A French SEPA creditor identifier; its check digits leave out the business code ZZZ."""
    body = f"{rng.randrange(100_000, 999_999):06d}"
    return f"FR{mod_97_10.calc_check_digits(body + 'FR')}ZZZ{body}"
