"""A keep-alive connection that retries each call until it gets a response."""

from __future__ import annotations

import http.client
import json
import threading
from dataclasses import dataclass, field
from typing import Any

from tests.faults.project import ORIGIN, Project
from tests.faults.server import HOST, PATIENCE
from tests.user_agent import BROWSER

BETWEEN_TRIES = 0.05  # seconds
AGAIN_PLEASE = 503  # "Nothing was stored; try again."


class Interrupted(Exception):
    """`give_up` was set before the call got a response."""


class Refused(Exception):
    """The response was neither 2xx nor "try again"."""

    def __init__(self, status: int, call: str, reply: str) -> None:
        super().__init__(f"{call}: {status} {reply}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Reply:
    """A 2xx response. `first_try` if no earlier try may have reached the server."""

    content: Any
    first_try: bool


@dataclass(frozen=True, slots=True)
class Weather:
    """Signals from the test that kills the server to the writers that call it."""

    serving: threading.Event = field(default_factory=threading.Event)
    """Set while the server accepts calls; cleared while it restarts."""
    give_up: threading.Event = field(default_factory=threading.Event)
    """Set to stop all retries."""

    def wait(self) -> None:
        """Waits until the server is up or `give_up` is set."""
        self.give_up.wait(BETWEEN_TRIES)
        while not self.give_up.is_set() and not self.serving.wait(BETWEEN_TRIES):
            pass


class Line:
    """One connection. `acknowledged` counts 2xx responses, `lost` the tries without a response."""

    def __init__(self, port: int, project: Project, weather: Weather) -> None:
        self.acknowledged = 0
        self.lost = 0
        self._project = project
        self._weather = weather
        self._connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)

    def from_backend(self, path: str, body: Any) -> Reply:
        """A call with the secret key. Raises Refused, Interrupted."""
        headers = {
            "Authorization": f"Bearer {self._project.secret_key}",
            "Content-Type": "application/json",
        }
        return self._insist(f"/v1/{path}", json.dumps(body), headers)

    def from_page(self, path: str, body: Any) -> Reply:
        """A call like those of the widget script. Raises Refused, Interrupted."""
        headers = {"Origin": ORIGIN, "User-Agent": BROWSER, "Content-Type": "text/plain"}
        return self._insist(f"/v1/p/{self._project.public_key}/{path}", json.dumps(body), headers)

    def close(self) -> None:
        self._connection.close()

    def _insist(self, path: str, body: str, headers: dict[str, str]) -> Reply:
        tries = 0
        while not self._weather.give_up.is_set():
            tries += 1
            try:
                self._connection.request("POST", path, body, headers)
                response = self._connection.getresponse()
                text = response.read().decode()
            except (OSError, http.client.HTTPException):
                self._connection.close()
                self.lost += 1
                self._weather.wait()
                continue
            if response.status == AGAIN_PLEASE:
                self._weather.wait()
                continue
            if not 200 <= response.status < 300:
                raise Refused(response.status, f"{path} {body}", text)
            self.acknowledged += 1
            return Reply(json.loads(text), first_try=tries == 1)
        raise Interrupted
