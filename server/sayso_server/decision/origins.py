"""The origins from which pages may use a project: as browsers send them, or with a wildcard.

`https://*.example.com` means every subdomain, however deep, and not example.com itself; scheme and
port are exact, as for host sources in a Content-Security-Policy.
"""

import re
from collections.abc import Collection

WILDCARD = "*."
_LABELS = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")


def allowed(origin: str, origins: Collection[str]) -> bool:
    """Whether this origin, in lower case and as browsers send it, is one of the project's."""
    if "*" in origin:  # a wildcard is no page's origin
        return False
    wildcards = (entry for entry in origins if WILDCARD in entry)
    return origin in origins or any(_below(origin, wildcard) for wildcard in wildcards)


def _below(origin: str, wildcard: str) -> bool:
    scheme, _, parent = wildcard.partition(WILDCARD)
    subdomain = origin.removeprefix(scheme).removesuffix(f".{parent}")
    whole = f"{scheme}{subdomain}.{parent}"
    return whole == origin and _LABELS.fullmatch(subdomain) is not None
