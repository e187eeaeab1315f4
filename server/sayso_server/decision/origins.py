"""The project's origins: which page may act. Each stands as browsers send it, or as a wildcard.

`https://*.example.com` means every subdomain, however deep, and not example.com itself; scheme and
port are exact, as for host sources in a Content-Security-Policy.
"""

import re
from collections.abc import Collection

WILDCARD = "*."
_LABELS = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")


def allowed(origin: str, origins: Collection[str]) -> bool:
    """Whether this origin, in small letters and as browsers send it, is one of the project's."""
    if "*" in origin:  # a wildcard is no page's origin
        return False
    return origin in origins or any(_below(origin, one) for one in origins if WILDCARD in one)


def _below(origin: str, wildcard: str) -> bool:
    scheme, _, parent = wildcard.partition(WILDCARD)
    subdomain = origin.removeprefix(scheme).removesuffix(f".{parent}")
    whole = f"{scheme}{subdomain}.{parent}"
    return whole == origin and _LABELS.fullmatch(subdomain) is not None
