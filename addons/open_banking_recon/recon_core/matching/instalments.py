"""Lines that together pay one document: each explains the gap that the others leave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from .book import Book
from .claims import Claim
from .levels import CENT
from .model import Evidence
from .units import from_units
from .vetoes import GAP_UNEXPLAINED

RULE = "reference_instalments"
_CENTS = 20 * CENT  # parts of a document are rounded each; more than this is no rounding


def find_instalments(claims: Sequence[Claim], book: Book) -> list[list[Claim]]:
    """Groups of at least two lines whose best hypothesis is the same document, named by each, and
    which pay it together but for cents. Their hypotheses get the rule and the share of each; the
    line that came in last (the highest id) takes what rounding left."""
    by_document: defaultdict[int, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.ranked and claim.ranked[0].is_part:
            by_document[claim.ranked[0].docs[0].position].append(claim)
    groups = [sorted(g, key=lambda c: c.reading.line.id) for g in by_document.values()]
    return [group for group in groups if _share_out(group, book)]


def break_up(groups: Sequence[Sequence[Claim]], left: Mapping[int, int]) -> None:
    """Hold the lines of every group of which a member did not get its share after all."""
    for group in groups:
        together = all(c.chosen is not None and c.chosen.share for c in group)
        if together and left[group[0].ranked[0].docs[0].position] == 0:
            continue
        for claim in group:
            if claim.chosen is not None and claim.chosen.share and not claim.veto:
                claim.veto = GAP_UNEXPLAINED


def _share_out(group: Sequence[Claim], book: Book) -> bool:
    """Set the shares when the lines of ``group`` pay their document; whether they do."""
    parts = [claim.ranked[0] for claim in group]
    missing = parts[0].due - sum(part.paid for part in parts)
    if len(parts) < 2 or abs(missing) > _CENTS or parts[-1].paid + missing <= 0:
        return False
    apart = {"count": str(len(parts)), "amount": str(from_units(abs(missing)))}
    code = "instalments_rounded" if missing else "instalments_complete"
    for claim, part in zip(group, parts, strict=True):
        part.share = part.paid + (missing if part is parts[-1] else 0)
        part.notes.append(Evidence(code, 0.0, {**apart, "currency": part.currency}))
        if claim.veto_of(part, book) in ("", GAP_UNEXPLAINED):
            part.veto, part.rule = "", RULE
    return True
