"""Connections to the public internet only: for addresses that users enter."""

from __future__ import annotations

import ipaddress
import socket

from urllib3.connection import HTTPSConnection

from ..errors import FinalError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# IPv6 in which another network's IPv4 travels: where that leads, we do not know
_TUNNELS = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("2002::/16"))


def is_public(address: Address) -> bool:
    """Whether ``address`` is of the public internet, and of one machine."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if any(address in network for network in _TUNNELS):
            return False
    return address.is_global and not address.is_multicast


def refuse_private_host(host: str) -> None:
    """Raises FinalError("private_address") when ``host`` is an address, and not a public one. What a
    name leads to is looked at when it is connected to: it may change in between."""
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return
    _refuse_unless_public(address)


class PublicHTTPSConnection(HTTPSConnection):
    """Looks at the address it is about to connect to, and again at the one it has reached: the answer
    of a name server may have changed in between. Nothing is sent before."""

    def _new_conn(self) -> socket.socket:
        try:
            found = socket.getaddrinfo(self.host.strip("[]"), self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            found = []  # super() finds that too, and says it in the words of the library
        for *_kind, where in found:
            _refuse_unless_public(_address(str(where[0])))
        connected = super()._new_conn()
        try:
            _refuse_unless_public(_address(str(connected.getpeername()[0])))
        except FinalError:
            connected.close()
            raise
        return connected


def _address(text: str) -> Address:
    return ipaddress.ip_address(text.partition("%")[0])  # without the interface of a link-local one


def _refuse_unless_public(address: Address) -> None:
    if not is_public(address):
        raise FinalError("private_address", "not on the public internet")
