"""The way to the server: through a proxy or not, and whose certificates are trusted.

Both by argument, or else by the environment variables that other programs read.
"""

import ssl
from dataclasses import dataclass, field
from os import PathLike, environ
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3

from sayso.addresses import split
from sayso.tally import log

CERTIFICATES: Final = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables for other authorities; OpenSSL itself reads SSL_CERT_FILE and SSL_CERT_DIR."""


@dataclass(frozen=True, slots=True)
class Route:
    proxy: str | None = field(default=None, repr=False)  # it may hold a password
    ca_certs: Path | None = None

    @classmethod
    def to(cls, host: str, proxy: str | None, ca_certs: str | PathLike[str] | None) -> Self:
        """Raises ValueError where a proxy or certificates cannot be used."""
        return cls(_proxy(host, proxy), _certificates(host, ca_certs))

    def open(self) -> urllib3.PoolManager:
        """Which keeps its one connection."""
        options: dict[str, Any] = {"num_pools": 1, "maxsize": 1}
        if self.ca_certs is not None:
            kind = "ca_cert_dir" if self.ca_certs.is_dir() else "ca_certs"
            options[kind] = str(self.ca_certs)
        if self.proxy is None:
            return urllib3.PoolManager(**options)
        return urllib3.ProxyManager(self.proxy, proxy_headers=_credentials(self.proxy), **options)


def _proxy(host: str, given: str | None) -> str | None:
    if given is not None:
        return _checked(given, "proxy")
    parts = urlsplit(host)
    found = getproxies()
    name = parts.scheme if parts.scheme in found else "all"
    if name not in found or proxy_bypass(parts.netloc):
        return None
    try:
        return _checked(found[name], f"the environment's {name.upper()}_PROXY")
    except ValueError as error:  # it serves other programs, which may speak other protocols
        log.warning("%s. The server is called without a proxy", error)
        return None


def _checked(proxy: str, name: str) -> str:
    """With its scheme, which curl's variables may lack."""
    whole = proxy if "://" in proxy else f"http://{proxy}"
    return split(whole, name, "http://proxy.example.com:3128").geturl()


def _credentials(proxy: str) -> dict[str, str]:
    parts = urlsplit(proxy)
    if parts.username is None:
        return {}
    user, password = unquote(parts.username), unquote(parts.password or "")
    return dict(urllib3.make_headers(proxy_basic_auth=f"{user}:{password}"))


def _certificates(host: str, given: str | PathLike[str] | None) -> Path | None:
    if given is not None:
        return _readable(given, "ca_certs")
    if host.startswith("http://"):
        return None
    for name in CERTIFICATES:
        if path := environ.get(name):
            return _readable(path, f"the environment's {name}")
    return None


def _readable(path: str | PathLike[str], name: str) -> Path:
    try:
        found = Path(path)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if found.is_dir():
            context.load_verify_locations(capath=found)
        else:
            context.load_verify_locations(cafile=found)
    except (OSError, TypeError) as error:  # SSLError is one
        raise ValueError(
            f"{name} must be a file of certificates in PEM, or a folder of such: {error}"
        ) from None
    return found
