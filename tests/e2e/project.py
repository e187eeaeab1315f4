"""A test's own project, used as a customer uses it: by command, SDK and API."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any
from unittest import mock

import jwt
import urllib3
from click.testing import CliRunner

import sayso
from demo.sayso_command import sayso as run_command
from demo.sayso_command import server_settings
from sayso_server.cli.commands import sayso as commands

HOUR = 3_600


class Project:
    """Everything a customer has: the keys, a client, and the command on the server's machine."""

    def __init__(self, sayso_url: str, data_dir: Path, keys: dict[str, str]) -> None:
        self.url = sayso_url
        self.data_dir = data_dir
        self.id = keys.get("project") or keys["id"]
        self.public_key = keys["public_key"]
        self._secret_key = keys["secret_key"]
        self._identity_secret = keys["identity_secret"]
        self.client = sayso.Client(
            self._secret_key,
            host=sayso_url,
            public_key=self.public_key,
            identity_secret=self._identity_secret,
        )

    @property
    def keys(self) -> dict[str, str]:
        """The keys by their placeholders in examples."""
        return {
            "sk_…": self._secret_key,
            "pk_…": self.public_key,
            "is_…": self._identity_secret,
        }

    def command(self, *arguments: str) -> str:
        """Run `sayso …` on the server's machine."""
        return run_command(*arguments, settings=server_settings(self.data_dir, self.url))

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Call the API; fail unless the call succeeds."""
        reply = urllib3.request(
            method,
            f"{self.url}/v1/{path}",
            headers={
                "Authorization": f"Bearer {self._secret_key}",
                "Content-Type": "application/json",
            },
            body=None if body is None else json.dumps(body),
        )
        assert reply.status < 300, f"{method} {path}: {reply.status} {reply.data!r}"
        return reply.json()

    def survey(self, template: str = "csat", **trigger: Any) -> str:
        """Create a survey and publish it; return its id."""
        return self.publish(template, trigger)

    def publish(self, template: str, trigger: dict[str, Any], **more: Any) -> str:
        """Like `survey`, with further fields."""
        definition = {
            "name": f"{template} {json.dumps(trigger)}"[:128],
            "template": template,
            "trigger": trigger,
            "throttle": {"cool_down_days": 0},
            **more,
        }
        survey: str = self.call("POST", "surveys", definition)["id"]
        self.call("POST", f"surveys/{survey}/publish")
        return survey

    def policy(self, **of: Any) -> None:
        """Set the project's policy; pages ask at once."""
        self.call("PUT", "policy", {"settle_seconds": 0, **of})

    def track(self, user_id: str, event: str, **properties: Any) -> None:
        """Send a backend event; return when the server has stored it."""
        before = self.client.stats()
        self.client.track(user_id, event, properties)
        assert self.client.flush()
        assert self.client.stats().dropped == before.dropped

    def report(self, survey: str) -> Any:
        return self.call("GET", f"surveys/{survey}/report")

    def invitations(self, user_id: str) -> list[dict[str, Any]]:
        """All stored invitations of the user."""
        found: list[dict[str, Any]] = self.call("GET", f"people?user_id={user_id}")["person"][
            "invitations"
        ]
        return found

    def reasons(self, user_id: str) -> set[str]:
        """The ledger's reason codes for the user."""
        return {decision["reason"] for decision in self._person(user_id)["decisions"]}

    def decisions(self, user_id: str) -> list[dict[str, Any]]:
        """The user's rows in the ledger, newest first."""
        found: list[dict[str, Any]] = self.call("GET", f"decisions?user_id={user_id}&limit=200")[
            "decisions"
        ]
        return found

    def _person(self, user_id: str) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, Any] = self.call("GET", f"people?user_id={user_id}")
        person: dict[str, list[dict[str, Any]]] = found["person"]
        return person

    def tag(self, user_id: str | None = None, **attributes: str) -> str:
        """The tag from the SDK, with further attributes."""
        more = "".join(f' {name.replace("_", "-")}="{text}"' for name, text in attributes.items())
        return str(self.client.tag(user_id, stub=False)).replace("<script", f"<script{more}", 1)

    def expired_token(self, user_id: str) -> str:
        """A valid token that expired yesterday."""
        _, kid, key = self._identity_secret.split("_", 2)
        then = int(time.time()) - 24 * HOUR
        claims = {"sub": user_id, "aud": self.public_key, "iat": then, "exp": then + HOUR}
        return jwt.encode(claims, key, algorithm="HS256", headers={"kid": kid})


def create_project(sayso_url: str, data_dir: Path, *origins: str) -> Project:
    """Create a project whose pages ask at once, on the server that stores its data in `data_dir`.

    The command runs in this process. Nearly every test needs a project, and a separate process
    would take two seconds to start.
    """
    options = [word for origin in origins for word in ("--origin", origin)]
    with mock.patch.dict(os.environ, server_settings(data_dir, sayso_url), clear=True):
        made = CliRunner().invoke(commands, ["create-project", "Host", *options, "--json"])
    assert made.exit_code == 0, made.output
    project = Project(sayso_url, data_dir, json.loads(made.stdout))
    project.policy()
    return project
