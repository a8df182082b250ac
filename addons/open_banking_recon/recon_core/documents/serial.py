"""What was read as text, to be handed from one process to another or stored."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import asdict
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from .model import (
    Box,
    DocumentKind,
    Field,
    Origin,
    ReadDocument,
    ReadPage,
    ReadWord,
    TaxLine,
    Value,
)


def to_json(read: ReadDocument) -> str:
    """Everything that was read; :func:`from_json` gives the same back."""
    return json.dumps(
        {
            "kind": read.kind.value,
            "fields": {name: _field(field) for name, field in read.fields.items()},
            "text": read.text,
            "problems": read.problems,
            "pages": [page_to_dict(page) for page in read.pages],
            "taxes": [[str(line.rate), str(line.net), str(line.tax)] for line in read.taxes],
        },
        separators=(",", ":"),
    )


def from_json(text: str) -> ReadDocument:
    """Raises ValueError for what :func:`to_json` has not written."""
    try:
        raw = json.loads(text)
        return ReadDocument(
            DocumentKind(raw["kind"]),
            {str(name): _read_field(field) for name, field in raw["fields"].items()},
            str(raw["text"]),
            tuple(str(problem) for problem in raw["problems"]),
            tuple(page_from_dict(page) for page in raw["pages"]),
            tuple(TaxLine(*map(Decimal, line)) for line in raw["taxes"]),
        )
    except (KeyError, TypeError, AttributeError, InvalidOperation) as error:
        raise ValueError("no document that was read") from error


def page_to_dict(page: ReadPage) -> dict[str, Any]:
    """For JSON; a word is [text, left, top, right, bottom, confidence], the picture in base64."""
    words = [[w.text, *w.box, w.confidence] for w in page.words]
    return asdict(page) | {"words": words, "picture": b64encode(page.picture).decode()}


def page_from_dict(raw: dict[str, Any]) -> ReadPage:
    """Raises ValueError, KeyError or TypeError for what :func:`page_to_dict` has not made."""
    words = tuple(ReadWord(text, _box(box), sure) for text, *box, sure in raw["words"])
    return ReadPage(**{**raw, "words": words, "picture": b64decode(raw["picture"])})


def _field(field: Field) -> dict[str, Any]:
    return {
        "value": _tagged(field.value),
        "confidence": field.confidence,
        "origin": field.origin.value,
        "page": field.page,
        "box": field.box,
    }


def _read_field(raw: dict[str, Any]) -> Field:
    box = raw["box"] and _box(raw["box"])
    return Field(
        _value(raw["value"]), raw["confidence"], Origin(raw["origin"]), raw["page"], box or None
    )


def _tagged(value: Value) -> str | dict[str, str]:
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    return {"date": value.isoformat()} if isinstance(value, date) else value


def _value(raw: str | dict[str, str]) -> Value:
    if isinstance(raw, str):
        return raw
    return Decimal(raw["decimal"]) if "decimal" in raw else date.fromisoformat(raw["date"])


def _box(edges: list[float]) -> Box:
    left, top, right, bottom = edges
    return (left, top, right, bottom)
