"""The key that seals secrets, in a file outside the database."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from pathlib import Path

from ..errors import FinalError
from .envelope import KEY_BYTES


def load(path: Path) -> bytes:
    """The 32-byte key in ``path`` (base64). Raises FinalError ``vault_key_missing`` or
    ``vault_key_invalid``."""
    try:
        key = base64.b64decode(path.read_bytes().strip(), validate=True)
    except FileNotFoundError as error:
        raise FinalError("vault_key_missing", path.name) from error
    except (OSError, binascii.Error) as error:
        raise FinalError("vault_key_invalid", path.name) from error
    if len(key) != KEY_BYTES:
        raise FinalError("vault_key_invalid", path.name)
    return key


def load_or_create(path: Path) -> bytes:
    """The key in ``path``; makes the file, readable by its owner alone, when there is none.

    Two processes that make it at the same time end with one key: the file appears whole or not at
    all, and whoever comes second reads the first one's.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return load(path)
