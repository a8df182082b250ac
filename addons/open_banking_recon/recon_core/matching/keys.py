"""References of open documents, found in a compact text by look-ups alone."""

from __future__ import annotations

from collections.abc import Iterable, KeysView
from dataclasses import dataclass
from itertools import chain

from ..references import CompactText
from .docs import RefLevel

_CROWDED = 25  # a half of a key that so many documents share tells nothing
_PREFIX_OF = 3
_LEVELS = len(RefLevel)


@dataclass(frozen=True, slots=True)
class Hit:
    """A document named in a text between two positions of its compact form."""

    position: int
    level: RefLevel
    start: int
    end: int


class Postings:
    """Which documents have a piece of text. Most pieces have one document: it stands in a flat
    dictionary, as its position and level in one number, and only the others need a list."""

    def __init__(self) -> None:
        self._first: dict[str, int] = {}
        self._others: dict[str, list[int]] = {}

    @property
    def pieces(self) -> KeysView[str]:
        return self._first.keys()

    def add(self, piece: str, position: int, level: RefLevel) -> None:
        """``position`` is not below those added before; of one document the best level stays."""
        code = position * _LEVELS + level
        first = self._first.setdefault(piece, code)
        if first == code:
            return
        if first // _LEVELS == position:
            self._first[piece] = max(first, code)
            return
        others = self._others.setdefault(piece, [code])
        if others[-1] // _LEVELS == position:
            others[-1] = max(others[-1], code)
        else:
            others.append(code)

    def get(self, piece: str) -> list[tuple[int, RefLevel]]:
        """(position, level) of each document that has ``piece``, which is one of ``pieces``."""
        codes = (self._first[piece], *self._others.get(piece, ()))
        return [(code // _LEVELS, RefLevel(code % _LEVELS)) for code in codes]

    def forget(self, pieces: Iterable[str]) -> None:
        for piece in pieces:
            del self._first[piece]
            self._others.pop(piece, None)

    def crowded(self, limit: int) -> list[str]:
        """The pieces of more than ``limit`` documents."""
        return [piece for piece, others in self._others.items() if len(others) >= limit]


class KeyIndex:
    """Known references by their exact form, and by their halves for those with a typing error."""

    def __init__(self) -> None:
        self._docs = Postings()
        self._heads = Postings()
        self._ends = Postings()
        self._lengths: frozenset[int] = frozenset()
        self._half_lengths: frozenset[int] = frozenset()

    def add(self, key: str, position: int, level: RefLevel, with_halves: bool = True) -> None:
        """``position`` is not below those added before."""
        self._docs.add(key, position, level)
        if with_halves and len(key) >= 8:
            half = len(key) // 2
            self._heads.add(key[:half], position, RefLevel.NEAR)
            self._ends.add(key[half:], position, RefLevel.NEAR)

    def close(self) -> None:
        """Forget keys that begin several longer ones, and halves too common to tell anything."""
        ordered = sorted(self._docs.pieces)
        self._docs.forget(
            [
                key
                for key, third in zip(ordered, ordered[_PREFIX_OF:], strict=False)
                if third.startswith(key)
            ]
        )
        for halves in (self._heads, self._ends):
            halves.forget(halves.crowded(_CROWDED))
        self._lengths = _lengths(self._docs.pieces)
        self._half_lengths = _lengths(chain(self._heads.pieces, self._ends.pieces))

    def find(self, text: CompactText) -> list[Hit]:
        """The documents named in full; a name inside a longer one does not count."""
        known = self._docs.pieces
        spans = [(s, s + len(k), k) for s, k in text.windows(self._lengths) if k in known]
        return [
            Hit(position, level, start, end)
            for start, end, key in spans
            if not any(s <= start and end <= e and e - s > end - start for s, e, _ in spans)
            for position, level in self._docs.get(key)
        ]

    def near(self, text: CompactText) -> list[int]:
        """Documents of which half a key stands in the text: candidates for a typing error."""
        whole, lengths = text.text, self._half_lengths
        heads = {whole[b : b + n] for b in text.bounds for n in lengths}
        ends = {whole[b - n : b] for b in text.bounds for n in lengths if b >= n}
        found: set[int] = set()
        for halves, pieces in ((self._heads, heads), (self._ends, ends)):
            for piece in halves.pieces & pieces:
                found.update(position for position, _ in halves.get(piece))
        return sorted(found)


def _lengths(pieces: Iterable[str]) -> frozenset[int]:
    return frozenset(map(len, pieces))
