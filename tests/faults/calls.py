"""One write call of each kind, and the replies of a failing server."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import urllib3

from tests.faults.project import ORIGIN, Project
from tests.faults.server import HOST, Server
from tests.user_agent import BROWSER

DEADLINE = 25.0  # seconds; a call without a reply by then counts as hanging


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    retry_after: str | None
    content: Any

    @property
    def try_again(self) -> bool:
        """Whether this is the reply of a server whose database is unavailable."""
        said = self.content["code"] if self.status == 503 else None
        return said in ("unavailable", "outcome_unknown") and bool(self.retry_after)


class Caller:
    """Calls a server as the project's backend and as one of its pages."""

    def __init__(self, server: Server, project: Project) -> None:
        self._url = f"http://{HOST}:{server.port}"
        self._project = project
        self._pool = urllib3.PoolManager(maxsize=64, timeout=DEADLINE, retries=False)

    def get(self, path: str) -> Reply:
        """A GET without a key."""
        return self._call("GET", path, None, {})

    def backend(self, path: str, body: Any) -> Reply:
        """A POST with the secret key."""
        return self._call(
            "POST", f"/v1/{path}", body, {"Authorization": f"Bearer {self._project.secret_key}"}
        )

    def page(self, path: str, body: Any) -> Reply:
        """A POST like those of the widget script."""
        headers = {"Origin": ORIGIN, "User-Agent": BROWSER, "Content-Type": "text/plain"}
        return self._call("POST", f"/v1/p/{self._project.public_key}/{path}", body, headers)

    def event(self, event_id: str, *, size: int = 10) -> Reply:
        """One backend event about a new person."""
        who = {"id": event_id, "name": "looked", "user_id": uuid4().hex}
        return self.backend("events", {"events": [{**who, "properties": {"said": "x" * size}}]})

    def status_of(self, event_id: str) -> str:
        """Sends an event again; returns its status, which is "duplicate" if it was stored."""
        return str(self.event(event_id).content["results"][0]["status"])

    def asked(self) -> str:
        """A new visitor's invitation."""
        trigger = {"kind": "event", "name": "order_completed", "id": uuid4().hex}
        reply = self.page("decide", {"visitor": uuid4().hex, "trigger": trigger})
        return str(reply.content["ask"]["invitation"])

    def _call(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Reply:
        content = None if body is None else json.dumps(body)
        kind = {"Content-Type": "application/json"} if body is not None else {}
        reply = self._pool.request(
            method, self._url + path, body=content, headers={**kind, **headers}
        )
        is_json = "json" in reply.headers.get("Content-Type", "")
        said = reply.json() if is_json else reply.data
        return Reply(reply.status, reply.headers.get("Retry-After"), said)


def writes(caller: Caller, invitation: str) -> dict[str, Callable[[], Reply]]:
    """One call of each kind that writes. `invitation` must be unanswered."""
    answer = [{"question": "score", "value": 4}]
    trigger = {"kind": "event", "name": "order_completed"}
    survey = {"name": "another", "template": "csat", "trigger": {"event": "other"}}
    return {
        "backend events": lambda: caller.event(uuid4().hex, size=3_000),
        "decide": lambda: caller.page(
            "decide", {"visitor": uuid4().hex, "trigger": {**trigger, "id": uuid4().hex}}
        ),
        "page events": lambda: caller.page(
            "events",
            {"visitor": uuid4().hex, "events": [{"id": uuid4().hex, "name": "order_completed"}]},
        ),
        "responses": lambda: caller.page(
            "responses", {"invitation": invitation, "answers": answer}
        ),
        "a new survey": lambda: caller.backend("surveys", survey),
    }
