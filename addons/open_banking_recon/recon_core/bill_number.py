"""Whether two numbers are the number of one bill, as a supplier prints it and as people type it."""

from __future__ import annotations

import re

from .references import compact, fold, groups

_ATOM = re.compile(r"[A-Z0-9]+")


def same_bill_number(one: str, other: str) -> bool:
    """Whether ``one`` and ``other`` differ only in case, accents, blanks, punctuation and leading
    zeros: ``FA-2026/0012`` is ``fa 2026 12``, and ``FA20260012`` as well.

    Separators may be there or not; where both have them, they have to part the same numbers:
    ``2026-11-2`` is not ``2026-1-12``. What has neither a letter nor a digit is no number.
    """
    left, right = _without_zeros(one), _without_zeros(other)
    if not left or not right:
        return bool(one.strip()) and one.strip().casefold() == other.strip().casefold()
    if left == right:
        return True
    apart = len(_ATOM.findall(fold(one))), len(_ATOM.findall(fold(other)))
    return apart[0] != apart[1] and compact(one).lstrip("0") == compact(other).lstrip("0")


def _without_zeros(number: str) -> list[str]:
    return [g.lstrip("0") or "0" if g.isdigit() else g for g in groups(number)]
