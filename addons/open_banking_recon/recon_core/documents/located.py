"""Where the paper says what was read elsewhere, as in the e-invoice inside the same file."""

from __future__ import annotations

from dataclasses import replace

from .kinds import ValueKind, kind_of
from .learning import places_of
from .model import Field, ReadDocument
from .paper import Paper, paper_of


def located(read: ReadDocument) -> ReadDocument:
    """``read``, in which values without a place have the one where the paper prints them too."""
    if all(field.box for field in read.fields.values()) or not read.pages:
        return read
    paper = paper_of(read.pages)
    fields = {
        name: field if field.box else _located(paper, name, field)
        for name, field in read.fields.items()
    }
    return replace(read, fields=fields)


def _located(paper: Paper, name: str, field: Field) -> Field:
    places = places_of(paper, paper.month_first, name, field.value)
    if not places:
        return field
    # sums stand at the end, behind the goods that may come to the same; the rest at the head
    place = places[-1 if kind_of(name) is ValueKind.AMOUNT else 0]
    return replace(field, page=place.number, box=place.box)
