"""How to reach the server: the proxy, if any, and the trusted certificates.

Both come from arguments, or else from the usual environment variables.
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
"""Variables for other CA bundles; OpenSSL itself reads SSL_CERT_FILE and SSL_CERT_DIR."""


@dataclass(frozen=True, slots=True)
class Route:
    proxy: str | None = field(default=None, repr=False)  # it may contain a password
    ca_certs: Path | None = None

    @classmethod
    def to(cls, host: str, proxy: str | None, ca_certs: str | PathLike[str] | None) -> Self:
        """Raises ValueError if the proxy or the certificates cannot be used."""
        return cls(_proxy(host, proxy), _certificates(host, ca_certs))

    def open(self) -> urllib3.PoolManager:
        """A pool with one kept-alive connection."""
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
    proxies = getproxies()
    name = parts.scheme if parts.scheme in proxies else "all"
    if name not in proxies or proxy_bypass(parts.netloc):
        return None
    try:
        return _checked(proxies[name], f"the environment's {name.upper()}_PROXY")
    except ValueError as error:  # the variable may be meant for programs with other protocols
        log.warning("%s. The server is called without a proxy", error)
        return None


def _checked(proxy: str, name: str) -> str:
    """The proxy's URL, with http:// if it has no scheme, as curl allows."""
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
        certificates = Path(path)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if certificates.is_dir():
            context.load_verify_locations(capath=certificates)
        else:
            context.load_verify_locations(cafile=certificates)
    except (OSError, TypeError) as error:  # SSLError is an OSError
        raise ValueError(
            f"{name} must be a file of certificates in PEM, or a folder of such: {error}"
        ) from None
    return certificates
