"""Statement files of banks: :func:`read_statement` finds the format by the content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..errors import FileFormatError
from ..types import StatementFile
from .camt import is_camt, read_camt
from .cfonb120 import is_cfonb120, read_cfonb120
from .mt940 import is_mt940, read_mt940
from .ofx import is_ofx, read_ofx


@dataclass(frozen=True, slots=True)
class StatementFormat:
    """A file format: ``accepts`` looks at the first bytes, ``read`` raises FileFormatError."""

    code: str
    accepts: Callable[[bytes], bool]
    read: Callable[[bytes], list[StatementFile]]


FORMATS: tuple[StatementFormat, ...] = (
    StatementFormat("camt", is_camt, read_camt),
    StatementFormat("cfonb120", is_cfonb120, read_cfonb120),
    StatementFormat("ofx", is_ofx, read_ofx),
    StatementFormat("mt940", is_mt940, read_mt940),
)


def read_statement(data: bytes, filename: str = "") -> list[StatementFile]:
    """The statements of a file, whatever its format; ``filename`` only speaks in the error.

    Raises FileFormatError: ``empty_file``, ``unknown_format``, or the code of the format's reader.
    """
    if not data.strip():
        raise FileFormatError("empty_file", filename)
    for known in FORMATS:
        if known.accepts(data):
            return known.read(data)
    raise FileFormatError("unknown_format", filename)
