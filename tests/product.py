"""A whole server in the test's process, with a clock that the test controls.

`Product` is one project with its keys; `Visitor` is one browser on its pages.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
from flask import Flask

from sayso_server.administration import projects
from sayso_server.app import create_app
from sayso_server.background import Background
from sayso_server.dependencies import Dependencies, dependencies
from sayso_server.limit_table import LIMITS
from sayso_server.settings import Settings
from sayso_server.storage.projects.audit import COMMAND
from sayso_server.tokens.identity import identity_secret
from tests.compiled_once import share_compiled

ORIGIN = "https://shop.example"
SECRET_KEY = "only for tests, 32 characters long"
NO_LIMITS = dict.fromkeys(LIMITS, 0)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Clock:
    """A fixed time that the test changes."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Product:
    """A project on a server, used as its backend."""

    app: Flask
    clock: Clock
    public_key: str
    secret_key: str
    project_id: Any
    kid: str
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    @property
    def dependencies(self) -> Dependencies:
        return dependencies(self.app)

    @property
    def identity_secret(self) -> str:
        return identity_secret(SECRET_KEY, self.project_id, self.kid)

    def call(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> Any:
        headers = {"Authorization": f"Bearer {key or self.secret_key}"}
        return self.client.open(path, method=method, json=body, headers=headers)

    def ok(self, method: str, path: str, body: Any = None) -> Any:
        response = self.call(method, path, body)
        assert response.status_code < 300, response.text
        return response.json

    def survey(self, template: str = "csat", event: str = "order_completed", **more: Any) -> str:
        """A live survey asked after an event."""
        trigger = {"event": event, **more.pop("trigger", {})}
        return self.publish({"template": template, "trigger": trigger, **more})

    def page_survey(self, url: dict[str, str] | None = None, **more: Any) -> str:
        """A live survey asked on a page view."""
        trigger: dict[str, Any] = {"kind": "page_view", **more.pop("trigger", {})}
        if url:
            trigger["url"] = url
        return self.publish({"template": "csat", "trigger": trigger, **more})

    def publish(self, survey: dict[str, Any]) -> str:
        made = self.ok("POST", "/v1/surveys", {"name": "a survey", **survey})
        self.ok("POST", f"/v1/surveys/{made['id']}/publish")
        return str(made["id"])

    def track(self, user_id: str | None, name: str = "order_completed", **more: Any) -> Any:
        """Sends a backend event; returns its result."""
        event: dict[str, Any] = {"id": uuid4().hex, "name": name, "at": self.clock.now.isoformat()}
        if user_id is not None:
            event["user_id"] = user_id
        return self.ok("POST", "/v1/events", {"events": [{**event, **more}]})["results"][0]

    def token(self, user_id: str, *, secret: str | None = None, **claims: Any) -> str:
        _, kid, key = (secret or self.identity_secret).split("_", 2)
        now = int(self.clock.now.timestamp())
        payload = {"sub": user_id, "aud": self.public_key, "iat": now, "exp": now + 3600}
        return jwt.encode({**payload, **claims}, key, algorithm="HS256", headers={"kid": kid})

    def report(self, survey: str) -> Any:
        return self.ok("GET", f"/v1/surveys/{survey}/report")

    def ledger(self, user_id: str) -> list[tuple[str, int]]:
        """Reason and count of every decision about a user in the ledger."""
        Background(self.dependencies).run_once()
        person = self.ok("GET", f"/v1/people?user_id={user_id}")["person"]
        return sorted((row["reason"], row["count"]) for row in person["decisions"])

    def visitor(self, user_id: str | None = None) -> "Visitor":
        return Visitor(self, self.token(user_id) if user_id else None)


@dataclass
class Visitor:
    """A browser on the project's pages. With a token its user is proven."""

    product: Product
    token: str | None = None
    id: str = field(default_factory=lambda: uuid4().hex)
    origin: str = ORIGIN

    def post(self, path: str, body: Any) -> Any:
        return self.product.client.post(
            f"/v1/p/{self.product.public_key}/{path}",
            data=body if isinstance(body, str | bytes) else json.dumps(body),
            headers={"Origin": self.origin, "Content-Type": "text/plain"},
        )

    def ok(self, path: str, body: Any) -> Any:
        response = self.post(path, body)
        assert response.status_code == 200, response.text
        return response.json

    def who(self) -> dict[str, Any]:
        return {"visitor": self.id, **({"token": self.token} if self.token else {})}

    def decide(self, kind: str = "invitation", *, locale: str = "en", **trigger: Any) -> Any:
        """The reply to *decide*."""
        return self.ok(
            "decide",
            {
                **self.who(),
                "trigger": {"kind": kind, "id": uuid4().hex, **trigger},
                "page": {"url": f"{ORIGIN}/", "locale": locale},
            },
        )

    def asked(self, kind: str = "invitation", **trigger: Any) -> Any:
        """The ask that the page gets, or None."""
        return self.decide(kind, **trigger)["ask"]

    def did(self, name: str = "order_completed", **trigger: Any) -> Any:
        """An event in the page; returns the ask that the page gets, or None."""
        return self.asked("event", name=name, **trigger)

    def state(self, invitation: str, state: str) -> Any:
        return self.post(f"invitations/{invitation}", {"state": state})

    def show(self, invitation: str) -> None:
        assert self.state(invitation, "shown").status_code == 200

    def answer(self, invitation: str, *answers: tuple[str, Any], complete: bool = False) -> Any:
        given = [{"question": question, "value": value} for question, value in answers]
        return self.ok(
            "responses", {"invitation": invitation, "answers": given, "complete": complete}
        )


def make_app(database_url: str, data_dir: Path, clock: Clock, **settings: Any) -> Flask:
    """The application on a migrated database."""
    url = database_url.replace("postgresql://", "postgresql+psycopg://", 1)
    usual = {**NO_LIMITS, "database_pool": 5}
    app = create_app(Settings(data_dir, url, SECRET_KEY, **{**usual, **settings}), clock=clock)
    share_compiled(dependencies(app).store)
    return app


def make_product(app: Flask, clock: Clock, *, cool_down_days: int = 0) -> Product:
    """A new project on the server, without a cool-down between surveys by default."""
    store = dependencies(app).store
    project, key = projects.create(
        store, "Shop", [ORIGIN], COMMAND, clock.now, cool_down_days=cool_down_days
    )
    (kid,) = project.kids
    return Product(app, clock, project.public_key, key, project.id, kid)
