"""Against SoftHSM2, a PKCS#11 module in software: apt install softhsm2, pip install python-pkcs11."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from recon_core.errors import FinalError, RetryableError
from recon_core.vault import envelope
from recon_core.vault.hsm import HsmAddress, HsmKeyRing

PLACES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so")
PIN = "4321"
CONTEXT = "open.banking.consent,7,grant"


@pytest.fixture(scope="module")
def module_path():
    pytest.importorskip("pkcs11", reason="python-pkcs11 is not installed")
    module = next((place for place in PLACES if Path(place).exists()), None)
    if module is None or not shutil.which("softhsm2-util"):
        pytest.skip("SoftHSM2 is not installed")
    return module


@pytest.fixture(scope="module")
def token(module_path, tmp_path_factory):
    """An initialised token. The module reads its configuration once a process."""
    folder = tmp_path_factory.mktemp("hsm")
    (folder / "tokens").mkdir()
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder / 'tokens'}\n")
    (folder / "pin").write_text(f"{PIN}\n")
    os.environ["SOFTHSM2_CONF"] = str(configuration)
    subprocess.run(
        [
            "softhsm2-util",
            "--init-token",
            "--free",
            "--label=bank",
            "--so-pin=8765",
            f"--pin={PIN}",
        ],
        check=True,
        capture_output=True,
        timeout=60,
    )
    yield folder
    del os.environ["SOFTHSM2_CONF"]


def uri(module_path, folder, label):
    return f"pkcs11:token=bank;object={label}?module-path={module_path}&pin-source=file:{folder / 'pin'}"


class Hsm:
    """One label of the token: its ring, and keys as an administrator makes them."""

    def __init__(self, module_path, folder, label):
        self.label = label
        self.ring = HsmKeyRing(HsmAddress.from_uri(uri(module_path, folder, label)))

    def make_key(self, version):
        from pkcs11 import Attribute, KeyType  # noqa: PLC0415

        self.ring._session.generate_key(
            KeyType.AES,
            256,
            label=f"{self.label}-{version}",
            store=False,
            template={Attribute.EXTRACTABLE: False, Attribute.SENSITIVE: True},
        )

    def destroy_key(self, version):
        self.ring._find()[str(version)].destroy()


@pytest.fixture
def hsm(module_path, token, request):
    hsm = Hsm(module_path, token, request.node.name[:40])
    yield hsm
    hsm.ring._session.close()


def test_a_key_of_the_module_seals_and_opens(hsm):
    hsm.make_key(1)
    sealed = envelope.seal(hsm.ring, "token", CONTEXT)
    assert envelope.key_version(sealed) == "1"
    assert envelope.unseal(hsm.ring, sealed, CONTEXT) == "token"


def test_a_new_key_in_the_module_is_used_without_a_restart(hsm):
    hsm.make_key(1)
    sealed = envelope.seal(hsm.ring, "token", CONTEXT)
    hsm.make_key(2)
    moved = envelope.rewrap(hsm.ring, sealed, CONTEXT)
    assert envelope.key_version(moved) == "2"
    assert moved.split(".")[3] == sealed.split(".")[3]
    assert envelope.unseal(hsm.ring, moved, CONTEXT) == "token"


def test_a_key_that_is_gone_from_the_module_is_named(hsm):
    hsm.make_key(1)
    sealed = envelope.seal(hsm.ring, "token", CONTEXT)
    hsm.make_key(2)
    hsm.destroy_key(1)
    assert hsm.ring.newest == "2"
    with pytest.raises(FinalError, match="vault_key_version_missing: 1"):
        envelope.unseal(hsm.ring, sealed, CONTEXT)


# python-pkcs11 ends its search in a destructor, which finds the session closed
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_session_that_broke_is_opened_again(hsm):
    hsm.make_key(1)
    hsm.ring._session.close()
    with pytest.raises(RetryableError, match="vault_hsm_unavailable"):
        envelope.seal(hsm.ring, "token", CONTEXT)
    hsm.ring._find()
    hsm.make_key(2)
    sealed = envelope.seal(hsm.ring, "token", CONTEXT)
    assert envelope.unseal(hsm.ring, sealed, CONTEXT) == "token"


def test_a_value_of_another_record_does_not_open(hsm):
    hsm.make_key(1)
    sealed = envelope.seal(hsm.ring, "token", CONTEXT)
    with pytest.raises(FinalError, match="vault_key_mismatch"):
        envelope.unseal(hsm.ring, sealed, "open.banking.consent,8,grant")


def test_a_label_without_a_key_is_an_error(hsm):
    with pytest.raises(FinalError, match="vault_key_missing"):
        envelope.seal(hsm.ring, "token", CONTEXT)


def test_a_library_that_is_not_there_is_an_error(module_path, token):
    address = HsmAddress.from_uri(uri("/usr/lib/no-such-module.so", token, "bank"))
    with pytest.raises(FinalError, match="vault_hsm_library"):
        HsmKeyRing(address)


def test_a_token_that_is_not_there_is_an_error(module_path, token):
    wrong = uri(module_path, token, "bank").replace("token=bank", "token=other")
    with pytest.raises(FinalError, match="vault_hsm_login"):
        HsmKeyRing(HsmAddress.from_uri(wrong))


def test_an_address_names_module_token_keys_and_pin():
    address = HsmAddress.from_uri(
        "pkcs11:token=My%20HSM;object=bank?module-path=/lib/m.so&pin-source=file:/etc/pin"
    )
    assert address == HsmAddress("/lib/m.so", "My HSM", "bank", Path("/etc/pin"))


@pytest.mark.parametrize(
    "text", ["", "pkcs11:token=t;object=o", "file:token=t;object=o?module-path=m&pin-source=p"]
)
def test_an_incomplete_address_is_refused(text):
    with pytest.raises(FinalError, match="vault_hsm_address"):
        HsmAddress.from_uri(text)
