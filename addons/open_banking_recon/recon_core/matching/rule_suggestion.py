"""Rules that people follow already: what they book by hand on the same account, again and again.

For each journal and account, the longest words that most of these lines have in common and that lines
booked otherwise have not; where words do not tell, the partner. A suggestion says exactly what
``counterpart.takes`` will take: its examples are lines that the rule takes.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ..references import fold
from .counterpart import LabelTest, Line, Part, PartKind, Rule, takes
from .text import months

MIN_TIMES = 3
MIN_DAYS = 2
MIN_PRECISION = 0.95
LONGEST = 5  # words of a pattern
_READ = 16  # words of a text
_TRIES = 30  # patterns that are tried on all lines, for each account
_ALL = (Part(0, PartKind.OF_REST, "100"),)
_WORD = re.compile(r"[^\W_]+(?:[-'&][^\W_]+)*")
_LONG_NUMBER = re.compile(r"\d{6,}")
_DAY = re.compile(r"(?:19|20)\d{6}|\d{4}(?:19|20)\d{2}|\d{6}")
# What a bank writes before any business of a kind, and what any firm has in its name.
_COMMON_WORDS = (
    "VIREMENT SEPA PRLV PRELEVEMENT CARTE ACHAT PAIEMENT FACTURE FACTURES RECU EMIS FAVEUR VOTRE INST "
    "INSTANTANE CHEQUE REMISE MOTIF REFERENCE MANDAT DATE POUR AVEC DANS SARL EURL NOTPROVIDED "
    "TRANSFER PAYMENT INVOICE CARD DEBIT CREDIT DIRECT FROM GMBH UBERWEISUNG LASTSCHRIFT RECHNUNG "
    "ZAHLUNG BETALING FACTUUR OVERBOEKING BONIFICO FATTURA PAGO TRANSFERENCIA FACTURA"
)
_COMMON = frozenset(_COMMON_WORDS.split())


@dataclass(frozen=True, slots=True)
class Booked:
    """A bank line and what became of it. ``account_id``: the one account that it is booked on; 0 for
    a document, several accounts, or a line that waits (``is_booked`` tells). A line that waits and for
    which a document is likely counts as booked with it."""

    id: int
    line: Line
    day: date
    is_booked: bool = False
    account_id: int = 0
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Book what has ``label`` in its text and is of ``partner_id`` (each may be empty) on an account.

    ``line_ids``: booked by hand so far, the newest first. ``right`` and ``wrong``: of the lines since
    the day that was asked for, how many were booked so and how many otherwise.
    """

    journal_id: int
    account_id: int
    label: str
    partner_id: int
    line_ids: tuple[int, ...]
    right: int
    wrong: int

    @property
    def precision(self) -> float:
        """The share of the recent lines that the rule would have booked as people did."""
        return self.right / (self.right + self.wrong)


@dataclass(frozen=True, slots=True)
class Known:
    """A rule that exists, or that was refused for ``account_id`` (0: whatever the account)."""

    rule: Rule
    account_id: int = 0


def as_rule(label: str, partner_id: int, journal_id: int, rule_id: int = 0) -> Rule:
    """The rule of a suggestion, as it will be executed."""
    return Rule(
        id=rule_id,
        parts=_ALL,
        label_test=LabelTest.CONTAINS if label else None,
        label=label,
        partner_ids=frozenset({partner_id} if partner_id else ()),
        journal_ids=frozenset({journal_id}),
    )


def suggest(rows: Iterable[Booked], known: Sequence[Known], since: date) -> list[Suggestion]:
    """Suggestions from ``rows``, those that would take most first.

    Lines that a ``known`` rule takes teach nothing. A pattern is proposed when it stands for
    ``MIN_TIMES`` lines of ``MIN_DAYS`` days, at least one of them since ``since``, and no more than
    1 - ``MIN_PRECISION`` of all lines that it takes were booked otherwise. Lines that wait say nothing,
    but for money of the other direction, which is another business.
    """
    by_journal: dict[int, list[Booked]] = defaultdict(list)
    for row in rows:
        by_journal[row.line.journal_id].append(row)
    found = [
        suggestion
        for journal_id, of_journal in sorted(by_journal.items())
        for suggestion in _Journal(journal_id, of_journal, known, since).suggestions()
    ]
    return sorted(found, key=lambda suggestion: -len(suggestion.line_ids))


@dataclass(frozen=True, slots=True)
class _Pattern:
    label: str  # as the newest line writes it
    partner_id: int = 0

    @property
    def key(self) -> tuple[str, int]:
        return self.label.casefold(), self.partner_id

    @property
    def rank(self) -> tuple[int, int]:
        """Words before partners, both together last; long words before short ones."""
        kind = 0 if not self.partner_id else 1 if not self.label else 2
        return kind, -len(self.label)


class _Journal:
    """The lines of one journal, and where the words of those booked by hand stand."""

    def __init__(
        self, journal_id: int, rows: list[Booked], known: Sequence[Known], since: date
    ) -> None:
        self.journal_id = journal_id
        self.booked = [row for row in rows if row.is_booked]
        self.waiting = [row for row in rows if not row.is_booked]
        self.since = since
        self.by_account: dict[int, list[Booked]] = defaultdict(list)
        for row in sorted(self.booked, key=lambda row: (row.day, row.id), reverse=True):
            if row.by_hand and row.account_id and not _is_known(row, known):
                self.by_account[row.account_id].append(row)

    def suggestions(self) -> Iterator[Suggestion]:
        candidates = {
            account_id: _candidates(rows)
            for account_id, rows in sorted(self.by_account.items())
            if len(rows) >= MIN_TIMES
        }
        places = self._places({p.key for found in candidates.values() for p in found})
        for account_id, patterns in candidates.items():
            hopeful = [p for p in patterns if places[p.key].hopeful(account_id)]
            yield from self._of_account(account_id, hopeful)

    def _places(self, keys: set[tuple[str, int]]) -> dict[tuple[str, int], _Places]:
        """Where the patterns stand as whole words: a first look that spares most of the trials."""
        places: dict[tuple[str, int], _Places] = defaultdict(_Places)
        for row in self.booked:
            for key in {pattern.key for pattern in _patterns(row.line)} & keys:
                places[key].count[row.account_id] += 1
        return places

    def _of_account(self, account_id: int, patterns: list[_Pattern]) -> Iterator[Suggestion]:
        """One pattern after the other, each the best for the lines that are left."""
        left, tries = self.by_account[account_id], _TRIES
        while len(left) >= MIN_TIMES:
            for pattern in _ranked(patterns, left):
                tries -= 1
                suggestion = self._try(account_id, pattern, left)
                if suggestion or not tries:
                    break
            else:
                return
            if not suggestion:
                return
            yield suggestion
            taken = set(suggestion.line_ids)
            left = [row for row in left if row.id not in taken]

    def _try(self, account_id: int, pattern: _Pattern, left: list[Booked]) -> Suggestion | None:
        """The suggestion of ``pattern`` when what it takes of all lines speaks for it."""
        rule = as_rule(pattern.label, pattern.partner_id, self.journal_id)
        examples = [row for row in left if takes(rule, row.line)]
        if len(examples) < MIN_TIMES or len({row.day for row in examples}) < MIN_DAYS:
            return None
        taken = [row for row in self.booked if takes(rule, row.line)]
        right = [row for row in taken if row.account_id == account_id]
        recent = sum(row.day >= self.since for row in right)
        against = len(taken) - len(right) + self._other_direction(rule, examples)
        if not recent or len(right) < MIN_PRECISION * (len(right) + against):
            return None
        return Suggestion(
            journal_id=self.journal_id,
            account_id=account_id,
            label=pattern.label,
            partner_id=pattern.partner_id,
            line_ids=tuple(row.id for row in examples),
            right=recent,
            wrong=sum(row.day >= self.since for row in taken) - recent,
        )

    def _other_direction(self, rule: Rule, examples: list[Booked]) -> int:
        """How many lines that wait ``rule`` would take of a sign that none of ``examples`` has."""
        signs = {row.line.amount > 0 for row in examples}
        return sum(
            (row.line.amount > 0) not in signs and takes(rule, row.line) for row in self.waiting
        )


class _Places:
    """How many lines have a pattern, by the account that they are booked on."""

    def __init__(self) -> None:
        self.count: Counter[int] = Counter()

    def hopeful(self, account_id: int) -> bool:
        return self.count[account_id] >= MIN_PRECISION * self.count.total()


def _is_known(row: Booked, known: Sequence[Known]) -> bool:
    return any(
        item.account_id in (0, row.account_id) and takes(item.rule, row.line) for item in known
    )


def _candidates(rows: list[Booked]) -> list[_Pattern]:
    """The patterns that enough of ``rows`` share."""
    newest: dict[tuple[str, int], _Pattern] = {}
    count: Counter[tuple[str, int]] = Counter()
    for row in rows:
        of_row = {pattern.key: pattern for pattern in _patterns(row.line)}
        count.update(of_row.keys())
        newest = of_row | newest
    return [pattern for key, pattern in newest.items() if count[key] >= MIN_TIMES]


def _ranked(patterns: list[_Pattern], left: list[Booked]) -> list[_Pattern]:
    """``patterns`` that enough of ``left`` share, those of most lines first."""
    count = Counter(key for row in left for key in {p.key for p in _patterns(row.line)})
    shared = [pattern for pattern in patterns if count[pattern.key] >= MIN_TIMES]
    return sorted(shared, key=lambda p: (-count[p.key], *p.rank, p.label))


def _patterns(line: Line) -> Iterator[_Pattern]:
    """All that a rule could look for in ``line``."""
    if line.partner_id:
        yield _Pattern("", line.partner_id)
    for label in _phrases(line.text):
        yield _Pattern(label)
        if line.partner_id:
            yield _Pattern(label, line.partner_id)


def _phrases(text: str) -> Iterator[str]:
    """One to five words of ``text`` in a row, as they stand there; at least one word tells something,
    and none is a date, an amount or a short number, which are others the next time."""
    words = list(_WORD.finditer(text))[:_READ]
    stable = [_is_stable(word[0]) for word in words]
    telling = [_is_telling(word[0]) for word in words]
    for first in range(len(words)):
        for last in range(first, min(first + LONGEST, len(words))):
            if not stable[last]:
                break
            if any(telling[first : last + 1]):
                yield text[words[first].start() : words[last].end()]


def _is_stable(word: str) -> bool:
    if any(char.isdigit() for char in word):
        return _LONG_NUMBER.search(word) is not None and _DAY.fullmatch(word) is None
    return not months(fold(word))


def _is_telling(word: str) -> bool:
    folded = fold(word)
    return len(folded) >= 4 and folded not in _COMMON
