"""Account numbers and ids of counterparties, shortened for those who need not see them.

Whoever pays or is paid is a "silent party": the data are in the books of somebody else, without a
consent of their own (EDPB guidelines 06/2020 on PSD2, section 4.2).
"""

from __future__ import annotations

import re
from typing import Any

from stdnum import iban as iban_check

# of whatever form: national account numbers, mandates and end-to-end ids tell who somebody is
ID_FIELDS = frozenset(
    {
        *("account_number", "acc_number", "iban", "mandate_id", "end_to_end_id"),
        "counterparty_account",  # as the API names it
    }
)
LEFT_OPEN = 4  # characters at the end, by which a person tells two accounts apart
SHORTEST, LONGEST = 15, 34  # an IBAN, ISO 13616
_START = re.compile(r"[A-Za-z]{2}[0-9]{2}")
_NUMBER = re.compile(r"[0-9]{8,}")
_PARTING = " -.\u00a0\u202f"


def masked_id(number: str) -> str:
    """``number`` as ``FR76…1234`` or ``…1234``; a short one is not shown at all."""
    compact = "".join(char for char in number if char not in _PARTING)
    if not compact or "…" in compact:
        return number
    if len(compact) <= 2 * LEFT_OPEN:
        return "…"
    head = compact[:LEFT_OPEN] if _START.match(compact) else ""
    return f"{head}…{compact[-LEFT_OPEN:]}"


def masked_text(text: str) -> str:
    """``text`` with each IBAN in it masked, however it is spaced. Text without one is the same."""
    done, position = [], 0
    for match in _START.finditer(text):
        end = _end_of_iban(text, match.start()) if match.start() >= position else 0
        if end:
            done += [text[position : match.start()], masked_id(text[match.start() : end])]
            position = end
    return "".join((*done, text[position:])) if done else text


def masked(value: Any) -> Any:
    """The same JSON-like value with what :func:`masked_text` masks, and ids under their names or in a
    condition on them (``("account_number", "=", ...)``)."""
    if isinstance(value, str):
        return _same_kind(value, masked_text(value))
    if isinstance(value, dict):
        return {
            masked(key): _masked_ids(part) if _is_id(key) else masked(part)
            for key, part in value.items()
        }
    if isinstance(value, list | tuple):
        is_condition = len(value) == 3 and _is_id(value[0])
        parts = [*value[:2], _masked_ids(value[2])] if is_condition else list(map(masked, value))
        return tuple(parts) if isinstance(value, tuple) else parts
    return value


def masked_numbers(value: Any) -> Any:
    """The same JSON-like value with each run of eight or more digits masked: where all that is told of
    somebody are numbers, each may be an account."""
    if isinstance(value, str):
        return _same_kind(value, _NUMBER.sub(lambda run: masked_id(run[0]), value))
    if isinstance(value, dict):
        return {key: masked_numbers(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        parts = list(map(masked_numbers, value))
        return tuple(parts) if isinstance(value, tuple) else parts
    return value


def _is_id(name: Any) -> bool:
    """Whether ``name`` is that of an id: ``iban``, ``account_number:min``, ``line_id/mandate_id``."""
    if not isinstance(name, str):
        return False
    return re.split(r"[./]", name.partition(":")[0])[-1] in ID_FIELDS


def _masked_ids(value: Any) -> Any:
    if isinstance(value, str):
        return _same_kind(value, masked_id(value))
    if isinstance(value, list | tuple):
        parts = list(map(_masked_ids, value))
        return tuple(parts) if isinstance(value, tuple) else parts
    return masked(value)


def _same_kind(before: str, after: str) -> str:
    """Markup stays Markup: what is escaped already is not escaped again."""
    return before if before == after else type(before)(after)


def _end_of_iban(text: str, start: int) -> int:
    """Where the IBAN that begins at ``start`` ends, 0 when none does."""
    compact, found = "", 0
    for position in range(start, len(text)):
        char = text[position]
        if char in _PARTING and text[position - 1] not in _PARTING:
            continue
        if not (char.isascii() and char.isalnum()) or len(compact) == LONGEST:
            break
        compact += char
        if len(compact) >= SHORTEST and iban_check.is_valid(compact, check_country=False):
            found = position + 1
    return found
