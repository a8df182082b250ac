"""Texts of banks without what no text needs: it breaks databases, terminals or the reader's trust."""

from __future__ import annotations

import re

# C0 and C1 controls but tab and line feed, halves of surrogate pairs (JSON may spell one alone), and
# the marks that turn the direction of what follows around (an amount or a name would read backwards)
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """``text`` with a space for each unwanted character, so that words stay apart as they were."""
    return text if text.isprintable() else _UNWANTED.sub(" ", text)


LONGEST_NAME = 120  # letters; file systems and columns of lists end somewhere


def file_name(name: str) -> str:
    """``name`` as that of a file alone: no folders, nothing unwanted, not too long; its ending stays.
    Empty when nothing is left."""
    last = plain(name).replace("\\", "/").rstrip("/ ").rpartition("/")[2]
    last = " ".join(last.split()).lstrip(". ")
    if len(last) <= LONGEST_NAME:
        return last
    stem, dot, ending = last.rpartition(".")
    if not stem or len(ending) > 8:
        return last[:LONGEST_NAME].rstrip()
    return stem[: LONGEST_NAME - len(ending) - 1].rstrip() + dot + ending
