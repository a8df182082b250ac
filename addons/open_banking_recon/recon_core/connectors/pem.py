"""PEM texts as people hand them over: a form field of one line takes away the line breaks."""

from __future__ import annotations

import re

_BLOCK = re.compile(r"-----BEGIN ([A-Z ]+)-----(.+?)-----END \1-----", re.DOTALL)
_WIDTH = 64  # RFC 7468 section 2


def blocks(written: str) -> str:
    """The PEM blocks in ``written`` with their line breaks; empty when there is none."""
    return "".join(
        _wrapped(label, "".join(body.split())) for label, body in _BLOCK.findall(written)
    )


def _wrapped(label: str, body: str) -> str:
    lines = [body[start : start + _WIDTH] for start in range(0, len(body), _WIDTH)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])
