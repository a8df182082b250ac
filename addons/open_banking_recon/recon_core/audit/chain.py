"""Entries linked by hashes: a change of any one of them, or its absence, shows.

Each link is ``SHA-256(previous link + canonical form of the entry)``, after Haber and Stornetta, "How
to time-stamp a digital document" (1991).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

GENESIS = "0" * 64  # stands before the first entry of a chain


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody did, by references alone: no names, amounts or texts of persons.

    ``chain``: id of the company, 0 for what concerns all. ``position`` counts from 1. ``at``: naive
    UTC. ``actor``: id of the user. ``model`` and ``record``: what it was about, "" and 0 for nothing
    in particular. ``facts``: JSON as :func:`canonical_facts` writes it.
    """

    chain: int
    position: int
    at: datetime
    kind: str
    actor: int
    model: str
    record: int
    facts: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ends: the position and the link of its last entry."""

    position: int = 0
    link: str = GENESIS


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place where a chain does not hold. ``code``: ``changed`` (the entry is not what was
    linked), ``missing`` (no entry at the position), ``doubled``, ``unlinked``, ``cut`` (entries that
    were there at the end are gone), or ``anchor`` (it no longer leads through what was signed)."""

    position: int
    code: str


def canonical_facts(facts: object) -> str:
    """The one way to write ``facts``, a JSON value. Raises TypeError for what is none."""
    return json.dumps(
        facts, ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def link(previous: str, entry: Entry) -> str:
    """The link of ``entry`` behind ``previous``, 64 hexadecimal digits."""
    said = json.dumps(
        [
            previous,
            entry.chain,
            entry.position,
            entry.at.isoformat(timespec="microseconds"),
            entry.kind,
            entry.actor,
            entry.model,
            entry.record,
            entry.facts,
        ],
        ensure_ascii=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(said.encode("ascii")).hexdigest()


class Verifier:
    """Follows a chain from ``start``; feed it all entries by position, then ask :meth:`end`."""

    def __init__(self, start: Head = Head()) -> None:
        self.head = start
        self.broken: Broken | None = None

    def feed(self, linked: Iterable[tuple[Entry, str | None]]) -> Broken | None:
        """Entries with their stored links, in the order of their positions; the first break found in
        them or before, None while all holds."""
        for entry, stored in linked:
            if self.broken:
                break
            self.broken = self._step(entry, stored)
        return self.broken

    def end(self, expected: Head | None) -> Broken | None:
        """After the last entry: whether the chain reaches what was noted as its end elsewhere."""
        if not self.broken and expected and expected.position > self.head.position:
            self.broken = Broken(self.head.position + 1, "cut")
        return self.broken

    def _step(self, entry: Entry, stored: str | None) -> Broken | None:
        due = self.head.position + 1
        if entry.position != due:
            return Broken(due, "missing") if entry.position > due else Broken(due, "doubled")
        if not stored:
            return Broken(due, "unlinked")
        if link(self.head.link, entry) != stored:
            return Broken(due, "changed")
        self.head = Head(due, stored)
        return None
