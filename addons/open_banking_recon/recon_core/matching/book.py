"""The open documents and the partners, indexed once for all lines: no pair is ever enumerated."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable

from rapidfuzz.distance import OSA

from ..references import CompactText, Spellings, compact, is_valid_creditor_reference
from . import weights
from .aliases import AliasIndex
from .crowd import Crowd
from .customer_numbers import tell_apart
from .docs import Doc, RefLevel, is_telling, make_doc, oldest_first, shape, spelled
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
        self.docs, self.customer_numbers = tell_apart(self._read_documents(items))
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
        self._crowds: dict[tuple[int, str, int], Crowd] = {}
        self._sorted_amounts: dict[tuple[int, str], list[int]] | None = None

    def _read_documents(self, items: Iterable[OpenItem]) -> list[Doc]:
        """The documents; what they may be called goes into the indexes."""
        docs: list[Doc] = []
        self.exact, self.stripped = KeyIndex(), KeyIndex()
        shapes: Counter[str] = Counter()
        for position, item in enumerate(sorted(items, key=lambda i: i.id)):
            names = spelled(item)
            docs.append(make_doc(position, item, names))
            for reference, name in names.items():
                if reference == item.structured_ref and self._is_structured(reference, item):
                    self.exact.add(_ogm_or_rf(name.key), position, RefLevel.STRUCTURED, False)
                elif is_telling(name.key):
                    self.exact.add(name.key, position, RefLevel.EXACT)
                    shapes[shape(name.key)] += 1
                self._index_short_forms(name, position)
        self.exact.close()
        self.stripped.close()
        self._shapes = frozenset(s for s, n in shapes.items() if n * 50 >= len(docs))
        self._series = frozenset(
            letters for s in self._shapes if len(letters := s.rstrip("9")) > 1 and letters.isalpha()
        )
        return docs

    def _is_structured(self, reference: str, item: OpenItem) -> bool:
        partner = self.partners.get(item.partner_id)
        return is_valid_creditor_reference(reference, partner.country if partner else "")

    def _index_short_forms(self, name: Spellings, position: int) -> None:
        key, bare, core, _ = name
        if bare != key and is_telling(bare):
            self.stripped.add(bare, position, RefLevel.EXACT, False)
        if core != key and len(core) >= 7:
            self.exact.add(core, position, RefLevel.CORE)
        bare_core = core.lstrip("0")
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

    def crowd(self, key: tuple[int, str, int]) -> Crowd:
        """The documents of one key of ``by_amount``, indexed when they are first asked for."""
        found = self._crowds.get(key)
        if found is None:
            found = self._crowds[key] = Crowd(self.by_amount[key])
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
