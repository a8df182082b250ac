"""Addresses that users enter lead to the public internet, whatever a name server says."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import pytest

from recon_core.connectors import public_addresses
from recon_core.connectors.public_addresses import is_public, refuse_private_host
from recon_core.connectors.transport import Transport
from recon_core.errors import FinalError

INSIDE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - nothing listens
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fd00::1",
    "ff02::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2002:a00:1::",
]


@pytest.mark.parametrize("text", INSIDE)
def test_an_address_inside_is_not_public(text: str) -> None:
    assert not is_public(ip_address(text))
    with pytest.raises(FinalError, match="private_address"):
        refuse_private_host(text)


@pytest.mark.parametrize("text", ["93.184.215.14", "2606:2800:21f:cb07::1", "::ffff:93.184.215.14"])
def test_an_address_of_the_internet_is_public(text: str) -> None:
    assert is_public(ip_address(text))
    refuse_private_host(text)


def test_a_name_is_looked_at_when_it_is_connected_to() -> None:
    refuse_private_host("erp.example")


class _Listening:
    """A server inside; ``connected`` tells whether anybody got through."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.port = self.socket.getsockname()[1]

    def was_connected_to(self) -> bool:
        try:
            self.socket.accept()
        except BlockingIOError:
            return False
        return True


@pytest.fixture
def inside():
    server = _Listening()
    yield server
    server.socket.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "127.1"])
def test_a_name_that_leads_inside_is_not_even_connected_to(inside: _Listening, host: str) -> None:
    with pytest.raises(FinalError, match="private_address"):
        Transport(public_only=True).send("POST", f"https://{host}:{inside.port}/x", json_body={})
    assert not inside.was_connected_to()


def test_a_name_that_changes_between_look_and_connection_is_sent_nothing(
    inside: _Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Changing:
        """A name server whose first answer is harmless."""

        SOCK_STREAM = socket.SOCK_STREAM

        @staticmethod
        def getaddrinfo(*_args: object, **_kwargs: object) -> list[tuple[object, ...]]:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 443))]

    monkeypatch.setattr(public_addresses, "socket", Changing)
    with pytest.raises(FinalError, match="private_address"):
        Transport(public_only=True).send("POST", f"https://localhost:{inside.port}/x", json_body={})
    assert inside.was_connected_to()
    inside.socket.setblocking(True)


def test_without_the_limit_banks_inside_may_be_reached(inside: _Listening) -> None:
    with pytest.raises(Exception, match="unavailable|tls_failed|timeout"):
        Transport(read_timeout_s=0.2).send("GET", f"https://127.0.0.1:{inside.port}/x")
    assert inside.was_connected_to()
