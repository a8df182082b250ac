"""One method that programs may call: what it takes, what it gives, and what a key must allow."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import kinds
from .answers import Shape
from .kinds import Kind
from .problems import CallRefused

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 200
KEY = "idempotency_key"


@dataclass(frozen=True, slots=True)
class Argument:
    """``default``: what is read when it is not sent; without one and not ``required``, None."""

    kind: Kind
    help: str = ""
    required: bool = False
    default: Any = None


@dataclass(frozen=True, slots=True)
class Operation:
    """``scope``: what a scoped key must have. ``summary``, ``description``: Markdown. ``shapes``: what
    ``result`` refers to."""

    name: str
    scope: str
    result: Shape
    summary: str
    description: str = ""
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    writes: bool = False
    shapes: tuple[Shape, ...] = ()

    def named(self, values: Sequence[object]) -> dict[str, object]:
        """``values`` by the names of the arguments, in their order. Raises CallRefused for more
        values than arguments."""
        if len(values) > len(self.arguments):
            raise CallRefused("invalid_argument", f"at most {len(self.arguments)} are taken")
        return dict(zip(self.arguments, values, strict=False))

    def read(self, sent: Mapping[str, object]) -> dict[str, Any]:
        """The values of all arguments. Raises CallRefused("invalid_argument") for one that is
        unknown, missing or of the wrong form."""
        for name in sent:
            if name not in self.arguments:
                known = ", ".join(sorted(self.arguments)) or "none"
                raise CallRefused(
                    "invalid_argument", f"unknown argument; there are: {known}", name[:64]
                )
        return {name: _value(name, argument, sent) for name, argument in self.arguments.items()}


def _value(name: str, argument: Argument, sent: Mapping[str, object]) -> Any:
    if sent.get(name) is None:
        if argument.required:
            raise CallRefused("invalid_argument", "it is missing", name)
        return argument.default
    try:
        return argument.kind.read(sent[name])
    except ValueError as error:
        raise CallRefused("invalid_argument", str(error), name) from error


def paging() -> dict[str, Argument]:
    """The arguments of a list."""
    return {
        "limit": Argument(
            kinds.integer(1, LARGEST_LIMIT),
            f"Items of a page, {DEFAULT_LIMIT} by default.",
            default=DEFAULT_LIMIT,
        ),
        "after": Argument(
            kinds.text(1, 200, r"^[A-Za-z0-9_-]+$"),
            "`next` of the page before; none for the first.",
        ),
    }


def once() -> dict[str, Argument]:
    """The argument of a method that writes."""
    kind = kinds.text(8, 128, r"^[!-~]+$")
    told = (
        "A text of your own for this very call, a UUID for instance. The same call with the same key"
        " gives the first answer again and does nothing; kept for 24 hours."
    )
    return {KEY: Argument(kind, told, required=True)}


def digest(operation: str, sent: Mapping[str, object]) -> str:
    """A name for a call: the same for the same method and arguments, whatever their order."""
    body = json.dumps([operation, sent], sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()
