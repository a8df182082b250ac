"""Text files whose encoding nobody tells."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HEAD = 200


def decoded(data: bytes) -> str | None:
    """The text of a file in UTF-8, UTF-16 or Windows-1252; None when it is no text.

    What no text has, a NUL byte above all, marks the file as something else.
    """
    try:
        text = data.decode(_encoding(data))
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text


def _encoding(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding
    head = data[:_HEAD]
    # every other byte of Western text is zero in UTF-16; spreadsheets leave the mark out at times
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(head) > 3 and not any(head[start::2]) and all(head[1 - start :: 2]):
            return encoding
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        # Windows-1252 leaves five bytes out; Latin-1 has what they mean elsewhere
        return "cp1252" if not re.search(rb"[\x81\x8d\x8f\x90\x9d]", data) else "latin-1"
    return "utf-8"
