"""References of open documents, found in a compact text by look-ups alone."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass

from ..references import CompactText
from .docs import RefLevel

_CROWDED = 25  # a half of a key that so many documents share tells nothing
_PREFIX_OF = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """A document named in a text between two positions of its compact form."""

    position: int
    level: RefLevel
    start: int
    end: int


class KeyIndex:
    """Known references by their exact form, and by their halves for those with a typing error."""

    def __init__(self) -> None:
        self._docs: defaultdict[str, dict[int, RefLevel]] = defaultdict(dict)
        self._halves: defaultdict[str, set[int]] = defaultdict(set)
        self._lengths: tuple[int, ...] = ()
        self._half_lengths: tuple[int, ...] = ()

    def add(self, key: str, position: int, level: RefLevel, with_halves: bool = True) -> None:
        known = self._docs[key]
        known[position] = max(level, known.get(position, RefLevel.NONE))
        if with_halves and len(key) >= 8:
            half = len(key) // 2
            self._halves["<" + key[:half]].add(position)
            self._halves[">" + key[half:]].add(position)

    def close(self) -> None:
        """Forget keys that begin several longer ones, and halves too common to tell anything."""
        ordered = sorted(self._docs)
        for at, key in enumerate(ordered):
            longer = bisect_left(ordered, key + "\x7f", at) - at - 1
            if longer >= _PREFIX_OF:
                del self._docs[key]
        self._halves = defaultdict(
            set, {h: d for h, d in self._halves.items() if len(d) <= _CROWDED}
        )
        self._lengths = tuple(sorted({len(k) for k in self._docs}))
        self._half_lengths = tuple(sorted({len(h) - 1 for h in self._halves}))

    def find(self, text: CompactText) -> list[Hit]:
        """The documents named in full; a name inside a longer one does not count."""
        spans = [(s, s + len(k), k) for s, k in text.windows(self._lengths) if k in self._docs]
        return [
            Hit(position, level, start, end)
            for start, end, key in spans
            if not any(s <= start and end <= e and e - s > end - start for s, e, _ in spans)
            for position, level in self._docs[key].items()
        ]

    def near(self, text: CompactText) -> set[int]:
        """Documents of which half a key stands in the text: candidates for a typing error."""
        found: set[int] = set()
        size = len(text.text)
        for bound in text.bounds:
            for length in self._half_lengths:
                if bound + length <= size:
                    found |= self._halves.get("<" + text.text[bound : bound + length], set())
                if bound >= length:
                    found |= self._halves.get(">" + text.text[bound - length : bound], set())
        return found
