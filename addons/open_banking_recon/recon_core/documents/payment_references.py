"""References to quote with a payment: those with check digits, and what stands behind their labels."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import iso11649
from stdnum.ch import esr

from .candidates import Found, Page, references
from .model import Value

_CREDITOR = re.compile(r"(?<![A-Z0-9])RF\d{2}(?: ?[A-Z0-9]{1,4}){1,6}(?![A-Z0-9])")  # ISO 11649
_BELGIAN = re.compile(r"[+*]{3} ?(\d{3})/(\d{4})/(\d{5}) ?[+*]{3}")
_SWISS = re.compile(r"(?<!\d)\d{2}(?: ?\d{5}){5}(?!\d)")  # QR reference, 27 digits
_SPACED = re.compile(r"(?<![\w/.,-])\d{2,}(?: \d{2,}){1,6}(?![\w/.,-])")
_CHECKED = 0.96
_LARGEST_KEY = 97
_Span = tuple[int, int, Value]


def payment_references(page: Page, number: int) -> list[_Span]:
    """What may be such a reference on a line; also numbers that are printed in groups."""
    groups = [(m.start(), m.end(), m[0]) for m in _SPACED.finditer(page.lines[number].text)]
    others = references(page, number)
    alone = [o for o in others if not any(start <= o[0] < end for start, end, _ in groups)]
    return sorted([*groups, *alone], key=lambda found: found[0])


def checked_reference(page: Page) -> Found | None:
    """The first reference of the page whose check digits are right, wherever it stands."""
    for number, line in enumerate(page.lines):
        for start, end, value in _checked(line.text):
            return Found(value, _CHECKED, number, start, end)
    return None


def _checked(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _CREDITOR.finditer(text):
        if iso11649.is_valid(match[0]):
            yield match.start(), match.end(), match[0].replace(" ", "")
    for match in _BELGIAN.finditer(text):
        digits = "".join(match.groups())
        if int(digits[:10]) % _LARGEST_KEY in (int(digits[10:]), int(digits[10:]) - _LARGEST_KEY):
            yield match.start(), match.end(), f"+++{match[1]}/{match[2]}/{match[3]}+++"
    for match in _SWISS.finditer(text):
        if esr.is_valid(match[0]):
            yield match.start(), match.end(), match[0].replace(" ", "")
