"""One HTTP call to the server: what it answered, as a Reply. Never raises."""

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

# Whatever the first request would import is imported above: a process that forks while its thread
# imports leaves the child with half a module, and `idna` ("unknown encoding") for good.

CONNECT: Final = 2.0
READ: Final = 10.0
"""Seconds that a server may take to be reached, and to answer."""

PATIENCE: Final = 1.0
SLOWER: Final = 3.0
"""A connection that was kept may have been forgotten by the network, which tells nobody. Without an
answer in PATIENCE seconds, or SLOWER times as long as the last one took, a new one is opened."""

NOT_REACHED: Final = (ConnectTimeoutError, NewConnectionError)
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
PROXY_LOG_IN: Final = 407
LONGEST_DETAIL: Final = 500

LONGEST_RETRY_AFTER: Final = 300.0
"""Seconds: a Retry-After beyond it is a mistake somewhere on the way."""

_sending: Final[set[int]] = set()
"""The threads that are sending now."""


def is_sending() -> bool:
    """Whether this thread is in the midst of a call to the server. What is logged meanwhile, and
    tracked by a log handler, would go on for ever."""
    return threading.get_ident() in _sending if _sending else False


def _is_of_the_host(_record: logging.LogRecord) -> bool:
    return not is_sending()


# Handlers may also work on a thread of their own, so what urllib3 says of our calls reaches none.
for _name in [name for name in [*logging.root.manager.loggerDict] if name.startswith("urllib3")]:
    logging.getLogger(_name).addFilter(_is_of_the_host)


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
        """The moment (`time.monotonic`) from which on whoever sends has no time left."""
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
        except Exception as error:  # noqa: BLE001 - whatever the network does, the host lives on
            self.close()
            return Reply(0, detail=_said(error))
        finally:
            _sending.discard(sender)

    def _post(self, url: str, body: bytes) -> Reply:
        if self._http is not None:
            try:
                return self._call(self._http, url, body, max(PATIENCE, SLOWER * self._took))
            except NOT_REACHED:
                raise
            except Exception:  # noqa: BLE001 - the kept connection, or else it happens again
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
        """In a forked child: the connection belongs to the parent, who goes on using it."""
        self._http = None
        _sending.clear()


def _said(error: Exception) -> str:
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
    except Exception:  # noqa: BLE001 - a header of whatever kind
        return None


def _detail(response: urllib3.BaseHTTPResponse, body: dict[str, Any]) -> str:
    said = (body.get("message") or body.get("code"), body.get("errors"))
    parts = [f"HTTP {response.status}", *(str(part) for part in said if part)]
    if response.status in REDIRECTS:
        place = response.headers.get("Location", "nowhere")
        parts.append(f"redirects to {place!r}; set host to the address of the server itself")
    elif response.status == PROXY_LOG_IN:
        parts.append("the proxy asks for a user name; write proxy=http://user:password@…")
    elif response.status < 300:
        parts.append("without Sayso's answer; check that host is the address of your server")
    return " ".join(parts)[:LONGEST_DETAIL]
