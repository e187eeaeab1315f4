"""The project for the fault tests: two surveys that page and backend events start."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import urllib3

from sayso.identity import IdentitySecret, sign
from tests.faults.server import HOST, Server

ORIGIN = "https://shop.example"
SCALES = {"order_completed": (1, 5), "came_back": (0, 10)}  # per event: the scale of its survey
TEMPLATES = {"order_completed": "csat", "came_back": "nps"}
HOUR = 3600


@dataclass(frozen=True, slots=True)
class Project:
    """A project's id and keys."""

    id: UUID
    public_key: str
    secret_key: str
    identity: IdentitySecret

    def token(self, user_id: str) -> str:
        """An identity token for the page."""
        return sign(self.identity, user_id, self.public_key, HOUR, now=time.time())


def create_project(server: Server) -> Project:
    """Creates a project with live surveys on a running server."""
    options = ("--origin", ORIGIN, "--cool-down-days", "0", "--json")
    keys = json.loads(server.command("create-project", "Shop", *options))
    identity = IdentitySecret.parse(keys["identity_secret"])
    project = Project(UUID(keys["project"]), keys["public_key"], keys["secret_key"], identity)
    for event, template in TEMPLATES.items():
        survey = {"name": event, "template": template, "trigger": {"event": event}}
        made = _call(server, project, "surveys", survey)
        _call(server, project, f"surveys/{made['id']}/publish", None)
    return project


def _call(server: Server, project: Project, path: str, body: Any) -> Any:
    reply = urllib3.request(
        "POST",
        f"http://{HOST}:{server.port}/v1/{path}",
        json=body,
        headers={"Authorization": f"Bearer {project.secret_key}"},
    )
    assert reply.status < 300, reply.data
    return reply.json()
