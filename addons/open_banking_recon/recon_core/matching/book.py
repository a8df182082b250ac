"""The open documents and the partners, indexed once for all lines: no pair is ever enumerated."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from rapidfuzz.distance import OSA

from ..references import (
    CompactText,
    compact,
    is_valid_creditor_reference,
    numeric_core,
    tails,
    without_zeros,
)
from .model import MoveType, OpenItem, Partner
from .names import NameIndex
from .units import to_units

_CROWDED = 25  # a half of a key that so many documents share tells nothing
_PREFIX_OF = 3


class RefLevel(IntEnum):
    """How a text names a document, weakest first."""

    NONE = 0
    TAIL = 1  # its last digits only: needs the partner and the amount beside it
    NEAR = 2  # one edit away, or cut inside a longer run of digits
    CORE = 3  # all its digits without its letters or zeros
    EXACT = 4
    STRUCTURED = 5  # with check digits


@dataclass(frozen=True, slots=True, eq=False)
class Doc:
    """An open item with what the matching needs of it. ``sign`` is +1 when it expects money in.
    There is one of each, so that identity is equality."""

    position: int
    item: OpenItem
    residual: int
    sign: int
    keys: tuple[str, ...]
    tails: frozenset[str]

    @property
    def is_payment(self) -> bool:
        return self.item.move_type in (MoveType.PAYMENT_IN, MoveType.PAYMENT_OUT)

    @property
    def age(self) -> tuple[date, date, int]:
        """Sort key: the debt that fell due first is paid first (Code civil art. 1342-10)."""
        return self.item.due_date, self.item.invoice_date, self.item.id


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


class Book:
    """Everything open in one company, ready to be looked up; lists of documents oldest first."""

    def __init__(self, items: Iterable[OpenItem], partners: Iterable[Partner]) -> None:
        self.partners = {p.id: p for p in sorted(partners, key=lambda p: p.id)}
        self.docs = [_doc(at, item) for at, item in enumerate(sorted(items, key=lambda i: i.id))]
        self.names = NameIndex(self.partners.values())
        self.by_iban: defaultdict[str, list[int]] = defaultdict(list)
        for partner in self.partners.values():
            for iban in partner.ibans:
                self.by_iban[compact(iban)].append(partner.id)
        self.by_partner: defaultdict[int, list[Doc]] = defaultdict(list)
        self.by_amount: defaultdict[tuple[int, str, int], list[Doc]] = defaultdict(list)
        for doc in oldest_first([d for d in self.docs if d.residual > 0]):
            self.by_partner[doc.item.partner_id].append(doc)
            self.by_amount[doc.sign, doc.item.currency, doc.residual].append(doc)
        self._index_keys()

    def _index_keys(self) -> None:
        self.exact, self.stripped = KeyIndex(), KeyIndex()
        shapes: Counter[str] = Counter()
        for doc in self.docs:
            structured = doc.item.structured_ref
            for reference in _references(doc.item):
                key = compact(reference)
                if reference == structured and is_valid_creditor_reference(reference):
                    self.exact.add(_ogm_or_rf(key), doc.position, RefLevel.STRUCTURED, False)
                elif is_telling(key):
                    self.exact.add(key, doc.position, RefLevel.EXACT)
                    shapes[shape(key)] += 1
                self._index_short_forms(reference, doc.position)
        self.exact.close()
        self.stripped.close()
        self.shapes = frozenset(s for s, n in shapes.items() if n * 50 >= len(self.docs))

    def _index_short_forms(self, reference: str, position: int) -> None:
        key, bare, core = compact(reference), without_zeros(reference), numeric_core(reference)
        if bare != key and is_telling(bare):
            self.stripped.add(bare, position, RefLevel.EXACT, False)
        if core != key and len(core) >= 7:
            self.exact.add(core, position, RefLevel.CORE)
        bare_core = without_zeros(core)
        if bare_core not in (bare, core) and len(bare_core) >= 7:
            self.stripped.add(bare_core, position, RefLevel.CORE, False)

    def near_level(self, doc: Doc, text: CompactText) -> RefLevel:
        """NEAR when a piece of the text is one edit away from a key of the document, else NONE."""
        for key in doc.keys:
            if len(key) < 7:
                continue
            size = len(key)
            for _, piece in text.windows((size - 1, size, size + 1)):
                if OSA.distance(piece, key, score_cutoff=1) <= 1:
                    return RefLevel.NEAR
        return RefLevel.NONE


def _references(item: OpenItem) -> list[str]:
    given = (item.number, item.partner_ref, item.structured_ref, *item.references)
    return [r for r in dict.fromkeys(given) if r]


def _doc(position: int, item: OpenItem) -> Doc:
    named = _references(item)
    unstructured = [r for r in named if r != item.structured_ref]
    return Doc(
        position=position,
        item=item,
        residual=to_units(item.amount_residual),
        sign=1 if item.move_type.expects_money_in else -1,
        keys=tuple(compact(r) for r in unstructured),
        tails=frozenset().union(*(tails(r) for r in unstructured)),
    )


def _ogm_or_rf(key: str) -> str:
    return key if key.startswith("RF") else "".join(c for c in key if c.isdigit())


def is_telling(key: str) -> bool:
    """Whether a key is long enough to name a document by itself: 7 digits, or 6 with a letter."""
    return len(key) >= (7 if key.isdigit() else 6) and any(c.isdigit() for c in key)


def shape(key: str) -> str:
    """``INV202500130`` -> ``INV999999999``: what references of one series have in common."""
    return "".join("9" if c.isdigit() else c for c in key)


def oldest_first(docs: Sequence[Doc]) -> list[Doc]:
    """The documents in the order in which the law pays them."""
    return sorted(docs, key=lambda d: d.age)
