"""IBANs and VAT numbers in a line, by their shape and their check digits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from stdnum import iban as iban_check
from stdnum.eu import vat as vat_check
from stdnum.gb import vat as gb_check

from .labels import VAT_LABEL
from .repair import digits, fitted

# ISO 13616 registry: the length of an IBAN, of the countries of the single euro payments area.
_IBAN_LENGTH = {
    code: int(length)
    for pair in [
        "AD24",
        "AT20",
        "BE16",
        "BG22",
        "CH21",
        "CY28",
        "CZ24",
        "DE22",
        "DK18",
        "EE20",
        "ES24",
        "FI18",
        "FR27",
        "GB22",
        "GI23",
        "GR27",
        "HR21",
        "HU28",
        "IE22",
        "IS26",
        "IT27",
        "LI21",
        "LT20",
        "LU20",
        "LV21",
        "MC27",
        "MT31",
        "NL18",
        "NO15",
        "PL28",
        "PT25",
        "RO24",
        "SE24",
        "SI19",
        "SK24",
        "SM27",
        "VA22",
    ]
    for code, length in [(pair[:2], pair[2:])]
}
_IBAN_START = re.compile(r"(?<![A-Z0-9])(?:IBAN:?)?([A-Z]{2}) ?(?=[\dOoIlSB] ?[\dOoIlSB])")
# Of the number after the country (repair.fitted); source: VIES, format of VAT numbers.
_VAT_SHAPES: dict[str, tuple[str, ...]] = {
    country: tuple(shapes.split("|"))
    for country, shapes in (
        ("AT", "Unnnnnnnn"),
        ("BE", "nnnnnnnnnn|nnnnnnnnn"),
        ("BG", "nnnnnnnnn|nnnnnnnnnn"),
        ("CY", "nnnnnnnna"),
        ("CZ", "nnnnnnnn|nnnnnnnnn|nnnnnnnnnn"),
        ("DE", "nnnnnnnnn"),
        ("DK", "nnnnnnnn"),
        ("EE", "nnnnnnnnn"),
        ("EL", "nnnnnnnnn"),
        ("ES", "xnnnnnnnx"),
        ("FI", "nnnnnnnn"),
        ("FR", "xxnnnnnnnnn"),
        ("HR", "nnnnnnnnnnn"),
        ("HU", "nnnnnnnn"),
        ("IE", "nxnnnnna|nxnnnnnaa"),
        ("IT", "nnnnnnnnnnn"),
        ("LT", "nnnnnnnnn|nnnnnnnnnnnn"),
        ("LU", "nnnnnnnn"),
        ("LV", "nnnnnnnnnnn"),
        ("MT", "nnnnnnnn"),
        ("NL", "nnnnnnnnnBnn"),
        ("PL", "nnnnnnnnnn"),
        ("PT", "nnnnnnnnn"),
        ("RO", "nnnnnnnn|nnnnnnnnn|nnnnnnnnnn|nnnnnnn"),
        ("SE", "nnnnnnnnnnnn"),
        ("SI", "nnnnnnnn"),
        ("SK", "nnnnnnnnnn"),
        ("XI", "nnnnnnnnn|nnnnnnnnnnnn"),
        ("GB", "nnnnnnnnn|nnnnnnnnnnnn"),
        ("CHE", "nnnnnnnnn"),
    )
}
_VAT_START = re.compile(r"(?<![A-Z0-9])(" + "|".join(_VAT_SHAPES) + r")[ .:-]{0,2}(?=[A-Z0-9])")
# A national number behind a label that leaves no doubt, without its country.
_BARE_VAT = re.compile(
    r"\b(?:(?:vat|btw|tva|mwst|ust)[ .-]{0,2}(?:reg\w*\.?|id\w*\.?)?[ .-]{0,2}(?:id\w*|no|nr|number|nummer|n°|#)?"
    r"|partita iva|p\. ?iva|c\.?i\.?f\.?|n\.?i\.?f\.?|abn|tax ?id)[ .:#]{1,4}(?=[a-z]{0,3}\d)"
)
_MOST_DOUBTS = 3
Span = tuple[int, int, str, float]


def ibans(text: str) -> Iterator[Span]:
    """(start, end, IBAN, trust) of every number with right check digits, with letters and digits
    that are easily confused set right."""
    for match in _IBAN_START.finditer(text):
        wanted = _IBAN_LENGTH.get(match[1])
        taken = wanted and _taken(text, match.start(1), wanted)
        if taken:
            end, raw = taken
            if iban_check.is_valid(raw):
                yield match.start(1), end, raw, 0.99
            elif repaired := _repaired_iban(raw):
                yield match.start(1), end, repaired, 0.95


def _repaired_iban(raw: str) -> str:
    """The only reading of confused letters that has right check digits; empty when none or several:
    two of a hundred wrong numbers would pass the check as well."""
    if raw[:2] in ("FR", "MC", "IT", "SM"):
        return _only_valid(raw)
    bank = raw[4:8] if raw[:2] in ("NL", "GB", "IE", "RO", "LV", "BG", "GI") else ""
    start = 4 + len(bank)
    candidate = raw[:2] + digits(raw[2:4]) + (fitted(bank, "aaaa") or bank) + digits(raw[start:])
    return candidate if iban_check.is_valid(candidate) else ""


def _only_valid(raw: str) -> str:
    """Accounts of these countries may hold letters, though they seldom do."""
    head = raw[:2] + digits(raw[2:4])
    if iban_check.is_valid(head + digits(raw[4:])):
        return head + digits(raw[4:])
    doubts = [i for i, c in enumerate(raw[4:], 4) if digits(c) != c]
    if len(doubts) > _MOST_DOUBTS:
        return ""
    valid = set()
    for choice in product((False, True), repeat=len(doubts)):
        body = list(raw)
        for index, swap in zip(doubts, choice, strict=True):
            body[index] = digits(body[index]) if swap else body[index]
        candidate = head + "".join(body[4:])
        if iban_check.is_valid(candidate):
            valid.add(candidate)
    return valid.pop() if len(valid) == 1 else ""


def _taken(text: str, start: int, wanted: int) -> tuple[int, str] | None:
    """(end, the first ``wanted`` letters and digits from ``start``), None where too few follow."""
    taken = ""
    for index in range(start, len(text)):
        character = text[index]
        if character.isascii() and character.isalnum():
            taken += character
        elif character not in " .-:\u00a0":
            return None
        if len(taken) == wanted:
            following = text[index + 1 : index + 2]
            return None if following.isalnum() and following.isascii() else (index + 1, taken)
    return None


def vats(text: str, around: str) -> Iterator[Span]:
    """(start, end, number, trust); a wrong key is only believed where ``around``, the folded text of
    the place, has a label, and a number without its country only behind one."""
    told = bool(VAT_LABEL.search(around))
    known: set[int] = set()
    for match in _VAT_START.finditer(text):
        if best := _best_vat(text, match, told):
            known.add(best[1])
            yield best
    for match in _BARE_VAT.finditer(around.rpartition("\n")[2]):
        bare = re.match(r"[A-Z]{0,3}\d(?:[ .-]?[\dA-Z]){7,11}(?![\w])", text[match.end() :])
        if bare and match.end() + bare.end() not in known:
            value = re.sub(r"[ .-]", "", bare[0])
            yield match.end(), match.end() + bare.end(), value, 0.55


def _best_vat(text: str, match: re.Match[str], told: bool) -> Span | None:
    country = match[1]
    unchecked: Span | None = None
    for shape in _VAT_SHAPES[country]:
        taken = _taken(text, match.end(), len(shape))
        body = taken and fitted(taken[1], shape)
        if not taken or not body:
            continue
        number = country + body
        if valid_vat(number):
            trust = 0.95 if taken[1] == body else 0.88
            return match.start(), taken[0], number, trust
        if told and sum(c.isdigit() for c in taken[1]) >= 7:
            unchecked = unchecked or (match.start(), taken[0], number, 0.55)
    return unchecked


def valid_vat(number: str) -> bool:
    """Whether the key of an EU or British number with its country is right."""
    if number.startswith("GB"):
        return bool(gb_check.is_valid(number))
    return bool(vat_check.is_valid(number))
