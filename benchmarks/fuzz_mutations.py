"""Inputs that nobody sends on purpose: seeds with pieces flipped, lost, doubled, swapped or replaced."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

# What has broken readers before, here and elsewhere.
BYTES = (
    *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1a", b"\r", b"\n", b";", b",", b'"', b"'", b"\t"),
    *(b"<", b">", b"&", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;", b"<![CDATA[", b"]]>", b"<!--"),
    *(b"-", b"+", b"1e999", b"NaN", b"Infinity", b"99999999999999999999", b"0.000000001"),
    *(b"\xc2\xb2", b"\xd9\xa3", b"\xe2\x80\xae", b"\xed\xa0\x80", b"\xf0\x9f\x92\xb6", b"\xc3\x28"),
    *(b"31/02/2026", b"00000000", b"2026-13-41", b"9999-12-31", b":61:", b":86:", b"-}", b"%PDF-"),
    *(b"PK\x03\x04", b"endobj", b"stream\n", b"/Length 99999999", b"A" * 4000, b"(" * 500),
)
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 2**63, 10**40, Decimal("1e999"), Decimal("-0.00"), "", " ", "\x00"),
    *("NaN", "Infinity", "1e999999", "-", "1,2,3", "²", "٣", "2026-13-41", "9999-12-31T23:59:60Z"),
    *(
        "0001-01-01",
        "\ud800",
        "\u202e",
        "A" * 5000,
        "EUR",
        "iban",
        [],
        {},
        [[]],
        [None],
        {"": None},
    ),
)


def mutated(chance: random.Random, seeds: Sequence[bytes]) -> bytes:
    """One of ``seeds`` after one to six changes; at most four times as long."""
    data = bytearray(chance.choice(seeds))
    most = 4 * len(data) + 10_000
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        _change(chance, data, seeds)
    return bytes(data[:most])


def _change(chance: random.Random, data: bytearray, seeds: Sequence[bytes]) -> None:
    if not data:
        data += chance.choice(BYTES)
        return
    at = chance.randrange(len(data))
    end = min(len(data), at + chance.choice((1, 2, 8, 40, 300)))
    kind = chance.randrange(8)
    if kind == 0:
        data[at] ^= 1 << chance.randrange(8)
    elif kind == 1:
        data[at] = chance.randrange(256)
    elif kind == 2:
        del data[at:end]
    elif kind == 3:
        data[at:at] = data[at:end]
    elif kind == 4:
        data[at:at] = chance.choice(BYTES)
    elif kind == 5:
        data[at:end] = chance.choice(BYTES)
    elif kind == 6:
        del data[at:]
    else:
        other = chance.choice(seeds)
        place = chance.randrange(len(other) + 1)
        data[at:end] = other[place : place + chance.choice((8, 40, 300))]


def mutated_value(chance: random.Random, seed: Any) -> Any:
    """``seed``, a JSON value, with one to four of its parts changed."""
    value = _copy(seed)
    for _ in range(chance.choice((1, 1, 2, 4))):
        value = _changed(chance, value, 0)
    return value


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(part) for name, part in value.items()}
    return [_copy(part) for part in value] if isinstance(value, list) else value


def _changed(chance: random.Random, value: Any, depth: int) -> Any:
    """A random part of ``value`` replaced, dropped, wrapped, doubled or made of other words."""
    if isinstance(value, dict) and value and chance.random() < 0.8:
        name = chance.choice(list(value))
        if chance.random() < 0.1:
            del value[name]
        elif chance.random() < 0.1:
            value[chance.choice(list(value))] = _copy(value[name])
        else:
            value[name] = _changed(chance, value[name], depth + 1)
        return value
    if isinstance(value, list) and value and chance.random() < 0.8:
        place = chance.randrange(len(value))
        value[place] = _changed(chance, value[place], depth + 1)
        return value
    if isinstance(value, str) and value and chance.random() < 0.5:
        return mutated(chance, [value.encode("utf-8", "surrogatepass")]).decode("utf-8", "replace")
    wrapped: tuple[Any, ...] = ([value], {"value": value}, [value, value])
    return _copy(chance.choice((*VALUES, *wrapped)))
