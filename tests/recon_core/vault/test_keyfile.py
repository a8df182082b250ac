import base64
import stat

import pytest

from recon_core.errors import FinalError
from recon_core.vault import envelope, keyfile

FIRST, SECOND = (base64.b64encode(bytes([byte]) * 32).decode() for byte in (1, 2))


def test_a_lone_key_without_a_version_is_version_one(tmp_path):
    path = tmp_path / "key"
    path.write_text(f"{FIRST}\n")
    assert keyfile.load(path).newest == "1"


@pytest.mark.parametrize("text", [f"1:{FIRST}\n2:{SECOND}\n", f"2:{SECOND},1:{FIRST}"])
def test_the_highest_version_is_the_newest_wherever_it_stands(text):
    sealed = envelope.seal(keyfile.parse(f"1:{FIRST}", "file"), "token", "c")
    ring = keyfile.parse(text, "file")
    assert ring.newest == "2"
    assert envelope.unseal(ring, sealed, "c") == "token"


@pytest.mark.parametrize(
    "text", ["", "1:", "0:" + FIRST, "x:" + FIRST, "1:c2hvcnQ=", FIRST[:-2] + "!=", FIRST[:-1]]
)
def test_a_damaged_line_is_refused_and_never_skipped(text):
    with pytest.raises(FinalError, match="vault_key_invalid"):
        keyfile.parse(text, "file")


def test_a_version_that_is_there_twice_is_refused():
    with pytest.raises(FinalError, match="version 1 twice"):
        keyfile.parse(f"{FIRST}\n1:{SECOND}", "file")


def test_an_error_never_shows_the_key():
    with pytest.raises(FinalError) as caught:
        keyfile.parse(f"1:{FIRST}\n1:{SECOND}", "file")
    assert FIRST not in str(caught.value)
    assert SECOND not in str(caught.value)


def test_a_file_that_is_not_there_is_told_apart_from_a_damaged_one(tmp_path):
    with pytest.raises(FinalError, match="vault_key_missing: key"):
        keyfile.load(tmp_path / "key")
    (tmp_path / "key").write_bytes(b"\xff\xfe")
    with pytest.raises(FinalError, match="vault_key_invalid"):
        keyfile.load(tmp_path / "key")


def test_a_made_file_is_readable_by_its_owner_alone_and_stays(tmp_path):
    path = tmp_path / "data" / "key"
    sealed = envelope.seal(keyfile.load_or_create(path), "token", "c")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert envelope.unseal(keyfile.load_or_create(path), sealed, "c") == "token"
    assert [entry.name for entry in path.parent.iterdir()] == ["key"]
