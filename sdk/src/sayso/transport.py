"""One HTTP call to the server: what it answered, as a Reply. Never raises."""

import encodings.idna  # noqa: F401 - see below
import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import urllib3
from urllib3.util.retry import Retry

from sayso._version import __version__

# Whatever the first request would import is imported above: a process that forks while its thread
# imports leaves the child with half a module, and `idna` ("unknown encoding") for good.

TIMEOUT: Final = urllib3.Timeout(connect=2.0, read=10.0)
LONGEST_RETRY_AFTER: Final = 300.0
"""Seconds: a Retry-After beyond it is a mistake somewhere on the way."""


@dataclass(frozen=True, slots=True)
class Reply:
    """``status`` 0: no answer. ``results`` is None unless the server acknowledged each record."""

    status: int
    results: list[dict[str, Any]] | None = None
    retry_after: float | None = None
    detail: str = ""


class Transport:
    def __init__(self, host: str, secret_key: str) -> None:
        self._host = host
        self._path = urlsplit(host).path
        self._headers = {
            "Authorization": f"Bearer {secret_key}",
            "Content-Type": "application/json",
            "User-Agent": f"sayso-python/{__version__}",
        }
        self._pool: urllib3.HTTPConnectionPool | None = None

    def post(self, path: str, body: str) -> Reply:
        try:
            if self._pool is None:
                self._pool = urllib3.connection_from_url(self._host, maxsize=1, timeout=TIMEOUT)
            response = self._pool.urlopen(
                "POST",
                self._path + path,
                body=body.encode("ascii"),
                headers=self._headers,
                retries=False,  # nor redirects
            )
        except Exception as error:  # noqa: BLE001 - whatever the network does, the host lives on
            return Reply(0, detail=f"{type(error).__name__}: {error}")
        return _reply(response)

    def close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def forget(self) -> None:
        """In a forked child: the connection belongs to the parent, who goes on using it."""
        self._pool = None


def _reply(response: urllib3.BaseHTTPResponse) -> Reply:
    body = _json(response.data)
    return Reply(
        response.status,
        results=_results(body) if 200 <= response.status < 300 else None,
        retry_after=_retry_after(response.headers.get("Retry-After")),
        detail=_detail(response.status, body),
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


def _detail(status: int, body: dict[str, Any]) -> str:
    said = (body.get("message") or body.get("code"), body.get("errors"))
    return " ".join([f"HTTP {status}", *(str(part) for part in said if part)])[:500]
