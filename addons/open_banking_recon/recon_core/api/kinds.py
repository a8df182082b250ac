"""What an argument of a call may be: its JSON Schema, and the Python value that is read from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

Schema = Mapping[str, Any]

LARGEST_ID = 2**31 - 1
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
_MONEY = r"^-?[0-9]{1,15}(\.[0-9]{1,6})?$"
# what a text may not hold: the database stores no NUL, and half a surrogate pair is no character
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Kind:
    """``read`` gives the value of what was sent, or raises ValueError with what is expected."""

    schema: Schema
    read: Callable[[object], Any]


def integer(lowest: int, highest: int) -> Kind:
    """An int from ``lowest`` to ``highest``."""

    def read(value: object) -> int:
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # JSON knows no difference
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            raise ValueError(f"a whole number from {lowest} to {highest} is expected")
        return value

    return Kind({"type": "integer", "minimum": lowest, "maximum": highest}, read)


def identity() -> Kind:
    """The id of a record."""
    return integer(1, LARGEST_ID)


def boolean() -> Kind:
    def read(value: object) -> bool:
        if not isinstance(value, bool):
            raise ValueError("true or false is expected")
        return value

    return Kind({"type": "boolean"}, read)


def text(shortest: int, longest: int, pattern: str | None = None) -> Kind:
    """A str of so many characters; ``pattern``: all of it, as in JSON Schema with ^ and $."""
    schema: dict[str, object] = {"type": "string", "minLength": shortest, "maxLength": longest}
    if pattern:
        schema["pattern"] = pattern

    def read(value: object) -> str:
        if not isinstance(value, str) or not shortest <= len(value) <= longest:
            raise ValueError(f"a text of {shortest} to {longest} characters is expected")
        if _NO_TEXT.search(value) or (pattern and not _matches(pattern, value)):
            raise ValueError("there are characters in it that are not allowed")
        return value

    return Kind(schema, read)


def choice(*values: str) -> Kind:
    """One of ``values``."""

    def read(value: object) -> str:
        if not isinstance(value, str) or value not in values:
            raise ValueError(f"one of {', '.join(values)} is expected")
        return value

    return Kind({"type": "string", "enum": list(values)}, read)


def day() -> Kind:
    """A date: ISO 8601, as YYYY-MM-DD."""

    def read(value: object) -> date:
        try:
            if isinstance(value, str) and _matches(_DAY, value):
                return date.fromisoformat(value)
        except ValueError:
            pass  # a day that no calendar has: refused below
        raise ValueError("a date as 2026-03-31 is expected")

    return Kind({"type": "string", "format": "date", "pattern": _DAY}, read)


def moment() -> Kind:
    """A naive datetime in UTC: ISO 8601 with Z, to the second."""

    def read(value: object) -> datetime:
        try:
            if isinstance(value, str) and _matches(_MOMENT, value):
                return datetime.fromisoformat(value[:-1])
        except ValueError:
            pass  # an hour that no clock has: refused below
        raise ValueError("a moment in UTC as 2026-03-31T08:00:00Z is expected")

    return Kind({"type": "string", "format": "date-time", "pattern": _MOMENT}, read)


def money() -> Kind:
    """A Decimal, written as a string: a JSON number may be a float on its way."""

    def read(value: object) -> Decimal:
        if not isinstance(value, str) or not _matches(_MONEY, value):
            raise ValueError('an amount as "1234.50" is expected, as a text')
        return Decimal(value)

    return Kind({"type": "string", "pattern": _MONEY}, read)


def _matches(pattern: str, value: str) -> bool:
    # $ in JSON Schema is the end, in Python also the line break before it
    return re.fullmatch(pattern, value) is not None
