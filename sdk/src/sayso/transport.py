"""One HTTP call to the server, which returns a Reply and never raises."""

import encodings.idna  # noqa: F401 - see below
import json
import logging
import math
import threading
import time
from dataclasses import dataclass
from typing import Any, Final

import urllib3
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, SSLError
from urllib3.util.retry import Retry

from sayso._version import __version__
from sayso.route import Route

# Import everything above that the first request needs. A fork during an import on another thread
# leaves the child with a half-loaded module, and `idna` broken for ever ("unknown encoding").

CONNECT: Final = 2.0
READ: Final = 10.0
"""Timeouts in seconds: to connect, and to wait for the answer."""

PATIENCE: Final = 1.0
SLOWER: Final = 3.0
"""A firewall may silently drop a kept-alive connection. After PATIENCE seconds or SLOWER
times the duration of the last call, whichever is longer, a new connection is tried."""

NOT_REACHED: Final = (ConnectTimeoutError, NewConnectionError)
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
PROXY_LOG_IN: Final = 407
LONGEST_DETAIL: Final = 500

LONGEST_RETRY_AFTER: Final = 300.0
"""Seconds: a longer Retry-After is cut to this."""

_sending: Final[set[int]] = set()
"""Ids of the threads that are sending."""


def is_sending() -> bool:
    """Whether this thread is calling the server. A log handler that tracks during a call would
    cause an endless loop."""
    return threading.get_ident() in _sending if _sending else False


def _not_from_our_call(_record: logging.LogRecord) -> bool:
    return not is_sending()


# Filter out urllib3's log records about our own calls: handlers may run on another thread, where
# is_sending() cannot detect the loop.
for _name in [name for name in [*logging.root.manager.loggerDict] if name.startswith("urllib3")]:
    logging.getLogger(_name).addFilter(_not_from_our_call)


@dataclass(frozen=True, slots=True)
class Reply:
    """``status`` 0: no answer. ``results`` is None unless the server acknowledged each record."""

    status: int
    results: list[dict[str, Any]] | None = None
    retry_after: float | None = None
    detail: str = ""


class Transport:
    def __init__(self, host: str, secret_key: str, route: Route) -> None:
        self.until = math.inf
        """Deadline (`time.monotonic`) while a caller's own thread sends."""
        self._host = host
        self._route = route
        self._headers = {
            "Authorization": f"Bearer {secret_key}",
            "Content-Type": "application/json",
            "User-Agent": f"sayso-python/{__version__}",
        }
        self._http: urllib3.PoolManager | None = None
        self._took = 0.0

    def post(self, path: str, body: str) -> Reply:
        sender = threading.get_ident()
        _sending.add(sender)
        try:
            return self._post(self._host + path, body.encode("ascii"))
        except Exception as error:  # noqa: BLE001 - network errors never reach the host
            self.close()
            return Reply(0, detail=_described(error))
        finally:
            _sending.discard(sender)

    def _post(self, url: str, body: bytes) -> Reply:
        if self._http is not None:
            try:
                return self._call(self._http, url, body, max(PATIENCE, SLOWER * self._took))
            except NOT_REACHED:
                raise
            except Exception:  # noqa: BLE001 - retried once on a new connection
                self.close()
        self._http = self._route.open()
        return self._call(self._http, url, body, READ)

    def _call(self, http: urllib3.PoolManager, url: str, body: bytes, patience: float) -> Reply:
        began = time.monotonic()
        left = max(self.until - began, 0.001)
        response = http.urlopen(
            "POST",
            url,
            body=body,
            headers=self._headers,
            timeout=urllib3.Timeout(connect=min(CONNECT, left), read=min(patience, READ, left)),
            retries=False,
            redirect=False,
        )
        self._took = time.monotonic() - began
        return _reply(response)

    def close(self) -> None:
        http, self._http = self._http, None
        if http is not None:
            http.connection_from_url(self._host).close()

    def forget(self) -> None:
        """Called in a forked child: the connection belongs to the parent."""
        self._http = None
        _sending.clear()


def _described(error: Exception) -> str:
    untrusted = isinstance(error, SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error)
    remedy = "; name the authority that you trust by ca_certs or SSL_CERT_FILE"
    return f"{type(error).__name__}: {error}{remedy if untrusted else ''}"[:LONGEST_DETAIL]


def _reply(response: urllib3.BaseHTTPResponse) -> Reply:
    body = _json(response.data)
    results = _results(body) if 200 <= response.status < 300 else None
    return Reply(
        response.status,
        results=results,
        retry_after=_retry_after(response.headers.get("Retry-After")),
        detail="" if results is not None else _detail(response, body),
    )


def _json(data: bytes) -> dict[str, Any]:
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _results(body: dict[str, Any]) -> list[dict[str, Any]] | None:
    results = body.get("results")
    if not isinstance(results, list):
        return None
    return [result for result in results if isinstance(result, dict)]


def _retry_after(header: str | None) -> float | None:
    if header is None:
        return None
    try:
        return min(Retry().parse_retry_after(header), LONGEST_RETRY_AFTER)
    except Exception:  # noqa: BLE001 - an invalid header is ignored
        return None


def _detail(response: urllib3.BaseHTTPResponse, body: dict[str, Any]) -> str:
    reported = (body.get("message") or body.get("code"), body.get("errors"))
    parts = [f"HTTP {response.status}", *(str(part) for part in reported if part)]
    if response.status in REDIRECTS:
        location = response.headers.get("Location", "nowhere")
        parts.append(f"redirects to {location!r}; set host to the address of the server itself")
    elif response.status == PROXY_LOG_IN:
        parts.append("the proxy asks for a user name; write proxy=http://user:password@…")
    elif response.status < 300:
        parts.append("without Sayso's answer; check that host is the address of your server")
    return " ".join(parts)[:LONGEST_DETAIL]
