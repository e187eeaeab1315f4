"""The project under load, and its page calls as HTTP requests."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from datetime import UTC, datetime
from ipaddress import IPv4Address
from typing import Any
from uuid import uuid4

from demo.sayso_command import sayso as run_command
from tests.bench.server import Sayso
from tests.e2e.project import Project
from tests.user_agent import BROWSER

ORIGIN = "https://shop.example"
EVENT = "order_completed"
USERS = 1_000


class BenchProject(Project):
    """A project whose secret key the load may use."""

    def __init__(self, server: Sayso, keys: dict[str, str]) -> None:
        super().__init__(server.url, server.data_dir, keys)
        self.secret_key = keys["secret_key"]


def prepare(server: Sayso, origin: str = ORIGIN) -> BenchProject:
    """Create a project whose CSAT survey is asked after each order, on pages without a settle
    time."""
    options = ("--origin", origin, "--json")
    made = run_command("create-project", "Bench", *options, settings=server.settings)
    project = BenchProject(server, json.loads(made))
    project.policy()
    project.survey("csat", event=EVENT)
    return project


def decide(project: Project) -> str:
    """A *decide* call for an order by a new visitor."""
    trigger = {"kind": "event", "name": EVENT, "id": uuid4().hex, "properties": {"total": 99}}
    page = {"url": f"{ORIGIN}/orders/1042/thanks", "locale": "en"}
    return call(project, "decide", {"visitor": uuid4().hex, "trigger": trigger, "page": page})


def answer(project: Project, invitation: str) -> str:
    """The first answer, as the popup sends it."""
    answers = [{"question": "score", "value": 4}]
    body = {"invitation": invitation, "answers": answers, "complete": False}
    return call(project, "responses", body)


def invitations(replies: Iterable[str]) -> list[str]:
    """The secrets in the replies to *decide*. Raises LookupError when a reply asks nothing."""
    found = [json.loads(reply)["ask"] for reply in replies]
    if not all(found):
        raise LookupError("a decide that should ask did not: the measurement means nothing")
    return [ask["invitation"] for ask in found]


def events(project: BenchProject, count: int = 100) -> str:
    """A backend's batch of events for many users, which trigger no survey."""
    batch = [
        {
            "id": uuid4().hex,
            "name": "page_opened",
            "user_id": f"u_{random.randrange(USERS)}",
            "at": datetime.now(UTC).isoformat(),
            "properties": {"path": "/orders/1042", "total": 99},
        }
        for _ in range(count)
    ]
    text = json.dumps({"events": batch}, separators=(",", ":"))
    return (
        f"POST /v1/events HTTP/1.1\r\n{_host()}Content-Type: application/json\r\n"
        f"Authorization: Bearer {project.secret_key}\r\nContent-Length: {len(text)}\r\n\r\n{text}"
    )


def call(project: Project, name: str, body: dict[str, Any]) -> str:
    """One page call as an HTTP request."""
    text = json.dumps(body, separators=(",", ":"))
    return (
        f"POST /v1/p/{project.public_key}/{name} HTTP/1.1\r\n"
        f"{_host()}Origin: {ORIGIN}\r\nUser-Agent: {BROWSER}\r\n"
        f"Content-Type: text/plain;charset=UTF-8\r\n"
        f"Content-Length: {len(text)}\r\n\r\n{text}"
    )


def get(path: str) -> str:
    """A request without a body."""
    return f"GET {path} HTTP/1.1\r\n{_host()}\r\n"


def _host() -> str:
    """The Host header, and a random client address for each call, as a proxy sends it."""
    address = IPv4Address(random.getrandbits(32))
    return f"Host: sayso.example\r\nX-Forwarded-For: {address}\r\n"
