"""Patterns that people write, searched for a bounded time.

Python's own ``re`` tries ``(a+)+$`` on a text of 64 letters for ever, and holds its worker as long.
``regex`` understands the same patterns and stops when told to.
"""

from __future__ import annotations

import regex

TIMEOUT_S = 0.05  # a text of a bank takes microseconds


def search(pattern: str, text: str, *, ignore_case: bool = False) -> tuple[str | None, ...] | None:
    """The groups of the first place where ``pattern`` matches ``text``; None when there is none.

    A pattern that is broken or takes longer than TIMEOUT_S matches nothing: a rule must not take a
    line of which that cannot be told.
    """
    flags = regex.IGNORECASE if ignore_case else 0
    try:
        found = regex.search(pattern, text, flags, timeout=TIMEOUT_S)
    except (TimeoutError, regex.error):
        return None
    return None if found is None else tuple(found.groups())
