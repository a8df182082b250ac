import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_core.errors import FinalError
from recon_core.vault import content, envelope
from recon_core.vault.keyring import LocalKeyRing

OLD = LocalKeyRing({1: b"\x01" * 32})
BOTH = LocalKeyRing({1: b"\x01" * 32, 2: b"\x02" * 32})
NEW = LocalKeyRing({2: b"\x02" * 32})
CONTEXT = "ir.attachment,7,recon_key"


@given(st.binary(max_size=2000))
def test_a_content_opens_with_its_key(data: bytes) -> None:
    key, sealed = content.seal(OLD, data, CONTEXT)
    assert content.unseal(OLD, key, sealed, CONTEXT) == data


def test_nothing_of_the_content_is_in_the_sealed_one() -> None:
    key, sealed = content.seal(OLD, b"Verrerie du Gier" * 50, CONTEXT)
    assert b"Verrerie" not in sealed
    assert b"Verrerie" not in key.encode()


def test_one_content_is_sealed_differently_each_time() -> None:
    first, second = (content.seal(OLD, b"bill", CONTEXT) for _time in range(2))
    assert first[0] != second[0]
    assert first[1] != second[1]


def test_a_new_key_needs_the_sealed_content_no_more_than_the_old_one() -> None:
    key, sealed = content.seal(OLD, b"bill", CONTEXT)
    moved = envelope.rewrap(BOTH, key, CONTEXT)
    assert envelope.key_version(moved) == "2"
    assert content.unseal(NEW, moved, sealed, CONTEXT) == b"bill"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda key, sealed: (key, sealed, "ir.attachment,8,recon_key"), "vault_key_mismatch"),
        (lambda key, sealed: (key, sealed[:-1] + b"x", CONTEXT), "vault_key_mismatch"),
        (lambda key, sealed: (key, sealed[: len(content.MARK) + 3], CONTEXT), "vault_key_mismatch"),
        (lambda key, sealed: (key, b"%PDF-1.7", CONTEXT), "vault_format"),
        (lambda key, sealed: (key, b"", CONTEXT), "vault_format"),
        (lambda key, sealed: ("no key", sealed, CONTEXT), "vault_format"),
    ],
)
def test_what_was_altered_or_moved_does_not_open(change, code) -> None:
    with pytest.raises(FinalError) as caught:
        content.unseal(OLD, *change(*content.seal(OLD, b"a bill of some length", CONTEXT)))
    assert caught.value.code == code


def test_the_content_of_one_does_not_open_with_the_key_of_another() -> None:
    _key, sealed = content.seal(OLD, b"bill", CONTEXT)
    other, _sealed = content.seal(OLD, b"bill", CONTEXT)
    with pytest.raises(FinalError, match="vault_key_mismatch"):
        content.unseal(OLD, other, sealed, CONTEXT)


def test_a_lost_key_is_named() -> None:
    key, sealed = content.seal(OLD, b"bill", CONTEXT)
    with pytest.raises(FinalError) as caught:
        content.unseal(NEW, key, sealed, CONTEXT)
    assert (caught.value.code, caught.value.detail) == ("vault_key_version_missing", "1")
