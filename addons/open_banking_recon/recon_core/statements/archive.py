"""ZIP archives of statement files, as banks offer them for a period."""

from __future__ import annotations

import io
import zipfile
import zlib

from ..errors import FileFormatError
from .sheet_excel import is_xlsx

_ZIP = b"PK\x03\x04"
_MAX_FILES = 400
_MAX_UNPACKED = 64 * 1024 * 1024
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)


def is_archive(data: bytes) -> bool:
    """Whether ``data`` is a ZIP archive and no workbook, which is one as well."""
    return data.startswith(_ZIP) and not is_xlsx(data)


def files_of(data: bytes) -> list[tuple[str, bytes]]:
    """[(name without its folder, content)] of the archive; empty files and hidden ones are left out.

    Nothing is written to a disk, and an archive within is a file that no reader knows. The sizes are
    those that the archive declares: zipfile unpacks no byte more. Raises FileFormatError:
    ``archive_unreadable`` (also when it is encrypted), ``archive_too_large``, ``archive_empty``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [part for part in archive.infolist() if _is_wanted(part)]
            if len(parts) > _MAX_FILES or sum(p.file_size for p in parts) > _MAX_UNPACKED:
                raise FileFormatError("archive_too_large")
            found = [(part.filename.rpartition("/")[2], archive.read(part)) for part in parts]
    except _BROKEN as error:
        raise FileFormatError("archive_unreadable", type(error).__name__) from error
    if not found:
        raise FileFormatError("archive_empty")
    return found


def _is_wanted(part: zipfile.ZipInfo) -> bool:
    name = part.filename.rpartition("/")[2]
    hidden = name.startswith(".") or part.filename.startswith("__MACOSX/")
    return bool(name) and not hidden and part.file_size > 0
