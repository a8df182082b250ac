"""Single values of a provider's JSON: texts, amounts and dates that may be missing or hostile."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timezone
from decimal import Decimal

from ..errors import RetryableError
from ..types import Balance

_BALANCE_ORDER = (
    "closingBooked",
    "interimBooked",
    "openingBooked",
    "expected",
    "interimAvailable",
    "forwardAvailable",
    "nonInvoiced",
)
# Berlin Group schema amountValue, a little wider. No exponent: Decimal alone would take 1e999999 and
# fill the memory with it
_AMOUNT = re.compile(r"[+-]?[0-9]{1,17}(\.[0-9]{1,5})?")
_FRACTION = re.compile(r"\.[0-9]+")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


def text(entry: Mapping[str, object], name: str) -> str:
    """The text under ``name`` without the space around it, empty when it is none.

    Half a surrogate pair, which JSON can write and UTF-8 cannot, becomes a question mark.
    """
    value = entry.get(name)
    return value.encode("utf-8", "replace").decode().strip() if isinstance(value, str) else ""


def required_text(entry: Mapping[str, object], name: str) -> str:
    """The text under ``name``. Raises RetryableError("bad_response") when there is none."""
    value = text(entry, name)
    if not value:
        raise RetryableError("bad_response", f"{name} missing")
    return value


def identifier(value: object) -> str:
    """A number or a text that names something, as text; empty when it is neither."""
    if isinstance(value, str):
        return text({"": value}, "")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def required_identifier(entry: Mapping[str, object], name: str) -> str:
    """The number or text under ``name`` as text. Raises RetryableError("bad_response") without."""
    value = identifier(entry.get(name))
    if not value:
        raise RetryableError("bad_response", f"{name} missing")
    return value


def child(entry: Mapping[str, object], name: str) -> Mapping[str, object]:
    """The object under ``name``, an empty one when it is none."""
    value = entry.get(name)
    return value if isinstance(value, Mapping) else {}


def children(value: object) -> list[Mapping[str, object]]:
    """The objects of a list, none when it is no list."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def required_children(entry: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    """The objects of the list under ``name``. Raises RetryableError("bad_response") without it:
    "nothing there" must be said, else a broken answer would look like a quiet account."""
    value = entry.get(name)
    if not isinstance(value, list):
        raise RetryableError("bad_response", f"{name} is not a list")
    return children(value)


def decimal(value: object, name: str) -> Decimal:
    """A number or a text with one as Decimal. Raises RetryableError("bad_response") otherwise.

    ``name`` is for the error. JSON numbers must have been parsed to Decimal, never to float.
    """
    is_number = isinstance(value, (int, Decimal)) and not isinstance(value, bool)
    written = str(value) if is_number else value
    if not isinstance(written, str) or not _AMOUNT.fullmatch(written.strip()):
        raise RetryableError("bad_response", f"{name} is not a number")
    return Decimal(written.strip())


def calendar_date(entry: Mapping[str, object], *names: str) -> date | None:
    """The first date under one of ``names``, as written: a date-time keeps its own day, it is never
    shifted to UTC or from it. Raises RetryableError("bad_response") when it is no date."""
    for name in names:
        written = text(entry, name)[:10]
        try:
            if written:
                return date.fromisoformat(written)
        except ValueError as error:
            raise RetryableError("bad_response", f"{name} is not a date") from error
    return None


def instant(entry: Mapping[str, object], name: str) -> datetime:
    """The point in time under ``name`` to the second, UTC where no zone is written.

    Raises RetryableError("bad_response") when there is none.
    """
    written = _FRACTION.sub("", required_text(entry, name)).replace("Z", "+00:00")
    try:
        found = datetime.fromisoformat(written)
    except ValueError as error:
        raise RetryableError("bad_response", f"{name} is not a time") from error
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def known(reference: str) -> str:
    """Empty for the placeholder that ISO 20022 prescribes when nothing was given."""
    return "" if reference.upper() in ("NOTPROVIDED", "NOT PROVIDED", "NONREF") else reference


def compact_iban(written: str) -> str:
    """An IBAN without spaces and in capitals, as it is compared."""
    return "".join(written.split()).upper()


def iban_or_nothing(written: str) -> str:
    """The compact IBAN where ``written`` has the shape of one, empty for other account numbers."""
    compact = compact_iban(written)
    return compact if _IBAN.fullmatch(compact) else ""


def booked_first(balances: Iterable[Balance]) -> list[Balance]:
    """The balances ordered by how sure they are: booked, expected, available, all others."""
    return sorted(balances, key=_balance_rank)


def _balance_rank(balance: Balance) -> int:
    is_known = balance.balance_type in _BALANCE_ORDER
    return _BALANCE_ORDER.index(balance.balance_type) if is_known else len(_BALANCE_ORDER)
