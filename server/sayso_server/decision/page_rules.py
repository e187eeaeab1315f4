"""URL rules: find rules that can never match, and test whether a rule covers a URL.

The page itself evaluates the rules of triggers (`widget/src`). Publication refuses a rule that can
never match. A project's excluded pages are checked again here.
"""

import re
from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from sayso_server.decision.ambiguity import TooComplex, most_steps
from sayso_server.decision.backtracking import backtracks
from sayso_server.decision.origins import allowed

MOST_STEPS = 2**26  # of a regex search: some 20 ms in a browser
MATCHES = ("exact", "prefix", "contains", "regex")
LONGEST = 500

# Syntax that only Python knows: \A, \Z, (?i), (?>…), a++.
_UNKNOWN = re.compile(r"\\[AZ]|\(\?|[*+?}]\+")
_TOKEN = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\(\?(?![:=!<])|[*+?}]\+", re.DOTALL)

_PORTS = {"http": 80, "https": 443}
# Characters that browsers do not percent-encode in each part of a URL (WHATWG URL).
_FRAGMENT = "!#$%&'()*+,-./:;=?@[\\]^_{|}~"
_QUERY = "!$%&()*+,-./:;=?@[\\]^_`{|}~"
_PATH = "!$%&'()*+,-./:;=@[\\]^_|~"


def problem(match: str, value: str, origins: Collection[str]) -> str | None:
    """Why this rule can never match on the project's pages, with the remedy; None when it can."""
    if not value:
        return "is empty; leave out `url` to match every page"
    if len(value) > LONGEST:
        return f"is longer than {LONGEST} characters; shorten it"
    if any(character.isspace() for character in value):
        return "contains white space, which no URL has; write it percent-encoded"
    if match == "regex":
        return _regex_problem(value)
    if match == "contains":
        return None
    return _location_problem(value, origins)


def origin_of(address: str) -> str | None:
    """The origin of an address as browsers send it; None if it has no origin."""
    parts = _address(address)
    return f"{parts.scheme}://{parts.netloc}" if parts and parts.hostname else None


def covers(match: str, value: str, url: str) -> bool:
    """Whether an exact, prefix or contains rule matches this address, exactly as the page decides:
    "/docs" as a prefix covers /docs and /docs/x, not /docsearch."""
    if match == "contains":
        return value in url
    fits = _same if match == "exact" else _under
    page, wanted = _address(url), _address(url, value)
    if page is None or wanted is None:
        return False
    open_ended = not (wanted.query or wanted.fragment)
    return (
        (not value.lower().startswith("http") or wanted[:2] == page[:2])
        and (fits if open_ended else _same)(page.path.rstrip("/"), wanted.path.rstrip("/"))
        and _query_fits(match, page, wanted)
        and (not wanted.fragment or fits(page.fragment, wanted.fragment))
    )


def _address(url: str, value: str = "") -> SplitResult | None:
    """An address as a browser parses it; None if it is not an http(s) address."""
    try:
        parts = urlsplit(urljoin(url, value))
        port = "" if parts.port in (None, _PORTS.get(parts.scheme)) else f":{parts.port}"
        origin = f"{_host(parts.hostname or '')}{port}"
    except ValueError:
        return None
    if parts.scheme not in _PORTS:
        return None
    path, query = quote(parts.path, _PATH), quote(parts.query, _QUERY)
    return SplitResult(parts.scheme, origin, path, query, quote(parts.fragment, _FRAGMENT))


def _host(name: str) -> str:
    if ":" in name:
        return f"[{ip_address(name).compressed}]"
    return name if name.isascii() else name.encode("idna").decode()


def _same(part: str, wanted: str) -> bool:
    return part == wanted


def _under(part: str, wanted: str) -> bool:
    return f"{part}/".startswith(f"{wanted}/")


def _query_fits(match: str, page: SplitResult, wanted: SplitResult) -> bool:
    if not wanted.query:
        return True
    if match == "exact" or wanted.fragment:
        return page.query == wanted.query
    return page.query.startswith(wanted.query)


def _location_problem(value: str, origins: Collection[str]) -> str | None:
    if value.startswith("/"):
        return None
    origin = origin_of(value)
    if origin is None:
        return "matches no page: begin it with `/`, or with `https://` and the host"
    if "*" in origin:
        return "has a `*` in its host, which no page has; name one host, or begin it with `/`"
    if not allowed(origin, origins):
        return f"lies on {origin}, which is not one of the project's origins; add the origin first"
    return None


def _regex_problem(value: str) -> str | None:
    if "(?P" in value:
        return "uses (?P…), which browsers do not know; write (?<name>…)"
    if value.startswith("^") and not value.startswith(("^http", "^.", "^(", "^[", "^\\w", "^\\S")):
        return (
            "can never match: it is tested on the whole URL, which begins with `http`; "
            "write ^https?://[^/]+/… or use a prefix rule"
        )
    unknown = next((token for token in _TOKEN.findall(value) if _UNKNOWN.fullmatch(token)), None)
    if unknown is not None:
        return f"uses {unknown}, which browsers do not know or read otherwise; write it without"
    try:
        pattern = re.compile(re.sub(r"\(\?<(?=[A-Za-z])", "(?P<", value)).pattern
    except (re.error, RecursionError, OverflowError) as error:
        return f"is not a regular expression: {error}"
    return _slow_problem(pattern)


def _slow_problem(pattern: str) -> str | None:
    if backtracks(pattern):
        return (
            "repeats a group that itself repeats, which can block a page for ever; "
            "write it without the inner or the outer repetition"
        )
    try:
        slow = most_steps(pattern) > MOST_STEPS
    except TooComplex:
        slow = True
    if slow:
        return (
            "can match in too many ways, which blocks a page on a long address: several parts "
            "match the same text, as the two in `.*/.*`; write `[^/]*` for `.*`, begin with "
            "^https?://, or use fewer repetitions"
        )
    return None
