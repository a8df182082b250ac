"""Keys in a hardware security module that speaks PKCS#11. They never leave it.

The module holds AES-256 keys labelled ``<object>-<version>``, version 1, 2, 3...
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, unquote

from ..errors import FinalError, RetryableError
from .keyring import KEY_BYTES, NONCE_BYTES, KeyRing, bound_to


@dataclass(frozen=True, slots=True)
class HsmAddress:
    """Which library, token and keys; the PIN stands in a file."""

    module_path: str
    token: str
    label: str
    pin_file: Path

    @classmethod
    def from_uri(cls, uri: str) -> HsmAddress:
        """``pkcs11:token=T;object=O?module-path=/lib.so&pin-source=file:/path`` (RFC 7512).

        Raises FinalError ``vault_hsm_address`` when one of the four is not there.
        """
        scheme, _, rest = uri.partition(":")
        path, _, query = rest.partition("?")
        pairs = (part.partition("=") for part in path.split(";"))
        names = {key: unquote(value) for key, _, value in pairs}
        names.update({key: values[0] for key, values in parse_qs(query).items()})
        try:
            address = cls(
                names["module-path"],
                names["token"],
                names["object"],
                Path(names["pin-source"].removeprefix("file:")),
            )
        except KeyError as error:
            raise FinalError("vault_hsm_address", str(error.args[0])) from error
        if scheme != "pkcs11":
            raise FinalError("vault_hsm_address", scheme)
        return address


class HsmKeyRing(KeyRing):
    """AES-256-GCM computed inside the module. Raises RetryableError ``vault_hsm_unavailable``.

    One session for the process, used by one thread at a time as PKCS#11 asks.
    """

    def __init__(self, address: HsmAddress) -> None:
        """Raises FinalError ``vault_hsm_library`` without python-pkcs11 or the module's library,
        ``vault_hsm_login`` when token or PIN are wrong, ``vault_key_missing`` without the PIN."""
        self._address = address
        self._lock = Lock()
        self._session: Any = self._open()
        self._keys: dict[str, Any] = {}

    @property
    def newest(self) -> str:
        # asked anew each time: a key that was made in the module is used without a restart
        self._keys = self._find()
        if not self._keys:
            raise FinalError("vault_key_missing", self._address.label)
        return max(self._keys, key=int)

    def wrap(self, data_key: bytes, context: bytes) -> tuple[str, bytes]:
        version = self.newest
        nonce = secrets.token_bytes(NONCE_BYTES)
        with self._using() as library:
            parameters = library.GCMParams(nonce, bound_to(version, context))
            sealed = self._keys[version].encrypt(
                data_key, mechanism=library.Mechanism.AES_GCM, mechanism_param=parameters
            )
        return version, nonce + bytes(sealed)

    def unwrap(self, version: str, wrapped: bytes, context: bytes) -> bytes:
        if version not in self._keys:
            self._keys = self._find()
        key = self._keys.get(version)
        if key is None:
            raise FinalError("vault_key_version_missing", version)
        nonce, sealed = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        if len(sealed) <= KEY_BYTES:
            raise FinalError("vault_key_mismatch", version)
        with self._using() as library:
            parameters = library.GCMParams(nonce, bound_to(version, context))
            try:
                return bytes(
                    key.decrypt(
                        sealed, mechanism=library.Mechanism.AES_GCM, mechanism_param=parameters
                    )
                )
            except _refusals(library) as error:
                raise FinalError("vault_key_mismatch", version) from error

    @contextmanager
    def _using(self) -> Iterator[ModuleType]:
        library = _library()
        with self._lock:
            try:
                yield library
            except library.PKCS11Error as error:
                self._forget(library)
                raise RetryableError("vault_hsm_unavailable", type(error).__name__) from error

    def _forget(self, library: ModuleType) -> None:
        """A module that was restarted knows neither session nor keys: begin anew next time."""
        with suppress(library.PKCS11Error):
            self._session.close()
        self._session, self._keys = None, {}

    def _open(self) -> Any:
        library, address = _library(), self._address
        try:
            pin = address.pin_file.read_text("utf-8").strip()
        except OSError as error:
            raise FinalError("vault_key_missing", address.pin_file.name) from error
        try:
            module = library.lib(address.module_path)
        except RuntimeError as error:  # what python-pkcs11 says of a library it cannot load
            raise FinalError("vault_hsm_library", address.module_path) from error
        try:
            return module.get_token(token_label=address.token).open(user_pin=pin)
        except (library.PinIncorrect, library.PinLocked, library.NoSuchToken) as error:
            raise FinalError("vault_hsm_login", type(error).__name__) from error
        except library.PKCS11Error as error:
            raise RetryableError("vault_hsm_unavailable", type(error).__name__) from error

    def _find(self) -> dict[str, Any]:
        library = _library()
        wanted = re.compile(re.escape(self._address.label) + r"-([1-9][0-9]{0,8})")
        with self._using():
            if self._session is None:
                self._session = self._open()
            found = self._session.get_objects(
                {
                    library.Attribute.CLASS: library.ObjectClass.SECRET_KEY,
                    library.Attribute.KEY_TYPE: library.KeyType.AES,
                }
            )
            matches = ((wanted.fullmatch(str(key.label)), key) for key in found)
            return {match[1]: key for match, key in matches if match}


def _library() -> ModuleType:
    """python-pkcs11, which only those need who have such a module."""
    try:
        import pkcs11  # noqa: PLC0415
    except ImportError as error:
        raise FinalError("vault_hsm_library", "python-pkcs11") from error
    return pkcs11


def _refusals(library: ModuleType) -> tuple[type[Exception], ...]:
    """How modules say that the tag does not fit: they do not agree on one code."""
    return (
        library.EncryptedDataInvalid,
        library.EncryptedDataLenRange,
        library.DataInvalid,
        library.GeneralError,
    )
