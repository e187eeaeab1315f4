"""The client's IP address, parsed once at the edge into one canonical form that limits, staff
networks and logs share.

An address that cannot be parsed is UNKNOWN. All such callers share one limit, so an invalid header
gains nothing. Proxies write valid addresses, so honest callers are not affected.
"""

import logging
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

from werkzeug.http import parse_list_header

if TYPE_CHECKING:
    from _typeshed import wsgi

UNKNOWN = "unknown"
LONGEST = 64  # characters; the longest address with brackets, zone and port is shorter
SITE_BITS = 64  # of an IPv6 address: one customer usually gets a /64 or more
FORWARDING = (
    "X-Forwarded-For",
    "X-Forwarded-Proto",
    "X-Forwarded-Host",
    "X-Forwarded-Prefix",
    "X-Real-IP",
    "Forwarded",
)

log = logging.getLogger("sayso")

_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: IPv4 callers, as an IPv6-only network sees them
_MAPPED = IPv6Network("::ffff:0:0/96")


def canonical(text: str) -> str:
    """The address in `text` without port, brackets and zone. IPv4-mapped IPv6 becomes IPv4."""
    return _canonical(text.strip()) if len(text) <= LONGEST else UNKNOWN


def counted_as(address: str) -> str:
    """The key under which limits count a canonical address: IPv4 as it is, IPv6 by its /64."""
    return _network_of(address) if ":" in address else address


def among(address: str, networks: Iterable[str]) -> bool:
    """Whether a canonical address is in one of the networks."""
    return address != UNKNOWN and any(_inside(address, network) for network in networks)


class ClientAddress:
    """WSGI middleware that sets REMOTE_ADDR to the caller's canonical address. With
    `trusted_proxies` it is the address that the outermost trusted proxy saw."""

    def __init__(self, app: "wsgi.WSGIApplication", trusted_proxies: int) -> None:
        self._app = app
        self._trusted = trusted_proxies
        self._warned: set[str] = set()

    def __call__(
        self, environ: "wsgi.WSGIEnvironment", start_response: "wsgi.StartResponse"
    ) -> Iterable[bytes]:
        environ["REMOTE_ADDR"] = self._caller(environ)
        return self._app(environ, start_response)

    def _caller(self, environ: "wsgi.WSGIEnvironment") -> str:
        peer = canonical(environ.get("REMOTE_ADDR") or "")
        if not self._trusted:
            self._notice_untrusted(environ)
            return peer
        forwarded = parse_list_header(environ.get("HTTP_X_FORWARDED_FOR", ""))
        if not forwarded:
            return peer
        if len(forwarded) < self._trusted:
            self._warn(
                f"X-Forwarded-For has {len(forwarded)} addresses, but SAYSO_TRUSTED_PROXIES is "
                f"{self._trusted}; such requests are counted by the proxy's address. Set "
                "SAYSO_TRUSTED_PROXIES to the number of proxies that each request passes."
            )
            return peer
        address = canonical(forwarded[-self._trusted])
        if address == UNKNOWN:
            self._warn(
                "X-Forwarded-For has no valid address at the position that SAYSO_TRUSTED_PROXIES "
                "trusts; such requests share one limit. Let the proxy send the client's address."
            )
        return address

    def _notice_untrusted(self, environ: "wsgi.WSGIEnvironment") -> None:
        if self._warned:
            return
        for name in FORWARDING:
            if f"HTTP_{name.upper().replace('-', '_')}" in environ:
                self._warn(
                    f"A request has {name}, but SAYSO_TRUSTED_PROXIES is 0, so the header is "
                    "ignored and everybody behind a proxy counts as one address. If this server "
                    "is behind proxies, set SAYSO_TRUSTED_PROXIES to their number."
                )
                return

    def _warn(self, message: str) -> None:
        if message not in self._warned:
            self._warned.add(message)
            log.warning(message)


@lru_cache(maxsize=4_096)
def _canonical(text: str) -> str:
    try:
        return str(_plain(ip_address(_bare(text))))
    except ValueError:
        return UNKNOWN


def _bare(text: str) -> str:
    """The address without port, brackets and zone."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    return text.partition("%")[0]


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv6Address) and (address.ipv4_mapped or address in _NAT64):
        return IPv4Address(address.packed[-4:])
    return address


@lru_cache(maxsize=4_096)
def _network_of(address: str) -> str:
    return str(IPv6Network((address, SITE_BITS), strict=False))


@lru_cache(maxsize=4_096)
def _inside(address: str, network: str) -> bool:
    return ip_address(address) in _plain_network(network)


@lru_cache(maxsize=1_024)
def _plain_network(text: str) -> IPv4Network | IPv6Network:
    network = ip_network(text, strict=False)
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
        return IPv4Network((network.network_address.packed[-4:], network.prefixlen - 96))
    return network
