"""URL rules of page-view triggers: which of them can never match.

The page itself evaluates them (`widget/src`): whatever depends on the page is checked there. What
this module knows is only how such a rule is written, so that publication can refuse a dead one.
"""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

MATCHES = ("exact", "prefix", "contains", "regex")
LONGEST = 500


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


def _location_problem(value: str, origins: Collection[str]) -> str | None:
    if value.startswith("/"):
        return None
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return "matches no page: begin it with `/`, or with `https://` and the host"
    origin = f"{parts.scheme}://{parts.netloc}".lower()
    if origin not in origins:
        return f"lies on {origin}, which is not one of the project's origins; add the origin first"
    return None


def _regex_problem(value: str) -> str | None:
    if "(?P" in value:
        return "uses (?P…), which browsers do not know; write (?<name>…)"
    if value.startswith("^") and not value.startswith(("^http", "^.", "^(", "^[", "^\\w")):
        return (
            "can never match: it is tested on the whole URL, which begins with `http`; "
            "write ^https?://[^/]+/… or use a prefix rule"
        )
    try:
        re.compile(re.sub(r"\(\?<(?=[A-Za-z])", "(?P<", value))
    except (re.error, RecursionError, OverflowError) as error:
        return f"is not a regular expression: {error}"
    return None
