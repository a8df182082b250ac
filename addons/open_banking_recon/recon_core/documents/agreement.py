"""Two readings of one picture, put together field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .model import Field, ReadDocument

_SUMS = ("net", "tax", "total", "amount_due")
_SURE = {"total": 0.85, "number": 0.44, "issue_date": 0.6}
_DOUBT = 0.8  # the other reading says something else
_HIGHEST = 0.98


def in_doubt(read: ReadDocument) -> bool:
    """Whether a second reading is worth its time: a core field is missing or unsure."""
    return any(
        name not in read.fields or read.fields[name].confidence < sure
        for name, sure in _SURE.items()
    )


def together(first: ReadDocument, second: ReadDocument) -> ReadDocument:
    """What both say is surer, what one alone says is kept, and of two the surer one; the amounts
    come from one reading together, since they were checked against each other."""
    fields = {
        name: _better(first.fields.get(name), second.fields.get(name))
        for name in dict.fromkeys((*first.fields, *second.fields))
        if name not in _SUMS
    }
    surer, other = first.fields, second.fields
    if _trust(other) > _trust(surer):
        surer, other = other, surer
    for name in _SUMS:
        if field := surer.get(name):
            rival = other.get(name)
            agreed = rival if rival and rival.value == field.value else None
            fields[name] = _better(field, agreed)
    return replace(first, fields={n: f for n, f in fields.items() if f})


def _trust(fields: Mapping[str, Field]) -> float:
    return fields["total"].confidence if "total" in fields else 0.0


def _better(one: Field | None, other: Field | None) -> Field | None:
    if one is None or other is None:
        return one or other
    best, rest = (one, other) if one.confidence >= other.confidence else (other, one)
    if best.value == rest.value:
        wrong = (1 - best.confidence) * (1 - 0.5 * rest.confidence)
        sure = max(best.confidence, min(_HIGHEST, 1 - wrong))
    else:
        sure = (
            best.confidence * _DOUBT if rest.confidence > 0.5 * best.confidence else best.confidence
        )
    return replace(best, confidence=round(sure, 3))
