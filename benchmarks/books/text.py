"""How people write numbers and how banks maim text."""

from __future__ import annotations

import re
import unicodedata
from random import Random

LOOKALIKE = {"0": "O", "O": "0", "1": "I", "I": "1", "5": "S", "8": "B"}
LIGATURES = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "Æ": "AE", "Œ": "OE", "ø": "o", "’": "'", "°": "."}
)


def plain(text: str) -> str:
    """``text`` in the letters that SEPA carries."""
    bare = unicodedata.normalize("NFKD", text.translate(LIGATURES))
    bare = bare.encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9/\-?:().,'+ ]", " ", bare)


def other_separators(rng: Random, number: str) -> str:
    """Dashes, slashes and dots of a number replaced or left out."""
    if not re.search(r"[^A-Za-z0-9]", number):
        parts = re.findall(r"[A-Za-z]+|\d+", number)
        return rng.choice((" ", "-", " ")).join(parts)
    return re.sub(r"[^A-Za-z0-9]+", rng.choice((" ", "", ".", "_", "-", "/")), number)


def without_zeros(number: str) -> str:
    """The running number at the end without its leading zeros."""
    return re.sub(r"(?<!\d)0+(?=\d+$)", "", number)


def without_prefix(number: str) -> str:
    """``number`` from its first digit on."""
    return re.sub(r"^\D+", "", number)


def last_digits(number: str) -> str:
    """The running number: at most six digits at the end, without leading zeros."""
    runs = re.findall(r"\d+", number)
    return runs[-1][-6:].lstrip("0") or "0"


def mistyped(rng: Random, number: str) -> str:
    """``number`` with one keystroke wrong: two digits swapped, one missing, changed or doubled."""
    places = [i for i, c in enumerate(number) if c.isdigit()]
    place = rng.choice(places[len(places) // 3 :])
    way = rng.randrange(4)
    if way == 0:
        for left in reversed(places):
            if left + 1 in places and number[left] != number[left + 1]:
                pair = number[left + 1] + number[left]
                return number[:left] + pair + number[left + 2 :]
    if way == 1:
        return number[:place] + number[place + 1 :]
    if way == 2:
        return number[:place] + number[place] + number[place:]
    other = rng.choice([d for d in "0123456789" if d != number[place]])
    return number[:place] + other + number[place + 1 :]


def lookalikes(rng: Random, number: str) -> str:
    """One or two characters replaced by one that looks alike; the same text if it has none."""
    places = [i for i, c in enumerate(number) if c in LOOKALIKE]
    chars = list(number)
    for place in rng.sample(places, min(len(places), rng.randint(1, 2))):
        chars[place] = LOOKALIKE[chars[place]]
    return "".join(chars)


def in_pieces(text: str, width: int, glue: str) -> str:
    """``text`` cut every ``width`` characters and joined again by ``glue``."""
    return glue.join(text[i : i + width].strip() for i in range(0, len(text), width))
