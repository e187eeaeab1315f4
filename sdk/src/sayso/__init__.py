"""Sayso asks the right person at the right moment.

>>> import sayso
>>> sayso.init("sk_…", host="https://ask.example.com")  # doctest: +SKIP
>>> sayso.track("u_42", "order_completed", {"total": 99})  # doctest: +SKIP
"""

from sayso._version import __version__
from sayso.client import Client
from sayso.shared import (
    alias,
    close,
    flush,
    identify,
    identity_token,
    init,
    stats,
    tag,
    track,
)
from sayso.tally import Stats

__all__ = [
    "Client",
    "Stats",
    "__version__",
    "alias",
    "close",
    "flush",
    "identify",
    "identity_token",
    "init",
    "stats",
    "tag",
    "track",
]
