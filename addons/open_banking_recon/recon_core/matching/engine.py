"""The matching of bank lines with open documents, from reading to decision."""

from __future__ import annotations

from collections.abc import Iterable

from . import collector
from .assignment import assign
from .book import Book
from .claims import Claim
from .decision import decide
from .experience import Experience
from .hypotheses import hypotheses
from .model import LineResult, MatchPolicy, OpenItem, Partner, StatementLine
from .reading import read_line
from .rules import CERTAIN, STRENGTH, admitted, rule_of
from .scoring import score


def match(
    lines: Iterable[StatementLine],
    items: Iterable[OpenItem],
    partners: Iterable[Partner],
    policy: MatchPolicy | None = None,
    experience: Experience | None = None,
) -> list[LineResult]:
    """One result a line, in the order of ``lines``; the results do not depend on any order.

    Ids of lines, items and partners are unique. Amounts have at most five decimals (ValueError).
    No document is given more than its residual over all the lines together. ``experience`` is what
    the company has taught; without it only what ships is known.
    """
    policy, experience = policy or MatchPolicy(), experience or Experience()
    rules = policy.auto_rules
    if rules is None:
        rules = admitted(policy.precision_target)
    with collector.paused():
        return _results(lines, Book(items, partners, experience), policy, rules, experience)


def _results(
    lines: Iterable[StatementLine],
    book: Book,
    policy: MatchPolicy,
    rules: frozenset[str],
    experience: Experience,
) -> list[LineResult]:
    claims = [_claim(line, book) for line in lines]
    assign(claims, book)
    return [decide(claim, book, policy, rules, experience) for claim in claims]


def _claim(line: StatementLine, book: Book) -> Claim:
    reading = read_line(line, book)
    ranked = score(hypotheses(reading, book), reading, book)
    for hypothesis in ranked:
        hypothesis.rule = rule_of(hypothesis, reading)
    ranked.sort(key=lambda h: STRENGTH[h.rule])
    claim = Claim(reading, ranked)
    _prefer_the_whole(claim, book)
    return claim


def _prefer_the_whole(claim: Claim, book: Book) -> None:
    """Put the hypothesis first that explains all of what the first, held one explains, and more."""
    ranked = claim.ranked
    if not ranked or not claim.veto_of(ranked[0], book):
        return
    first = set(ranked[0].key)
    for at, h in enumerate(ranked):
        if h.rule in CERTAIN and first < set(h.key) and not claim.veto_of(h, book):
            ranked.insert(0, ranked.pop(at))
            return
