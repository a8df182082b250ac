"""Which of the entries a bank tells are known already, counted and not only compared.

A line may be known under several identities: the one it was stored with, and those it got when the
bank changed its text afterwards. Two equal entries need two known lines, so this is an assignment
of entries to lines and no look-up: were it one, a new payment that says what an old one used to say
would be lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence


def recognise(
    told: Sequence[Collection[str]], known: Mapping[int, Collection[str]]
) -> dict[int, int]:
    """{index of an entry in ``told``: the known line that it is}, as many as there can be.

    ``told``: the identities of each entry of a read, one for each recipe that lines are named by.
    ``known``: the identities of each line. Entries that are missing in the answer are new, lines
    that are missing are not told any more.
    """
    lines_by_identity: dict[str, list[int]] = defaultdict(list)
    # lines with one identity first: they can be nothing else
    for line in sorted(known, key=lambda line: (len(known[line]), line)):
        for identity in known[line]:
            lines_by_identity[identity].append(line)
    assignment = _Assignment(told, known, lines_by_identity)
    unmatched = [index for index in range(len(told)) if not assignment.take_free(index)]
    for index in unmatched:
        assignment.make_room(index, set())
    return {entry: line for line, entry in assignment.entry_of.items()}


class _Assignment:
    """Augmenting paths (Kuhn), walked over the few lines whose entry could go elsewhere."""

    def __init__(
        self,
        told: Sequence[Collection[str]],
        known: Mapping[int, Collection[str]],
        lines_by_identity: Mapping[str, list[int]],
    ) -> None:
        self.told = told
        self.entry_of: dict[int, int] = {}
        self._free = {identity: iter(lines) for identity, lines in lines_by_identity.items()}
        several = any(len(identities) > 1 for identities in told)
        self._movable = {
            identity: [line for line in lines if several or len(known[line]) > 1]
            for identity, lines in lines_by_identity.items()
        }

    def take_free(self, entry: int) -> bool:
        """Assign ``entry`` to the next line of its identities that nobody has."""
        for identity in self.told[entry]:
            for line in self._free.get(identity, ()):
                if line not in self.entry_of:
                    self.entry_of[line] = entry
                    return True
        return False

    def make_room(self, entry: int, seen: set[int]) -> bool:
        """Assign ``entry`` to a line whose present entry can go elsewhere."""
        for identity in self.told[entry]:
            for line in self._movable.get(identity, ()):
                if line in seen:
                    continue
                seen.add(line)
                present = self.entry_of.get(line)
                if present is None or self.take_free(present) or self.make_room(present, seen):
                    self.entry_of[line] = entry
                    return True
        return False
