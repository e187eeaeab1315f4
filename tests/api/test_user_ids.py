"""A user id that is a programming mistake, such as "undefined", is refused everywhere."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from sayso_server.dependencies import dependencies
from sayso_server.storage.database.tables import people, visitors
from sayso_server.user_ids import mistake
from tests.mistaken_ids import MISTAKES, SOMEBODY
from tests.product import Clock, Product, make_app, make_product

SENTENCE = "everybody sent with it would become one person; send the user's own id"


@pytest.fixture
def product(migrated_sqlite_url: str, tmp_path: Path, clock: Clock) -> Iterator[Product]:
    """Only on SQLite, because these tests do not depend on the database."""
    app = make_app(migrated_sqlite_url, tmp_path, clock)
    yield make_product(app, clock)
    dependencies(app).store.engine.dispose()


def ids(product: Product) -> set[str | None]:
    with product.dependencies.store.read() as connection:
        known = set(connection.execute(select(people.c.user_id)).scalars())
        return known | set(connection.execute(select(visitors.c.claimed_user_id)).scalars())


@pytest.mark.parametrize("user_id", MISTAKES)
def test_mistakes_are_recognised(user_id: str) -> None:
    assert SENTENCE in (mistake(user_id) or "")


@pytest.mark.parametrize("user_id", SOMEBODY)
def test_real_ids_are_not_mistakes(user_id: str) -> None:
    assert mistake(user_id) is None


def test_a_mistake_from_a_backend_is_refused_and_not_stored(product: Product) -> None:
    events = [{"id": f"e{n}", "name": "x", "user_id": one} for n, one in enumerate(MISTAKES)]
    records = [{"user_id": one, "attributes": {"a": 1}} for one in MISTAKES]
    good = {"id": "good", "name": "x", "user_id": "u_1"}
    results = product.ok("POST", "/v1/events", {"events": [*events, good]})["results"]
    results += product.ok("POST", "/v1/people", {"people": records})["results"]
    refused = [one for one in results if one["status"] == "refused"]
    assert len(refused) == 2 * len(MISTAKES)
    assert all(SENTENCE in one["errors"]["user_id"][0] for one in refused)
    assert ids(product) == {"u_1"}


def test_a_mistake_from_a_page_is_refused_and_not_stored(product: Product) -> None:
    for user_id in MISTAKES:
        visitor = product.visitor()
        response = visitor.post("identify", {"visitor": visitor.id, "user_id": user_id})
        assert response.status_code == 422, user_id
        assert SENTENCE in response.json["errors"]["user_id"][0]
        response = visitor.post(
            "identify", {"visitor": visitor.id, "token": product.token(user_id)}
        )
        assert (response.status_code, response.json["code"]) == (401, "token_invalid"), user_id
        assert SENTENCE in response.json["message"]
    assert ids(product) == set()


def test_a_mistake_as_a_tester_is_refused(product: Product) -> None:
    policy = {"test_mode": {"on": True, "testers": ["u_1", "undefined"]}}
    response = product.call("PUT", "/v1/policy", policy)
    assert SENTENCE in response.json["errors"]["test_mode.testers.1"][0]


@pytest.mark.parametrize("anonymous_id", ["0" * 32, "00000000-0000-0000-0000-000000000000"])
def test_a_visitor_id_of_zeros_is_refused(product: Product, anonymous_id: str) -> None:
    assert "anonymous_id" in product.track(None, anonymous_id=anonymous_id)["errors"]
    visitor = product.visitor()
    visitor.id = anonymous_id
    assert visitor.post("identify", visitor.who()).status_code == 422


def test_real_ids_are_accepted(product: Product) -> None:
    for user_id in SOMEBODY:
        visitor: Any = product.visitor(user_id)
        visitor.ok("identify", visitor.who())
        assert product.track(user_id)["status"] == "stored"
    assert ids(product) >= set(SOMEBODY)
