"""The open documents and the partners, indexed once for all lines: no pair is ever enumerated."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable

from rapidfuzz.distance import OSA

from ..references import (
    CompactText,
    compact,
    is_valid_creditor_reference,
    numeric_core,
    without_zeros,
)
from . import weights
from .aliases import AliasIndex
from .customer_numbers import tell_apart
from .docs import Doc, RefLevel, all_references, is_telling, make_doc, oldest_first, shape
from .experience import Experience
from .keys import KeyIndex
from .ledger import Ledger
from .model import OpenItem, Partner
from .names import NameIndex


class Book:
    """Everything open in one company, ready to be looked up; lists of documents oldest first."""

    def __init__(
        self,
        items: Iterable[OpenItem],
        partners: Iterable[Partner],
        experience: Experience | None = None,
    ) -> None:
        experience = experience or Experience()
        self.aliases = AliasIndex(experience.aliases)
        self.weights = weights.adapted(experience.right_signs, experience.wrong_signs)
        self.partners = {p.id: p for p in sorted(partners, key=lambda p: p.id)}
        self.docs, self.customer_numbers = tell_apart(
            [make_doc(at, item) for at, item in enumerate(sorted(items, key=lambda i: i.id))]
        )
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
        self._ledgers: dict[int, Ledger] = {}
        self._sorted_amounts: dict[tuple[int, str], list[int]] | None = None
        self._index_keys()

    def _index_keys(self) -> None:
        self.exact, self.stripped = KeyIndex(), KeyIndex()
        shapes: Counter[str] = Counter()
        for doc in self.docs:
            structured = doc.item.structured_ref
            for reference in all_references(doc.item):
                key = compact(reference)
                if reference == structured and is_valid_creditor_reference(reference):
                    self.exact.add(_ogm_or_rf(key), doc.position, RefLevel.STRUCTURED, False)
                elif is_telling(key):
                    self.exact.add(key, doc.position, RefLevel.EXACT)
                    shapes[shape(key)] += 1
                self._index_short_forms(reference, doc.position)
        self.exact.close()
        self.stripped.close()
        self._shapes = frozenset(s for s, n in shapes.items() if n * 50 >= len(self.docs))
        self._series = frozenset(
            letters for s in self._shapes if len(letters := s.rstrip("9")) > 1 and letters.isalpha()
        )

    def _index_short_forms(self, reference: str, position: int) -> None:
        key, bare, core = compact(reference), without_zeros(reference), numeric_core(reference)
        if bare != key and is_telling(bare):
            self.stripped.add(bare, position, RefLevel.EXACT, False)
        if core != key and len(core) >= 7:
            self.exact.add(core, position, RefLevel.CORE)
        bare_core = without_zeros(core)
        if bare_core not in (bare, core) and len(bare_core) >= 7:
            self.stripped.add(bare_core, position, RefLevel.CORE, False)

    def looks_like_reference(self, key: str) -> bool:
        """Whether ``key`` looks like the references of the book: the shape of one of its series, or
        the letters of one before a number."""
        if not is_telling(key):
            return False
        found = shape(key)
        return found in self._shapes or (found.rstrip("9") in self._series and len(key) >= 6)

    def sharing(self, doc: Doc, apart: int) -> int:
        """How many open documents have the residual of ``doc``, or one at most ``apart`` from it."""
        if not apart:
            return len(self.by_amount[doc.sign, doc.item.currency, doc.residual])
        amounts = self._amounts()[doc.sign, doc.item.currency]
        return bisect_right(amounts, doc.residual + apart) - bisect_left(
            amounts, doc.residual - apart
        )

    def _amounts(self) -> dict[tuple[int, str], list[int]]:
        if self._sorted_amounts is None:
            found: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
            for (sign, currency, residual), docs in self.by_amount.items():
                found[sign, currency] += [residual] * len(docs)
            self._sorted_amounts = {key: sorted(values) for key, values in found.items()}
        return self._sorted_amounts

    def ledger(self, partner_id: int) -> Ledger:
        """The documents of a partner, indexed when they are first asked for."""
        found = self._ledgers.get(partner_id)
        if found is None:
            found = self._ledgers[partner_id] = Ledger(self.by_partner.get(partner_id, ()))
        return found

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


def _ogm_or_rf(key: str) -> str:
    return key if key.startswith("RF") else "".join(c for c in key if c.isdigit())
