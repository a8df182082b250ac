"""The keys that seal secrets, in a file or a variable outside the database.

One key a line, ``<version>:<32 bytes in base64>``; a line without a version is version 1. A comma
parts keys as a line end does, for a variable of one line.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
from pathlib import Path

from ..errors import FinalError
from .keyring import KEY_BYTES, LocalKeyRing

_ENTRY = re.compile(r"(?:(?P<version>[1-9][0-9]{0,8}):)?(?P<key>[A-Za-z0-9+/]+=*)")


def parse(text: str, name: str) -> LocalKeyRing:
    """The keys in ``text``. ``name`` says in an error where it came from.

    Raises FinalError ``vault_key_invalid``: no key, a damaged one, or a version that is there twice.
    """
    keys: dict[int, bytes] = {}
    for entry in re.split(r"[\s,]+", text.strip()):
        match = _ENTRY.fullmatch(entry)
        if match is None:
            raise FinalError("vault_key_invalid", name)
        version = int(match["version"] or 1)
        if version in keys:
            raise FinalError("vault_key_invalid", f"{name}: version {version} twice")
        keys[version] = _decoded(match["key"], name)
    return LocalKeyRing(keys)


def load(path: Path) -> LocalKeyRing:
    """The keys in ``path``. Raises FinalError ``vault_key_missing`` or ``vault_key_invalid``."""
    try:
        text = path.read_text("ascii")
    except FileNotFoundError as error:
        raise FinalError("vault_key_missing", path.name) from error
    except (OSError, UnicodeDecodeError) as error:
        raise FinalError("vault_key_invalid", path.name) from error
    return parse(text, path.name)


def load_or_create(path: Path) -> LocalKeyRing:
    """The keys in ``path``; makes the file, readable by its owner alone, when there is none.

    Two processes that make it at the same time end with one key: the file appears whole or not at
    all, and whoever comes second reads the first one's.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            out.write(f"1:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}\n")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return load(path)


def _decoded(text: str, name: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise FinalError("vault_key_invalid", name) from error
    if len(key) != KEY_BYTES:
        raise FinalError("vault_key_invalid", name)
    return key
