"""Old entries in a file: JSON lines that anybody can verify without the database.

The first line is the head before the first entry, each further line one entry with its link, the last
one the number of entries. ``odoo open_banking_audit --file`` and :func:`verify_archive` read it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from ..errors import FileFormatError
from .chain import Broken, Entry, Head, Verifier

FORMAT = "open_banking_recon audit archive 1"


def archive_lines(chain: int, start: Head, linked: Iterable[tuple[Entry, str]]) -> Iterator[str]:
    """The lines of the file, each with its end of line."""
    head = {"format": FORMAT, "chain": chain, "position": start.position, "link": start.link}
    yield _line(head)
    count = 0
    for entry, own in linked:
        count += 1
        yield _line(
            [
                entry.position,
                entry.at.isoformat(timespec="microseconds"),
                entry.kind,
                entry.actor,
                entry.model,
                entry.record,
                entry.facts,
                own,
            ]
        )
    yield _line({"entries": count})


def verify_archive(lines: Iterable[str]) -> tuple[Head, Broken | None]:
    """(the head after the last entry, the first break or None). Raises
    FileFormatError("audit_archive_invalid") for what is no archive or was cut off."""
    rows = iter(lines)
    try:
        head = json.loads(next(rows))
        chain = int(head["chain"])
        verifier = Verifier(Head(int(head["position"]), str(head["link"])))
        if head["format"] != FORMAT:
            raise FileFormatError("audit_archive_invalid")
        for count, row in enumerate(rows):
            value = json.loads(row)
            if isinstance(value, dict):
                if value["entries"] != count:
                    raise FileFormatError("audit_archive_invalid")
                return verifier.head, verifier.broken
            verifier.feed([_entry(chain, value)])
    except (StopIteration, KeyError, TypeError, ValueError, IndexError) as error:
        raise FileFormatError("audit_archive_invalid") from error
    raise FileFormatError("audit_archive_invalid")  # the last line is missing


def _entry(chain: int, value: list[object]) -> tuple[Entry, str]:
    position, at, kind, actor, model, record, facts, own = value
    entry = Entry(
        chain,
        int(str(position)),
        datetime.fromisoformat(str(at)),
        str(kind),
        int(str(actor)),
        str(model),
        int(str(record)),
        str(facts),
    )
    return entry, str(own)


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n"
