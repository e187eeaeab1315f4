"""Every operation replies as described, to requests that the OpenAPI allows and to others."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from sayso_server.live import stream
from sayso_server.tokens.debug import debug_token
from tests.product import ORIGIN, SECRET_KEY, Clock, Product, make_app, make_product

SHORT, LONG = 8, 110  # examples of each operation
OPERATIONS = 48

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

Case = schemathesis.Case[Any]


@pytest.fixture
def product(
    migrated_sqlite_url: str, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Product:
    # The test reads streams to their end, so they end after one short beat.
    monkeypatch.setattr(stream, "BEAT", 0.01)
    monkeypatch.setattr(stream, "LONGEST", 0.01)
    return make_product(make_app(migrated_sqlite_url, tmp_path, clock), clock)


@pytest.mark.parametrize(
    "examples",
    [SHORT, pytest.param(LONG, marks=[pytest.mark.proof, pytest.mark.timeout(1200)])],
    ids=["short", "long"],
)
def test_every_operation_succeeds_and_fails_as_described(product: Product, examples: int) -> None:
    schema = schemathesis.openapi.from_wsgi("/v1/openapi.json", product.app)
    results: Any = schema.get_all_operations()
    operations = [result.ok() for result in results]
    assert len(operations) == OPERATIONS
    known = Known(product)
    sent = 0
    for operation in operations:
        statuses = Counter[int]()
        _try(operation, known, examples, statuses)
        sent += sum(statuses.values())
        assert any(200 <= status < 300 for status in statuses), (operation.label, statuses)
        assert not any(status >= 500 for status in statuses), (operation.label, statuses)
    assert sent >= OPERATIONS * examples * 0.9
    print(f"{sent} cases over {OPERATIONS} operations")  # noqa: T201  # the count for the proof


def _try(operation: Any, known: "Known", examples: int, statuses: Counter[int]) -> None:
    fitting = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    misfitting = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @seed(42)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(fitting, misfitting), real=st.sampled_from([True, True, False]))
    def attempt(case: Case, real: bool) -> None:
        known.choose_key(operation.label)
        if real:
            known.make_real(case)
        case.headers.update({"Authorization": f"Bearer {known.key}", "Origin": ORIGIN})
        response = case.call()
        statuses[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    attempt()


class Known:
    """Replaces generated ids and bodies with real ones, so that calls get past the first checks."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.key = product.secret_key
        self.survey = product.survey("csat")

    def choose_key(self, label: str) -> None:
        """Uses a separate project for calls that change or delete it."""
        alone = label in ("PATCH /v1/project", "DELETE /v1/project")
        product = make_product(self.product.app, self.product.clock) if alone else self.product
        self.key = product.secret_key

    def make_real(self, case: Case) -> None:
        path = case.path_parameters or {}
        replace: dict[str, Callable[[], str]] = {
            "public_key": lambda: self.product.public_key,
            "survey_id": lambda: self._survey(case.operation.label),
            "secret": self._invitation,
            "name": self._segment,
            "key_id": self._key,
            "kid": self._identity_key,
            "number": lambda: "1",
        }
        for name in path:
            path[name] = replace[name]()
        if case.operation.label == "DELETE /v1/project":
            case.query = {"name": "Shop"}
        if case.operation.label in ("GET /v1/people", "DELETE /v1/people"):
            case.query = {"user_id": self._user()}
        if isinstance(case.body, dict):
            self._make_body_real(case.operation.label, case.body)
            self._make_answer_real(case.operation.label, case.body)

    def _make_body_real(self, label: str, body: dict[str, Any]) -> None:
        if "/p/" in label and "visitor" in body:
            body["visitor"] = uuid4().hex
        if label.endswith("/decide"):
            body["trigger"] = {"kind": "event", "name": "order_completed", "id": uuid4().hex}
            body["page"] = {"url": ORIGIN, "locale": "de"}
        if "token" in body:
            body["token"] = self.product.token("u_1")
        if label.endswith("/identify"):
            body["user_id"] = "u_1"
        if label.endswith("/explain"):
            body["debug"] = self._debug_token()
        if label == "PATCH /v1/project":
            body["origins"] = [ORIGIN]
        if label == "PUT /v1/policy":
            body.update(time_zone="Europe/Vilnius", quiet_hours={"from": "22:00", "to": "07:00"})
            body["staff"] = {"networks": ["192.0.2.0/24"]}
        if label.startswith("PATCH /v1/surveys"):
            body.clear()
            body["priority"] = 1
        if label == "POST /v1/surveys" or label.startswith("PUT /v1/surveys"):
            body.pop("questions", None)
            body["template"] = "nps"
            body["trigger"] = {"event": "e"}

    def _make_answer_real(self, label: str, body: dict[str, Any]) -> None:
        if label.endswith(("/responses", "/receipt")):
            body["invitation"] = self._invitation()
        if label.startswith("POST /v1/answer"):
            body["secret"] = self._receipt()
        if "answers" in body:
            body["answers"] = [{"question": "score", "value": 4}]

    def _invitation(self) -> str:
        return str(self.product.visitor().did()["invitation"])

    def _receipt(self) -> str:
        visitor = self.product.visitor()
        reply = visitor.answer(visitor.did()["invitation"], ("score", 4), complete=True)
        return str(reply["receipt"]["url"]).partition("#")[2]

    def _key(self) -> str:
        return str(self.product.ok("POST", "/v1/keys", {"scopes": ["events"]})["id"])

    def _identity_key(self) -> str:
        return str(self.product.ok("POST", "/v1/identity-keys")["kid"])

    def _segment(self) -> str:
        name = f"s{uuid4().hex}"
        self.product.ok("PUT", f"/v1/segments/{name}", {})
        return name

    def _debug_token(self) -> str:
        product = self.product
        project = product.dependencies.project_cache.by_public_key(
            product.public_key, product.clock.now
        )
        assert project is not None
        return debug_token(project, SECRET_KEY, product.clock.now, timedelta(minutes=5))

    def _user(self) -> str:
        user = f"u_{uuid4().hex}"
        self.product.track(user, "anything")
        return user

    def _survey(self, label: str) -> str:
        if label.startswith(("PUT", "PATCH", "DELETE")) or label.endswith(("/publish", "/end")):
            draft = {"name": "x", "template": "csat", "trigger": {"event": "e"}}
            return str(self.product.ok("POST", "/v1/surveys", draft)["id"])
        return self.survey
