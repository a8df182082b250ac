"""Reading in a process of its own, within limits: no file harms the worker that has it read."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any

from ..errors import FileFormatError, FinalError, ReconError, RetryableError
from . import MAX_BYTES, like_xml, read_document
from .model import ReadDocument
from .serial import from_json

# The parser of XML has limits of its own: below this size a process costs more than it guards.
_SMALL_XML = 1_000_000
_LONGEST_ANSWER = 32_000_000
# What tesseract and the loader of libraries need; everything else may be a secret.
_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "TESSDATA_PREFIX")
_ERRORS: dict[str, type[ReconError]] = {
    "final": FinalError,
    "format": FileFormatError,
    "retryable": RetryableError,
}
# Numpy and pandas, where they are installed, would be loaded by pytesseract and used by nobody.
_START = """
import json, sys
asked = json.loads(sys.stdin.buffer.readline())
sys.path[:] = asked["path"]
sys.modules.update(numpy=None, pandas=None)
from recon_core.documents import reader_process
reader_process.main(asked)
"""


@dataclass(frozen=True, slots=True)
class Limits:
    """``memory_bytes`` and ``cpu_s`` are of each of the two processes that may run at a time, the
    reader and tesseract; ``wall_s`` is of everything together."""

    memory_bytes: int = 1_000_000_000
    cpu_s: int = 60
    wall_s: int = 90


def read_bounded(
    data: bytes,
    filename: str = "",
    limits: Limits = Limits(),
    environment: Mapping[str, str] | None = None,
) -> ReadDocument:
    """What :func:`read_document` says, read by a child process that is gone when this returns, with
    all it started. A small XML is read here.

    Of ``environment`` the child gets what finds programs and languages; without one, tesseract is
    looked for where the system looks. Raises as ``read_document``, and FinalError:
    ``document_too_slow``, ``document_too_heavy``, and ``document_crashed`` with the way it ended.
    """
    if len(data) > MAX_BYTES:
        raise FinalError("document_too_large", filename)
    if len(data) <= _SMALL_XML and like_xml(data):
        return read_document(data, filename)
    with TemporaryDirectory() as folder, TemporaryFile() as asked, TemporaryFile() as answer:
        asked.write(json.dumps(_request(filename, limits)).encode() + b"\n")
        asked.write(data)
        asked.seek(0)
        kept = {name: value for name, value in (environment or {}).items() if name in _KEPT}
        # one thread: more of them cost tesseract more time than they save
        status = _run(asked, answer, kept | {"TMPDIR": folder, "OMP_THREAD_LIMIT": "1"}, limits)
        answer.seek(0)
        return _result(status, answer.read(_LONGEST_ANSWER + 1))


def _request(filename: str, limits: Limits) -> dict[str, Any]:
    kernel = str(Path(__file__).parents[2])
    return {
        "path": [kernel, *(str(Path(place).absolute()) for place in sys.path)],
        "filename": filename,
        "memory_bytes": limits.memory_bytes,
        "cpu_s": limits.cpu_s,
        "wall_s": limits.wall_s,
        "file_bytes": 4 * MAX_BYTES,
    }


def _run(asked: IO[bytes], answer: IO[bytes], environment: dict[str, str], limits: Limits) -> int:
    """The status with which the child ended by itself. Its session is its own, so that its whole
    process group can be ended; files instead of pipes never block on a child that hangs."""
    child = subprocess.Popen(  # noqa: S603 - a program of ours  # nosec B603
        [sys.executable, "-I", "-S", "-c", _START],
        stdin=asked,
        stdout=answer,
        stderr=subprocess.DEVNULL,  # a library may print what stands in the document
        env=environment,
        cwd="/",
        start_new_session=True,
    )
    try:
        return child.wait(limits.wall_s)
    except subprocess.TimeoutExpired as error:
        raise FinalError("document_too_slow", f"{limits.wall_s} s") from error
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _result(status: int, answer: bytes) -> ReadDocument:
    if status in (-signal.SIGXCPU, -signal.SIGALRM):
        raise FinalError("document_too_slow", signal.Signals(-status).name)
    if status == -signal.SIGKILL:  # nobody but a system without memory ends a reader so
        raise FinalError("document_too_heavy", "SIGKILL")
    if status or len(answer) > _LONGEST_ANSWER:
        raise FinalError("document_crashed", f"status {status}")
    said = json.loads(answer)
    if "error" in said:
        raise _ERRORS[said["error"]](said["code"], said["detail"])
    return from_json(said["read"])
