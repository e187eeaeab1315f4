"""URL rules: which of them can never match, and whether one covers a URL.

The page itself evaluates those of triggers (`widget/src`): whatever depends on the page is checked
there. Publication refuses a dead one; the pages that a project excludes are held once more here.
"""

import re
from collections.abc import Collection
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from sayso_server.decision.ambiguity import TooComplex, most_steps
from sayso_server.decision.backtracking import backtracks

MOST_STEPS = 2**26  # that a search may take: some 20 ms in a browser
MATCHES = ("exact", "prefix", "contains", "regex")
LONGEST = 500

# What only Python knows: \A, \Z, (?i), (?>…), a++; found outside of escapes and classes.
_UNKNOWN = re.compile(r"\\[AZ]|\(\?|[*+?}]\+")
_TOKEN = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\(\?(?![:=!<])|[*+?}]\+", re.DOTALL)

_PORTS = {"http": 80, "https": 443}
# What browsers leave as it is in each part of an address (WHATWG URL, percent-encode sets).
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
    """The origin of an address as browsers send it; None of what has none."""
    parts = _address(address)
    return f"{parts.scheme}://{parts.netloc}" if parts and parts.hostname else None


def covers(match: str, value: str, url: str) -> bool:
    """Whether an exact, prefix or contains rule means this address, as the page itself would say:
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
    """What a browser makes of an address; None of what is none."""
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
        return f"[{name}]"
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
    if origin not in origins:
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
    unknown = next((one for one in _TOKEN.findall(value) if _UNKNOWN.fullmatch(one)), None)
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
            "repeats a group that itself repeats, which can hold a page up without end; "
            "write it without the inner or the outer repetition"
        )
    try:
        slow = most_steps(pattern) > MOST_STEPS
    except TooComplex:
        slow = True
    if slow:
        return (
            "can be read in too many ways, which holds a page up on a long address: several parts "
            "match the same text, as the two in `.*/.*`; write `[^/]*` for `.*`, begin with "
            "^https?://, or use fewer repetitions"
        )
    return None
