"""TLS towards banks and providers: what is spoken, whom is trusted, and who we show ourselves as."""

from __future__ import annotations

import contextlib
import os
import ssl
import tempfile
from collections.abc import Iterator
from datetime import datetime

from ..errors import FinalError
from .certificates import key_pair


def context() -> ssl.SSLContext:
    """TLS 1.2 or 1.3 with the server's certificate and name verified against the authorities that
    the system trusts. Nothing is renegotiated and no session is resumed: each connection proves
    anew who is who."""
    made = ssl.create_default_context()
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_TICKET
    return made


def client_context(certificate: str, key: str, now: datetime) -> ssl.SSLContext:
    """``context`` that also shows a client certificate (QWAC), both given in PEM.

    Raises FinalError("certificate_invalid" | "certificate_expired") before anything is sent.
    """
    made = context()
    with _readable(key_pair(certificate, key, now).pem()) as path:
        try:
            made.load_cert_chain(path)
        except ssl.SSLError as error:
            raise FinalError("certificate_invalid", "refused by OpenSSL") from error
    return made


@contextlib.contextmanager
def _readable(secret: bytes) -> Iterator[str]:
    """A path under which ``secret`` can be read for now: OpenSSL wants files. It is in memory where
    the system can do that, else a file of ours alone that is gone afterwards."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("certificate", os.MFD_CLOEXEC)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secret)
            file.flush()
            yield f"/proc/self/fd/{descriptor}"
        return
    with tempfile.NamedTemporaryFile() as file:  # mode 0600
        file.write(secret)
        file.flush()
        yield file.name
