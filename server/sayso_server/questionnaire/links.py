"""Addresses that a survey may link to: no scripts, and no hidden host."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

SCHEMES = ("https:", "mailto:", "tel:")

_MAIL = re.compile(r"[^@\s?]+@[^@\s?.]+(\.[^@\s?.]+)+(\?.*)?")
_PHONE = re.compile(r"\+?[\d().\-]{2,30}(;.*)?")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE)


def url_problems(url: str, schemes: tuple[str, ...] = SCHEMES) -> list[str]:
    """Why a survey may not link to this address, with the remedy; empty when it may."""
    scheme = url.partition(":")[0].lower() + ":"
    if scheme not in schemes:
        return [_wrong_scheme(schemes)]
    invisible = next((c for c in url if c.isspace() or not c.isprintable()), None)
    if invisible is not None:
        return [f"contains U+{ord(invisible):04X}, which is invisible; remove it"]
    problem = _CHECKS[scheme](url)
    return [] if problem is None else [problem]


def _wrong_scheme(schemes: tuple[str, ...]) -> str:
    *others, last = (scheme.rstrip(":") for scheme in schemes)
    if not others:
        return f"is not {last}; send such an address"
    return f"is neither {', '.join(others)} nor {last}; send one of them"


def _web_problem(url: str) -> str | None:
    if "\\" in url:
        return "contains a backslash, which browsers read as a slash; write it as %5C, or as /"
    rest = url[len("https:") :]
    if not rest.startswith("//") or rest.startswith("///"):
        return "does not name its host; begin it with https:// and the host"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "has an invalid host or port; write https://shop.example or https://host:8443"
    if "@" in parts.netloc:
        return "has a name before its host (`name@host`), which hides the host; leave that out"
    if not _is_host(host):
        return "has no host that a browser can open; write it as https://shop.example/…"
    return None


def _is_host(host: str) -> bool:
    if ":" in host:
        return _is_address(host)
    try:
        labels = host.encode("idna").decode().removesuffix(".").split(".")
    except UnicodeError:
        return False
    if labels[-1].isdecimal():  # browsers read such a host as an IPv4 address
        return _is_address(host)
    return all(_LABEL.fullmatch(label) for label in labels)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _mail_problem(url: str) -> str | None:
    if _MAIL.fullmatch(url.partition(":")[2]):
        return None
    return "names no mail address; write mailto:name@shop.example"


def _phone_problem(url: str) -> str | None:
    if _PHONE.fullmatch(url.partition(":")[2]):
        return None
    return "names no telephone number; write tel:+37060000000, without spaces"


_CHECKS = {"https:": _web_problem, "mailto:": _mail_problem, "tel:": _phone_problem}
