"""Validate and normalize a project's name, origins, tracked events and language. Every function
raises Invalid with a message that says what to do."""

import re
from collections.abc import Callable, Iterable
from functools import cache
from ipaddress import ip_address
from itertools import chain

from publicsuffixlist import PublicSuffixList

from sayso_server.decision.origins import WILDCARD
from sayso_server.decision.page_rules import origin_of
from sayso_server.errors import Invalid
from sayso_server.texts import NoTag, canonical

NAME_LONGEST = 128
ORIGINS_AT_MOST = 100
HOST_LONGEST = 253  # RFC 1035, without the root's dot
TRACKED_AT_MOST = 100

_WRITTEN = re.compile(r"(https?://)(\*\.)?([^/?#@\s]+)/?", re.IGNORECASE)
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")  # browsers parse such a last label as an IPv4 address
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")

NOT_AN_ORIGIN = "write scheme and host only, as https://shop.example or https://*.shop.example"
PUBLIC = (
    "would allow other people's sites: {suffix} is a top-level name or another public suffix; "
    "put a domain of your own behind the `*.`"
)
NOT_A_DOMAIN = "has a `*.` before something that has no subdomains; name the host whole"


def checked_name(name: str) -> str:
    """The name as it is stored."""
    name = name.strip()
    if not 0 < len(name) <= NAME_LONGEST or not name.isprintable():
        error = f"Give the project a name of 1 to {NAME_LONGEST} printable characters."
        raise Invalid(error, errors={"name": [error]})
    return name


def checked_origins(values: Iterable[str]) -> list[str]:
    """Origins as browsers send them, or wildcards in the same form; unique and sorted."""
    return _each("origins", values, _checked_origin, ORIGINS_AT_MOST)


def checked_events(names: Iterable[str]) -> list[str]:
    """Event names, unique and sorted."""
    return _each("tracked", names, _checked_event, TRACKED_AT_MOST)


def checked_language(tag: str) -> str:
    """The language tag in its canonical form (BCP 47)."""
    try:
        return canonical(tag)
    except NoTag as error:
        message = f"The language is {tag!r}. {error}"
        raise Invalid(message, errors={"language": [str(error)]}) from error


def _each(field: str, values: Iterable[str], check: Callable[[str], str], most: int) -> list[str]:
    checked: set[str] = set()
    errors: dict[str, list[str]] = {}
    for index, value in enumerate(values):
        try:
            checked.add(check(value))
        except ValueError as error:
            errors[f"{field}.{index}"] = [str(error)]
    if len(checked) > most:
        what = "tracked events" if field == "tracked" else field
        errors[field] = [f"A project has at most {most} {what}; remove some first."]
    if errors:
        raise Invalid(" ".join(chain.from_iterable(errors.values())), errors=errors)
    return sorted(checked)


def _checked_event(name: str) -> str:
    if not 0 < len(name) <= NAME_LONGEST or not name.isprintable():
        raise ValueError(
            f"The event {name!r} has no usable name; send 1 to {NAME_LONGEST} printable characters."
        )
    return name


def _checked_origin(value: str) -> str:
    """Raises ValueError with a message for the user."""
    written = _WRITTEN.fullmatch(value.strip())
    origin = origin_of(f"{written[1]}{written[3]}") if written else None
    host, is_address = _host(origin or "")
    if written is None or origin is None or not (is_address or _is_name(host)):
        raise ValueError(f"The origin {value!r} is not an origin; {NOT_AN_ORIGIN}.")
    if not written[2]:
        return origin
    if is_address:
        raise ValueError(f"The origin {value!r} {NOT_A_DOMAIN}.")
    if _public_suffixes().is_public(host):
        raise ValueError(f"The origin {value!r} {PUBLIC.format(suffix=host)}.")
    return origin.replace("://", f"://{WILDCARD}", 1)


def _host(origin: str) -> tuple[str, bool]:
    """The host of a canonical origin, and whether it is an IP address."""
    host = re.sub(r":\d+$", "", origin.partition("://")[2])
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return host, False
    return host, True


def _is_name(host: str) -> bool:
    labels = host.split(".")
    is_number = _NUMBER.fullmatch(labels[-1]) is not None
    return len(host) <= HOST_LONGEST and all(map(_LABEL.fullmatch, labels)) and not is_number


@cache
def _public_suffixes() -> PublicSuffixList:
    """Loaded lazily, since it takes 60 ms."""
    return PublicSuffixList()
