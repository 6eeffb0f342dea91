"""Connections to addresses that somebody outside named: to public ones alone, unless a setting allows more.

The address that was checked is the one that is connected to, so a name that leads elsewhere a moment later
(DNS rebinding) leads nowhere.

Source: IANA special-purpose address registries (RFC 6890); RFC 6052 (NAT64), 3056 (6to4), 4380 (Teredo).
"""

import asyncio
import socket
from collections.abc import Iterable, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final

import httpcore

from shared.runtime.deliver.parcels import NotSent

Network = IPv4Network | IPv6Network
_NEVER: Final = (
    # Public by its number, and yet the platform's own: Azure's host agent.
    ip_network("168.63.129.16/32"),
    # Protocol assignments (Oracle's metadata among them) and relays; Python knows some, by its version.
    ip_network("192.0.0.0/24"),
    ip_network("192.88.99.0/24"),
    ip_network("198.18.0.0/15"),
    ip_network("100::/64"),
    ip_network("3fff::/20"),
    ip_network("5f00::/16"),
    # These carry an IPv4 address, which may be any.
    ip_network("64:ff9b::/96"),
    ip_network("64:ff9b:1::/48"),
    ip_network("2001::/23"),
    ip_network("2002::/16"),
)
_PRIVATE: Final = "notice.private_address"


def networks(setting: str) -> tuple[Network, ...]:
    """Read networks, separated by commas.

    Raises:
        ValueError: One is none.
    """
    return tuple(ip_network(one.strip()) for one in setting.split(",") if one.strip())


def may_reach(address: IPv4Address | IPv6Address, allowed: Iterable[Network] = ()) -> bool:
    """Tell whether a notice may be sent to an address: a public one, or one of those that are allowed."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if any(address in one for one in allowed if one.version == address.version):
        return True
    if any(address in one for one in _NEVER if one.version == address.version):
        return False
    if address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback:
        return False
    site_local = isinstance(address, IPv6Address) and address.is_site_local
    return address.is_global and not address.is_private and not address.is_link_local and not site_local


class Outward(httpcore.AsyncNetworkBackend):
    """Connects like httpcore's own backend, once every address of the name was checked.

    Args:
        allowed: Networks that may be reached though they are not public.
    """

    def __init__(self, allowed: Sequence[Network] = ()) -> None:
        self._allowed = allowed
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own interface
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Look the name up once, and connect to what was found.

        Raises:
            NotSent: ``notice.private_address``: one of its addresses may not be reached.
            httpcore.ConnectError: It has none, or none answers.
        """
        found = await self._addresses(host, port)
        if any(not may_reach(one, self._allowed) for one in found):
            raise NotSent(_PRIVATE, "an address of the name is not public", for_good=True)
        error: Exception = httpcore.ConnectError("the name has no address")
        for one in found:
            try:
                return await self._inner.connect_tcp(str(one), port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                error = failed
        raise error

    async def _addresses(self, host: str, port: int) -> list[IPv4Address | IPv6Address]:
        try:
            loop = asyncio.get_running_loop()
            infos = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("the name is not known") from error
        return list(dict.fromkeys(ip_address(str(info[4][0])) for info in infos))

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own interface
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: no notice goes to a file of this machine."""
        raise NotSent(_PRIVATE, "a socket of this machine", for_good=True)

    async def sleep(self, seconds: float) -> None:
        """Wait, as httpcore asks for between its own tries."""
        await asyncio.sleep(seconds)
