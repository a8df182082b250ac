import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_core.errors import FinalError
from recon_core.vault import envelope
from recon_core.vault.keyring import LocalKeyRing

OLD, NEW, OTHER = (bytes([byte]) * 32 for byte in (1, 2, 3))
RING_1 = LocalKeyRing({1: OLD})
RING_2 = LocalKeyRing({1: OLD, 2: NEW})
CONTEXT = "open.banking.consent,7,grant"


def code_of(call, *arguments):
    with pytest.raises(FinalError) as caught:
        call(*arguments)
    return caught.value.code, caught.value.detail


@given(st.text())
def test_what_was_sealed_opens_again(text):
    assert envelope.unseal(RING_1, envelope.seal(RING_1, text, CONTEXT), CONTEXT) == text


def test_the_same_text_is_never_sealed_the_same_way_twice():
    assert envelope.seal(RING_1, "token", CONTEXT) != envelope.seal(RING_1, "token", CONTEXT)


def test_the_newest_key_seals_and_older_ones_still_open():
    sealed = envelope.seal(RING_1, "token", CONTEXT)
    assert envelope.unseal(RING_2, sealed, CONTEXT) == "token"
    assert envelope.key_version(envelope.seal(RING_2, "token", CONTEXT)) == "2"


def test_version_ten_is_newer_than_version_nine():
    assert LocalKeyRing({9: OLD, 10: NEW}).newest == "10"


def test_another_context_does_not_open_a_value():
    sealed = envelope.seal(RING_1, "token", CONTEXT)
    assert code_of(envelope.unseal, RING_1, sealed, "open.banking.consent,8,grant") == (
        "vault_key_mismatch",
        "1",
    )


def test_a_lost_key_is_named_by_its_version():
    sealed = envelope.seal(RING_1, "token", CONTEXT)
    alone = LocalKeyRing({2: NEW})
    assert code_of(envelope.unseal, alone, sealed, CONTEXT) == ("vault_key_version_missing", "1")
    assert code_of(envelope.rewrap, alone, sealed, CONTEXT) == ("vault_key_version_missing", "1")


def test_another_key_of_the_same_version_is_told_apart_from_a_lost_one():
    sealed = envelope.seal(RING_1, "token", CONTEXT)
    impostor = LocalKeyRing({1: OTHER})
    assert code_of(envelope.unseal, impostor, sealed, CONTEXT) == ("vault_key_mismatch", "1")


def test_rewrapping_moves_a_value_to_the_newest_key_and_leaves_its_payload():
    sealed = envelope.seal(RING_1, "token", CONTEXT)
    moved = envelope.rewrap(RING_2, sealed, CONTEXT)
    assert envelope.key_version(moved) == "2"
    assert moved.split(".")[3] == sealed.split(".")[3]
    assert moved.split(".")[2] != sealed.split(".")[2]
    assert envelope.unseal(LocalKeyRing({2: NEW}), moved, CONTEXT) == "token"


def test_rewrapping_what_is_new_changes_nothing():
    sealed = envelope.seal(RING_2, "token", CONTEXT)
    assert envelope.rewrap(RING_2, sealed, CONTEXT) == sealed


def test_a_value_cannot_be_rewrapped_into_another_context():
    sealed = envelope.seal(RING_1, "token", CONTEXT)
    assert code_of(envelope.rewrap, RING_2, sealed, "elsewhere")[0] == "vault_key_mismatch"


def test_the_version_of_a_sealed_value_cannot_be_swapped():
    twins = LocalKeyRing({1: OLD, 2: OLD})
    sealed = envelope.seal(RING_1, "token", CONTEXT).replace("v2.1.", "v2.2.")
    assert code_of(envelope.unseal, twins, sealed, CONTEXT) == ("vault_key_mismatch", "2")


@given(part=st.sampled_from([2, 3]), byte=st.integers(0, 27), flip=st.integers(1, 255))
def test_no_altered_byte_opens(part, byte, flip):
    parts = envelope.seal(RING_1, "token", CONTEXT).split(".")
    blob = bytearray(base64.urlsafe_b64decode(parts[part]))
    blob[byte] ^= flip
    parts[part] = base64.urlsafe_b64encode(bytes(blob)).decode()
    assert code_of(envelope.unseal, RING_1, ".".join(parts), CONTEXT) == ("vault_key_mismatch", "1")


@pytest.mark.parametrize(
    "text", ["", "token", "v1.abc", "v2.1.abc", "v2.1.a.b", "v2.a b.aaaa.aaaa", "v2..aaaa.aaaa"]
)
def test_what_is_no_sealed_value_is_refused(text):
    assert code_of(envelope.unseal, RING_1, text, CONTEXT)[0] == "vault_format"


@pytest.mark.parametrize("payload", ["", "AAAA"])
def test_a_value_cut_short_is_refused(payload):
    sealed = f"v2.1.{payload}.{payload}"
    assert code_of(envelope.unseal, RING_1, sealed, CONTEXT)[0] == "vault_key_mismatch"


@pytest.mark.parametrize("keys", [{}, {1: b"short"}, {1: OLD, 2: b""}])
def test_a_ring_has_at_least_one_key_and_all_of_them_whole(keys):
    assert code_of(LocalKeyRing, keys)[0] == "vault_key_invalid"
