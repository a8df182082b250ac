import io
import zipfile

import pytest
from sheet_samples import xlsx

from recon_core.errors import FileFormatError
from recon_core.statements.archive import files_of, is_archive


def archive(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(FileFormatError) as error:
        files_of(data)
    return error.value.code


def test_the_files_of_an_archive_are_given_without_their_folders():
    data = archive(march__a=b"1", b=b"2", **{".hidden": b"3", "empty": b""})
    assert is_archive(data)
    assert files_of(data) == [("a", b"1"), ("b", b"2")]


def test_a_path_out_of_the_archive_is_only_a_name():
    assert files_of(archive(**{"../../etc/passwd": b"x"})) == [("passwd", b"x")]


def test_a_workbook_is_no_archive():
    assert not is_archive(xlsx())


def test_an_archive_that_unpacks_to_too_much_is_refused():
    assert refusal(archive(a=b"\0" * 70 * 1024 * 1024)) == "archive_too_large"
    assert refusal(archive(**{f"f{n}": b"x" for n in range(500)})) == "archive_too_large"


def test_broken_and_empty_archives_are_refused():
    data = archive(a=b"12345" * 100)
    assert refusal(data[:60]) == "archive_unreadable"
    assert refusal(archive(**{".x": b"1"})) == "archive_empty"
    flipped = bytearray(data)
    flipped[40] ^= 0xFF
    assert refusal(bytes(flipped)) == "archive_unreadable"
