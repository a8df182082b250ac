"""What an answer holds: JSON Schemas of its parts, and the values as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from .kinds import Schema

ID: Schema = {"type": "integer"}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "number"}
BOOLEAN: Schema = {"type": "boolean"}
TEXT: Schema = {"type": "string"}
DAY: Schema = {"type": "string", "format": "date"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
MONEY: Schema = {
    "type": "object",
    "description": "An amount as a decimal text, with the digits of its currency (ISO 4217).",
    "properties": {
        "amount": {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
        "currency": {"type": "string", "minLength": 3, "maxLength": 3},
    },
    "required": ["amount", "currency"],
    "additionalProperties": False,
}


def one_of(values: list[str]) -> Schema:
    return {"type": "string", "enum": values}


def list_of(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def nullable(schema: Schema) -> Schema:
    """``schema``, or null where there is nothing to tell."""
    return {"anyOf": [schema, {"type": "null"}]}


def described(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description}


@dataclass(frozen=True, slots=True)
class Shape:
    """An object in answers, by its name in the document; all its ``properties`` are always there."""

    name: str
    properties: Mapping[str, Schema]
    description: str = ""

    @property
    def schema(self) -> dict[str, object]:
        told = {"description": self.description} if self.description else {}
        return {
            "type": "object",
            **told,
            "properties": dict(self.properties),
            "required": sorted(self.properties),
            "additionalProperties": False,
        }

    @property
    def ref(self) -> Schema:
        return {"$ref": f"#/components/schemas/{self.name}"}


def page_of(shape: Shape) -> Shape:
    """A page of ``shape``."""
    after = described(
        nullable(TEXT), "To be passed as `after` for the next page; null on the last."
    )
    return Shape(f"{shape.name}Page", {"items": list_of(shape.ref), "next": after})


def day_text(value: date | None) -> str | None:
    """ISO 8601; None for none, also for the False of the ORM."""
    return value.isoformat() if value else None


def moment_text(value: datetime | None) -> str | None:
    """A naive moment in UTC as ISO 8601 with Z, to the second."""
    return value.replace(microsecond=0).isoformat() + "Z" if value else None


def money(value: Decimal | float, currency: str, places: int) -> dict[str, str]:
    """{amount, currency}: ``value`` with ``places`` decimals, never "-0.00"."""
    rounded = Decimal(repr(value) if isinstance(value, float) else value)
    rounded = rounded.quantize(Decimal(1).scaleb(-places)) + 0
    if not rounded:
        rounded = abs(rounded)
    return {"amount": f"{rounded:f}", "currency": currency}
