"""Validate configured addresses, so that an impossible one is refused at once."""

import ipaddress
import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

_LABEL: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_A_NUMBER: Final = re.compile(r"\d+|0x[0-9a-f]*")
_PATH: Final = re.compile(r"[!#-;=@-\[\]_a-z~]*", re.IGNORECASE)


def address(value: object, name: str, example: str = "https://ask.example.com") -> str:
    """``scheme://host[:port][/path]`` without a trailing slash, the host in ASCII. Raises
    ValueError, naming the argument."""
    parts = split(value, name, example)
    if parts.query or parts.fragment or parts.username is not None:
        raise ValueError(f"{name} must be an address without user name, query or fragment")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def split(value: object, name: str, example: str) -> SplitResult:
    """The parts of a URL, with the host in ASCII. Raises ValueError if the host cannot exist."""
    wrong = ValueError(f'{name} must be an address such as "{example}", not {_shown(value)}')
    if not isinstance(value, str) or not value.isprintable():
        raise wrong
    try:
        parts = urlsplit(value)
        user, _, _ = parts.netloc.rpartition("@")
        host, port = _ascii(parts.hostname or ""), parts.port
    except ValueError:  # UnicodeError is a ValueError
        raise wrong from None
    if parts.scheme not in {"http", "https"} or port == 0 or not _PATH.fullmatch(parts.path):
        raise wrong
    if not _may_exist(host) or "//" in parts.path:
        raise wrong
    at = f"{user}@" if user else ""
    host = f"[{host}]" if ":" in host else host
    return parts._replace(netloc=f"{at}{host}" if port is None else f"{at}{host}:{port}")


def _ascii(host: str) -> str:
    return host if host.isascii() else host.encode("idna").decode()


def _may_exist(host: str) -> bool:
    """Whether the host name or IP address is valid."""
    if ":" in host or _A_NUMBER.fullmatch(host.rpartition(".")[2]):  # an IP address, as in browsers
        return _is_ip(host)
    labels = host.removesuffix(".").split(".")
    return len(host) <= 253 and all(_LABEL.fullmatch(label) for label in labels)


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _shown(value: object) -> str:
    """The value for an error message. A text with an `@` is hidden: it may contain a password."""
    if not isinstance(value, str):
        return f"a {type(value).__qualname__}"
    return repr(value[:100]) if "@" not in value else "this one"
