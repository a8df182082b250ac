"""Payers as the bank shows them, learned from lines whose partner a person or a reference told."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from ..references import compact, fold
from . import text as texts
from .experience import Alias, AliasKind
from .model import StatementLine
from .names import name_words

_WORD = re.compile(r"[A-Z0-9]*[0-9][A-Z0-9]*(?:[/._-][A-Z0-9]+)*")
_MIN_DIGITS = 4
_MAX_WORD = 24
_SEEN_TWICE = 2  # one line may quote anything


class AliasIndex:
    """The aliases of one company by what the bank writes."""

    def __init__(self, aliases: Iterable[Alias]) -> None:
        self._partners: defaultdict[tuple[AliasKind, str], Counter[int]] = defaultdict(Counter)
        for alias in aliases:
            self._partners[alias.kind, alias.value][alias.partner_id] += alias.count

    def __bool__(self) -> bool:
        return bool(self._partners)

    def payers(self, line: StatementLine, folded: str) -> dict[int, int]:
        """{partner id: how often} of those for whom such a line has paid before; a word counts only
        when it has stood for one partner alone, more than once."""
        found: Counter[int] = Counter()
        for kind, value in _values(line, folded):
            known = self._partners.get((kind, value))
            if known is None:
                continue
            if kind is AliasKind.WORD and (len(known) > 1 or known.total() < _SEEN_TWICE):
                continue
            for partner_id, count in known.items():
                found[partner_id] = max(found[partner_id], count)
        return dict(found)


def aliases_of(line: StatementLine, partner_id: int, references: Iterable[str]) -> list[Alias]:
    """What ``line``, which paid for ``partner_id``, teaches about its payer. Words that belong to
    the ``references`` of the paid documents are theirs, not the payer's."""
    own = [compact(r) for r in references]
    folded = fold(line.remittance_unstructured)
    return [
        Alias(kind, value, partner_id)
        for kind, value in _values(line, folded)
        if kind is not AliasKind.WORD or not any(value in r or r in value for r in own if r)
    ]


def normal_value(kind: AliasKind, written: str) -> str:
    """``written`` by a person in the form in which lines are compared; empty when nothing is left."""
    return " ".join(name_words(written)) if kind is AliasKind.NAME else compact(written)


def payer_name(line: StatementLine, folded: str) -> str:
    """The payer's name as the bank gives it, apart or between its labels; empty when it does not."""
    return line.counterparty_name.strip() or texts.payer_in(folded)


def _values(line: StatementLine, folded: str) -> list[tuple[AliasKind, str]]:
    found: list[tuple[AliasKind, str]] = []
    words = name_words(payer_name(line, folded))
    if any(len(word) > 2 for word in words):
        found.append((AliasKind.NAME, " ".join(words)))
    iban = compact(line.counterparty_iban)
    if iban:
        found.append((AliasKind.IBAN, iban))
    quoted = texts.without_dates_and_amounts(folded)
    for word in dict.fromkeys(compact(w) for w in _WORD.findall(quoted)):
        if len(word) <= _MAX_WORD and sum(c.isdigit() for c in word) >= _MIN_DIGITS:
            found.append((AliasKind.WORD, word))
    return found
