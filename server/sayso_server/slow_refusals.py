"""Delays 429 replies (a tarpit), so that a client that retries at once costs little.

Only that reply is delayed: a proxy can keep using its other connections.
"""

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import wsgi

WAIT = 3.0  # seconds
REFUSED = "429"


class SlowRefusals:
    """WSGI middleware. At most `most` replies are delayed at a time, as each uses a connection."""

    def __init__(self, app: "wsgi.WSGIApplication", most: int) -> None:
        self._app = app
        self._most = most
        self._waiting = 0

    def __call__(
        self, environ: "wsgi.WSGIEnvironment", start_response: "wsgi.StartResponse"
    ) -> Iterable[bytes]:
        statuses: list[str] = []

        def start(status: str, *rest: Any) -> Any:
            statuses.append(status)
            return start_response(status, *rest)

        body = self._app(environ, start)
        if statuses and statuses[-1].startswith(REFUSED) and self._waiting < self._most:
            self._waiting += 1
            try:
                time.sleep(WAIT)
            finally:
                self._waiting -= 1
        return body
