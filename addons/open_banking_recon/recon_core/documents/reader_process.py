"""The child process that reads one document: standard input to standard output, within limits."""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from typing import Any

from ..errors import FileFormatError, FinalError, ReconError, RetryableError
from . import read_document
from .pictures import with_pictures
from .serial import to_json

_GRACE_S = 5  # after this the parent has ended us, unless it is gone itself


def main(asked: dict[str, Any]) -> None:
    """Writes ``{"read": ...}``, or ``{"error": class, "code": ..., "detail": ...}``, as JSON.
    ``asked`` has the limits of ``bounded.Limits``; the document is on standard input."""
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what a library prints is no answer
    _limit(asked)
    said = _said(sys.stdin.buffer.read(), asked["filename"])
    answer.write(json.dumps(said).encode())
    answer.close()


def _limit(asked: dict[str, Any]) -> None:
    for kind, most in (
        (resource.RLIMIT_AS, asked["memory_bytes"]),
        (resource.RLIMIT_DATA, asked["memory_bytes"]),
        (resource.RLIMIT_CPU, asked["cpu_s"]),
        (resource.RLIMIT_FSIZE, asked["file_bytes"]),
        (resource.RLIMIT_CORE, 0),
    ):
        _, allowed = resource.getrlimit(kind)
        soft = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
        # at the soft limit of the processor SIGXCPU says why, at the hard one nobody does
        hard = allowed if kind == resource.RLIMIT_CPU else soft
        resource.setrlimit(kind, (soft, hard))
    signal.alarm(asked["wall_s"] + _GRACE_S)


def _said(data: bytes, filename: str) -> dict[str, Any]:
    try:
        return {"read": to_json(with_pictures(data, read_document(data, filename)))}
    except ReconError as error:
        return _error(error)
    except MemoryError:
        return _error(FinalError("document_too_heavy"))
    except Exception as error:  # noqa: BLE001 - told to the parent, which raises it
        return _error(FinalError("document_crashed", type(error).__name__))


def _error(error: ReconError) -> dict[str, Any]:
    kind = "final"
    if isinstance(error, RetryableError):
        kind = "retryable"
    elif isinstance(error, FileFormatError):
        kind = "format"
    return {"error": kind, "code": error.code, "detail": error.detail}
