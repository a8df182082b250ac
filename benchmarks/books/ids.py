"""Numbers with check digits: IBAN, ISO 11649, Belgian OGM, SIRET, SEPA creditor id."""

from __future__ import annotations

from random import Random

# BBAN shapes: n digits, a letters
BBAN = {
    "FR": "n23",
    "DE": "n18",
    "BE": "n12",
    "NL": "a4n10",
    "LU": "n16",
    "ES": "n20",
    "IT": "a1n22",
    "GB": "a4n14",
    "CH": "n17",
    "AT": "n16",
}
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


def digits(rng: Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _numeric(text: str) -> int:
    return int("".join(str(int(c, 36)) for c in text))


def iban(rng: Random, country: str) -> str:
    """An IBAN with right check digits; "" for a country without IBAN."""
    shape = BBAN.get(country)
    if shape is None:
        return ""
    bban, position = "", 0
    while position < len(shape):
        end = position + 1
        while end < len(shape) and shape[end].isdigit():
            end += 1
        count = int(shape[position + 1 : end])
        if shape[position] == "n":
            bban += digits(rng, count)
        else:
            bban += "".join(rng.choice(LETTERS) for _ in range(count))
        position = end
    if country == "BE":  # the last two digits check the ten before
        bban = bban[:10] + f"{int(bban[:10]) % 97 or 97:02d}"
    return f"{country}{98 - _numeric(bban + country + '00') % 97:02d}{bban}"


def iso11649(reference: str) -> str:
    """RF creditor reference of the letters and digits of ``reference``, at most 21 of them."""
    core = "".join(c for c in reference.upper() if c.isascii() and c.isalnum())[-21:]
    return f"RF{98 - _numeric(core + 'RF00') % 97:02d}{core}"


def ogm(number: int) -> str:
    """Belgian structured communication of ten digits, modulo 97 (0 is written 97)."""
    base = f"{number % 10**10:010d}"
    text = base + f"{int(base) % 97 or 97:02d}"
    return f"+++{text[:3]}/{text[3:7]}/{text[7:]}+++"


def siret(rng: Random) -> str:
    """Fourteen digits that pass the Luhn test."""
    base = digits(rng, 13)
    total = 0
    for index, char in enumerate(reversed(base)):
        value = int(char) * (2 if index % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return base + str(-total % 10)


def creditor_id(rng: Random, country: str) -> str:
    return f"{country}{rng.randint(10, 97)}ZZZ{digits(rng, 11)}"
