"""Calls every route of the server with every credential, from two projects.

New routes are covered: routes in the OpenAPI are read from there, and every other route must
require a member unless OPEN lists it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from sayso_server.administration import keys, projects
from sayso_server.asking.project_cache import page_name
from sayso_server.background import Background
from sayso_server.dashboard.examples import EXAMPLES, QUERIES, VISITOR
from sayso_server.dependencies import dependencies
from sayso_server.storage.database.tables import metadata
from sayso_server.storage.projects.audit import COMMAND
from sayso_server.storage.projects.keys import SCOPES
from sayso_server.tokens.debug import debug_token
from tests.dashboard.member import OWN, Member
from tests.product import ORIGIN, SECRET_KEY, Clock, make_app, make_product

CANARY = "canary"  # in everything that project A stores, in nothing that a call sends
GUESSED = "guessed"  # the name of A's resources in calls, since anybody could guess it
FOREIGN = "https://evil.example"
OPEN = {
    "/healthz",
    "/readyz",
    "/login",
    "/logout",
    "/docs",
    "/docs/reasons",
    "/assets/{tag}/{name}",
    "/v1/openapi.json",
    "/v1/widget/{name}",
    "/a",
}
"""Routes outside the OpenAPI that need no session: they reveal nothing about a project."""
ITS_OWN = {"PUT /v1/segments/{name}": 200, "DELETE /v1/project": 422}
"""Calls whose name refers to the caller's own project: PUT creates a segment there, and DELETE
refuses the name because it is not the project's."""


@dataclass(frozen=True)
class Call:
    """One operation with project A's ids filled in."""

    label: str
    method: str
    path: str
    body: Any = None

    @property
    def names_a_thing(self) -> bool:
        """Whether the path or the query identifies a resource of the project."""
        addressed = "{" in self.label.replace("{public_key}", "")
        return (addressed or "?" in self.path) and self.label not in ITS_OWN


@dataclass(frozen=True)
class Caller:
    """A client and its credential."""

    name: str
    client: FlaskClient
    headers: Mapping[str, str]

    def send(self, call: Call, **headers: str) -> TestResponse:
        body = None if call.method == "GET" else json.dumps(call.body)
        sent = {"Content-Type": "application/json", **self.headers, **headers}
        return self.client.open(call.path, method=call.method, headers=sent, data=body)


class World:
    """Project A with one of everything, and project B on the same server."""

    def __init__(self, app: Flask, clock: Clock) -> None:
        self.a, self.b = make_product(app, clock), make_product(app, clock)
        self.a.ok(
            "PATCH", "/v1/project", {"name": GUESSED, "origins": [ORIGIN, f"https://{CANARY}.com"]}
        )
        self.survey = self.a.survey(name=f"{CANARY} survey", why={"en": f"{CANARY} why"})
        for name in (CANARY, GUESSED):
            wanted = {"property": CANARY, "op": "eq", "value": CANARY}
            self.a.ok("PUT", f"/v1/segments/{name}", {"attributes": [wanted]})
        self.visitor = self.a.visitor()
        self.invitation = self.visitor.did()["invitation"]
        self.visitor.show(self.invitation)
        answers = ("score", 4), ("comment", CANARY)
        said = self.visitor.answer(self.invitation, *answers, complete=True)
        self.receipt = said["receipt"]["url"].partition("#")[2]
        people = [{"user_id": GUESSED, "attributes": {CANARY: CANARY}}]
        self.a.ok("POST", "/v1/people", {"people": people})
        self.a.track(GUESSED, CANARY)
        self.b.survey()
        self.members = [Member(self.a).logged_in(), Member(self.b).logged_in()]
        self.logged_out = Member(self.a).logged_in()
        cookie = self.logged_out.client.get_cookie("sayso_session")
        self.logged_out.log_out()
        assert cookie is not None
        self.logged_out.client.set_cookie("sayso_session", cookie.value)
        self.revoked = self._revoked_key()
        self.things = {
            "survey_id": self.survey,
            "survey": self.survey,
            "name": GUESSED,
            "secret": self.invitation,
            "public_key": self.a.public_key,
            "user_id": GUESSED,
            "key_id": self.a.ok("GET", "/v1/keys")["keys"][0]["id"],
            "kid": self.a.kid,
            "tag": "x",
            "number": "1",
        }
        """A's value for each parameter in a path or a query."""
        project = projects.find(self.a.dependencies.store, str(self.a.project_id))
        self.words = {
            VISITOR: self.visitor.id,
            "INVITATION": self.invitation,
            "RECEIPT": self.receipt,
            "DEBUG_TOKEN": debug_token(project, SECRET_KEY, clock.now, timedelta(minutes=9)),
            "9c1f04aa": page_name(UUID(self.survey)),
        }
        """A's values for placeholders in the example bodies."""
        Background(self.a.dependencies).run_once()

    def _revoked_key(self) -> str:
        store, project, now = self.a.dependencies.store, self.a.project_id, self.a.clock.now
        key, secret = keys.make(store, project, SCOPES, COMMAND, now)
        keys.revoke(store, project, key.id, COMMAND, now)
        return secret

    def callers(self, *bearers: str) -> list[Caller]:
        """Callers without access to A, with these bearers added. Members use cookies."""
        nothing = ["", "sk_guessed", self.revoked, f"{self.revoked}x", self.a.public_key]
        stranger = self.a.app.test_client()
        return [
            Caller("nobody", stranger, {}),
            Caller("no bearer", stranger, {"Authorization": f"Basic {self.a.secret_key}"}),
            *(
                Caller(key, stranger, {"Authorization": f"Bearer {key}"})
                for key in (*nothing, self.receipt, *bearers)
            ),
            Caller("who logged out", self.logged_out.client, {}),
            Caller("a member of B", self.members[1].client, {}),
        ]

    def member_of_a(self) -> Caller:
        return Caller("a member of A", self.members[0].client, {})

    def holder(self, key: str) -> Caller:
        return Caller(key, self.a.app.test_client(), {"Authorization": f"Bearer {key}"})

    def fill(self, path: str) -> str:
        for name, value in self.things.items():
            path = path.replace(f"{{{name}}}", value)
        assert "{" not in path, f"say in `things` what stands for the id in {path}"
        return path

    def call(self, method: str, path: str) -> Call:
        """The call with A's values in path, query and body."""
        label = f"{method} {path}"
        query = {name: self.things[name] for name in parse_qs(QUERIES.get(label, ""))}
        body = json.dumps(EXAMPLES.get(label, {}))
        for word, value in self.words.items():
            body = body.replace(f'"{word}"', f'"{value}"')
        asked = f"?{urlencode(query)}" if query else ""
        return Call(label, method, self.fill(path) + asked, json.loads(body))

    def rows_of_a(self) -> dict[str, list[str]]:
        """Every row of A in every table."""
        columns = {name: table.c.get("project_id") for name, table in metadata.tables.items()}
        columns["projects"] = metadata.tables["projects"].c.id
        with self.a.dependencies.store.read() as connection:
            return {
                name: sorted(
                    str(tuple(row))
                    for row in connection.execute(
                        select(column.table).where(column == self.a.project_id)
                    )
                )
                for name, column in columns.items()
                if column is not None
            }

    def tells_nothing(self, response: TestResponse, call: str) -> None:
        said = told(response)
        for secret in (CANARY, str(self.a.project_id), self.a.secret_key, self.a.identity_secret):
            assert secret not in said, (call, response.status_code, said)
        assert response.status_code < 500, (call, said)


def told(response: TestResponse) -> str:
    """The reply's text; for a stream, only its beginning."""
    if response.mimetype != "text/event-stream":
        return response.text
    begins = b"".join(islice(response.iter_encoded(), 2)).decode()
    response.close()
    return begins


@pytest.fixture
def world(migrated_sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    clock = Clock()
    app = make_app(migrated_sqlite_url, tmp_path, clock)
    yield World(app, clock)
    dependencies(app).store.engine.dispose()


def described(world: World) -> dict[str, list[Call]]:
    """Every operation in the OpenAPI, grouped by the credential that it needs."""
    spec = world.a.client.get("/v1/openapi.json").json
    assert spec is not None
    found: dict[str, list[Call]] = {"key": [], "page": [], "receipt": []}
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            if method == "parameters":
                continue
            call = world.call(method.upper(), path)
            if "security" in operation:
                found["key"].append(call)
            elif "{public_key}" in path:
                found["page"].append(call)
            else:
                found["receipt"].append(call)
    assert all(found.values())
    return found


def test_only_the_projects_own_key_opens_a_backend_call(world: World) -> None:
    before = world.rows_of_a()
    for call in described(world)["key"]:
        for caller in (*world.callers(), world.member_of_a()):
            response = caller.send(call, Origin=ORIGIN, **OWN)
            assert response.status_code == 401, (call.label, caller.name, response.text)
            world.tells_nothing(response, call.label)
    assert world.rows_of_a() == before


def test_another_projects_key_finds_and_changes_nothing(world: World) -> None:
    before = world.rows_of_a()
    of_b = world.holder(world.b.secret_key)
    # Calls that create or name B's own resources run last.
    for call in sorted(described(world)["key"], key=lambda call: call.label in ITS_OWN):
        response = of_b.send(call)
        assert response.status_code not in (401, 403), call.label
        world.tells_nothing(response, call.label)
        if call.label in ITS_OWN:
            assert response.status_code == ITS_OWN[call.label], (call.label, response.text)
        if call.names_a_thing:
            assert response.status_code == 404, (call.label, response.text)
            nobodys = of_b.send(Call(call.label, call.method, unknown(world, call.path), call.body))
            same = unknown(world, response.text), response.status_code
            assert (nobodys.text, nobodys.status_code) == same, call.label
    assert world.rows_of_a() == before


def unknown(world: World, text: str) -> str:
    """Replaces A's ids with ids that do not exist."""
    key_id, kid = world.things["key_id"], world.things["kid"]
    for one in (world.survey, key_id):
        text = text.replace(one, str(UNKNOWN))
    return text.replace(GUESSED, "nothing").replace(kid, "ffffffff")


UNKNOWN = uuid4()


def test_a_page_on_another_origin_finds_and_changes_nothing(world: World) -> None:
    before = world.rows_of_a()
    everybody = [*world.callers(world.a.secret_key), world.member_of_a()]
    foreign = ("", FOREIGN, "null", f"{ORIGIN}.evil.example", f"{ORIGIN}@evil.example")
    for call in described(world)["page"]:
        if call.method != "POST":
            continue  # anybody may read these; another test covers them
        for caller in everybody:
            for origin in foreign:
                response = caller.send(call, **{"Origin": origin} if origin else {})
                assert response.status_code == 403, (call.label, caller.name, origin)
                world.tells_nothing(response, call.label)
    assert world.rows_of_a() == before


def test_a_page_from_another_project_finds_and_changes_nothing(world: World) -> None:
    before = world.rows_of_a()
    b, store = world.b, world.b.dependencies.store
    elsewhere, _ = projects.create(store, "Elsewhere", [FOREIGN], COMMAND, b.clock.now)
    stranger = world.callers()[0]
    for call in described(world)["page"]:
        for key, origin in ((b.public_key, ORIGIN), (elsewhere.public_key, FOREIGN)):
            theirs = Call(
                call.label, call.method, call.path.replace(world.a.public_key, key), call.body
            )
            response = stranger.send(theirs, Origin=origin)
            world.tells_nothing(response, call.label)
            if world.invitation in call.path or "invitation" in call.body:
                assert response.status_code == 404, (call.label, response.text)
            if "debug" in call.body:
                assert response.status_code == 401, (call.label, response.text)
        nobodys = call.path.replace(world.a.public_key, "pk_unknown")
        response = stranger.send(Call(call.label, call.method, nobodys, call.body), Origin=ORIGIN)
        assert response.status_code == 404, call.label
    assert world.rows_of_a() == before


def test_public_page_files_reveal_nothing(world: World) -> None:
    for call in described(world)["page"]:
        if call.method == "GET":
            for caller in (*world.callers(world.a.secret_key), world.member_of_a()):
                response = caller.send(call)
                assert response.status_code == 200, (call.label, caller.name)
                world.tells_nothing(response, call.label)


def test_only_the_receipts_own_secret_opens_a_response(world: World) -> None:
    before = world.rows_of_a()
    wrong = ["x", world.receipt[:-4] + "AAAA", world.receipt.swapcase(), world.invitation]
    everybody = [*world.callers(world.a.secret_key), world.member_of_a()]
    for call in described(world)["receipt"]:
        for caller in everybody:
            for secret in wrong:
                sent = Call(call.label, call.method, call.path, {**call.body, "secret": secret})
                response = caller.send(sent, Origin=ORIGIN)
                assert response.status_code == 404, (call.label, caller.name, response.text)
                world.tells_nothing(response, call.label)
        assert world.a.client.get(call.path).status_code == 405
    assert world.rows_of_a() == before


def test_every_other_route_requires_a_member_or_is_listed_as_open(world: World) -> None:
    before = world.rows_of_a()
    *strangers, member_of_b = world.callers(world.a.secret_key, world.b.secret_key)
    seen = set()
    for path, methods in undescribed(world).items():
        if path in OPEN:
            seen.add(path)
            continue
        for method in methods:
            call = world.call(method, path)
            for stranger in strangers:
                is_closed_to(world, stranger, call)
            response = member_of_b.send(call, **OWN)
            world.tells_nothing(response, path)
            if call.names_a_thing:
                assert response.status_code == 404, (method, path, response.status_code)
    assert seen == OPEN
    assert world.rows_of_a() == before


def test_open_routes_reveal_nothing_about_a_project(world: World) -> None:
    before = world.rows_of_a()
    for path, methods in undescribed(world).items():
        if path in OPEN:
            for method in methods:
                for caller in world.callers(world.a.secret_key, world.b.secret_key):
                    world.tells_nothing(caller.send(world.call(method, path), **OWN), path)
                    assert_refused_from_elsewhere(caller, world.call(method, path))
    assert world.rows_of_a() == before


def undescribed(world: World) -> dict[str, list[str]]:
    """The paths outside the OpenAPI, in its notation, with their methods."""
    spec = world.a.client.get("/v1/openapi.json").json
    assert spec is not None
    found: dict[str, list[str]] = {}
    for rule in world.a.app.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        if path not in spec["paths"]:
            methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            found[path] = sorted({*found.get(path, ()), *methods})
    return found


def is_closed_to(world: World, stranger: Caller, call: Call) -> None:
    response = stranger.send(call, **OWN)
    to_login = response.status_code == 303 and response.headers["Location"].endswith("/login")
    assert to_login or response.status_code == 401, (call.label, stranger.name, response.text)
    world.tells_nothing(response, call.label)
    assert_refused_from_elsewhere(stranger, call)


def assert_refused_from_elsewhere(caller: Caller, call: Call) -> None:
    """A form sent from another site gets 403."""
    if call.method != "GET":
        elsewhere: list[dict[str, str]] = [
            {},
            {"Origin": FOREIGN},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-origin", "Origin": FOREIGN},
        ]
        for headers in elsewhere:
            refused = caller.send(call, **headers)
            assert refused.status_code == 403, (call.label, caller.name, headers)
