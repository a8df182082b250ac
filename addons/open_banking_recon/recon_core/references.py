"""References as people and banks write them: folded text, compact keys and check digits.

A key is a reference without its separators: ``INV/2025/00130`` and ``inv 2025 00130`` have the
same one. Looking keys up in the compact form of a text finds a reference that a bank cut in two.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from stdnum import iso11649, luhn
from stdnum.be import ogm_vcs
from stdnum.ch import esr

_LIGATURES = str.maketrans(
    {"ß": "SS", "œ": "OE", "Œ": "OE", "æ": "AE", "Æ": "AE", "ø": "O", "Ø": "O"}
)
_ATOM = re.compile(r"[A-Z0-9]+")
_GROUP = re.compile(r"[A-Z]+|[0-9]+")
# In a text a single letter right behind a number belongs to it: 459/1B is not 459/1.
_GROUP_IN_TEXT = re.compile(r"[0-9]+[A-Z](?![A-Z0-9])|[A-Z]+|[0-9]+")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


def fold(text: str) -> str:
    """``text`` in upper case without accents; what is not ASCII after that becomes a space."""
    if text.isascii():
        return text.upper()
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES)).upper()
    kept = (c for c in decomposed if not unicodedata.combining(c))
    return "".join(c if c.isascii() else " " for c in kept)


def compact(text: str) -> str:
    """``text`` folded, letters and digits only."""
    return "".join(_ATOM.findall(fold(text)))


def groups(text: str) -> list[str]:
    """The runs of letters and of digits of ``text``, folded: ``INV/2025/00130`` -> INV, 2025, 00130."""
    return _GROUP.findall(fold(text))


@dataclass(frozen=True, slots=True)
class CompactText:
    """A text without separators that remembers its ``bounds``: where a word or a run of digits begins
    or ends, in order."""

    text: str
    bounds: tuple[int, ...]

    def windows(self, lengths: Collection[int]) -> Iterator[tuple[int, str]]:
        """(position, piece) for every piece of one of the ``lengths`` that starts and ends on a bound."""
        text, bounds = self.text, self.bounds
        longest = max(lengths, default=0)
        for at, start in enumerate(bounds, start=1):
            for end in bounds[at:]:
                if end - start > longest:
                    break
                if end - start in lengths:
                    yield start, text[start:end]


def compact_text(folded: str, strip_zeros: bool = False) -> CompactText:
    """The compact form of an already folded text.

    With ``strip_zeros`` every run of digits loses its leading zeros, so that ``INV/2025/050`` and
    ``INV/2025/00050`` look alike.
    """
    pieces: list[str] = []
    bounds: list[int] = [0]
    position = 0
    for group in _GROUP_IN_TEXT.findall(folded):
        piece = group.lstrip("0") if strip_zeros and group[0].isdigit() else group
        if piece:
            pieces.append(piece)
            position += len(piece)
            bounds.append(position)
    return CompactText("".join(pieces), tuple(bounds))


def without_zeros(reference: str) -> str:
    """The compact key of ``reference`` with every run of digits stripped of its leading zeros."""
    return "".join(g.lstrip("0") if g[0].isdigit() else g for g in groups(reference))


class Spellings(NamedTuple):
    """The ways to write a reference that are looked for, all folded and without separators.

    ``key`` is the whole, ``bare`` the same with every run of digits stripped of its leading zeros;
    ``core`` is the key from its first digit on, empty when a letter follows the first digits.
    ``tails`` are how somebody abbreviates it: its last number without the year and without zeros,
    and its last four digits, if these are two digits at least.
    """

    key: str
    bare: str
    core: str
    tails: tuple[str, ...]


def spellings(reference: str) -> Spellings:
    """All spellings of ``reference``, taken apart once."""
    parts = groups(reference)
    numbers = [part for part in parts if part.isdigit()]
    at = parts.index(numbers[0]) if numbers else len(parts)
    return Spellings(
        key="".join(parts),
        bare="".join([p.lstrip("0") for p in parts]),
        core="".join(parts[at:]) if len(parts) - at == len(numbers) else "",
        tails=_tails(numbers[-1]) if numbers else (),
    )


def _tails(number: str) -> tuple[str, ...]:
    found = [number.lstrip("0"), number[-4:].lstrip("0")]
    if len(number) > 6 and _YEAR.match(number):
        found.append(number[4:].lstrip("0"))
    return tuple([t for t in dict.fromkeys(found) if len(t) >= 2])


def is_valid_creditor_reference(reference: str, country: str = "") -> bool:
    """Whether ``reference`` has right check digits: ISO 11649 (RF) and Belgian OGM/VCS wherever the
    debtor is; the Swiss QR reference, the Finnish viitenumero and the Norwegian KID, which any number
    may pass by accident, only for a debtor in their ``country`` (ISO 3166, two letters)."""
    key = compact(reference)
    if key.startswith("RF"):
        return iso11649.is_valid(key)
    if not key.isdigit():
        return False
    return ogm_vcs.is_valid(key) or _NATIONAL.get(country, _none)(key)


def _none(_key: str) -> bool:
    return False


def _is_swiss(key: str) -> bool:
    return len(key) == 27 and esr.is_valid(key)


def _is_finnish(key: str) -> bool:
    """Weights 7, 3, 1 from the right (Finance Finland, creditor reference numbers)."""
    if not 4 <= len(key) <= 20:
        return False
    total = sum(int(c) * (7, 3, 1)[at % 3] for at, c in enumerate(reversed(key[:-1])))
    return (10 - total % 10) % 10 == int(key[-1])


def _is_norwegian(key: str) -> bool:
    """KID: modulus 10 or 11 (Bits, requirements for KID)."""
    if not 4 <= len(key) <= 25:
        return False
    total = sum(int(c) * (2 + at % 6) for at, c in enumerate(reversed(key[:-1])))
    return luhn.is_valid(key) or (11 - total % 11) % 11 == int(key[-1])


_NATIONAL = {"CH": _is_swiss, "LI": _is_swiss, "FI": _is_finnish, "NO": _is_norwegian}
