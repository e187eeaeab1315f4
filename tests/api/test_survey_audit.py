"""Every change to a survey adds an audit row in the same transaction."""

from typing import Any

import pytest

from sayso_server.storage.projects import audit
from tests.product import Product
from tests.sqlite_product import app

__all__ = ["app"]

DRAFT = {"name": "After an order", "template": "csat", "trigger": {"event": "order_completed"}}


@pytest.fixture
def survey(product: Product) -> str:
    return str(product.ok("POST", "/v1/surveys", DRAFT)["id"])


@pytest.fixture
def live(product: Product, survey: str) -> str:
    product.ok("POST", f"/v1/surveys/{survey}/publish")
    return survey


def trail(product: Product) -> list[tuple[str, Any]]:
    """The audit rows about surveys as (action, details), latest first."""
    with product.dependencies.store.read() as connection:
        rows = audit.latest(connection, product.project_id)
    return [(row["action"], row["details"]) for row in rows if row["action"].startswith("survey_")]


def said(version: int = 1, **more: Any) -> dict[str, Any]:
    return {"name": DRAFT["name"], "version": version, **more}


def test_creating_a_draft_is_audited(product: Product, survey: str) -> None:
    (key,) = product.ok("GET", "/v1/keys")["keys"]
    with product.dependencies.store.read() as connection:
        (row,) = audit.latest(connection, product.project_id, 1)
    assert (row["action"], row["actor"]) == ("survey_created", f"key {key['id']}")
    assert (row["subject"], row["details"]) == (survey, said(0))


@pytest.mark.parametrize(("method", "whole"), [("PUT", DRAFT), ("PATCH", {})])
def test_changing_a_draft_is_audited(
    product: Product, survey: str, method: str, whole: dict[str, Any]
) -> None:
    product.ok(method, f"/v1/surveys/{survey}", {**whole, "name": "Later"})
    assert trail(product)[0] == ("survey_changed", {"name": "Later", "version": 0})
    product.ok(method, f"/v1/surveys/{survey}", {**whole, "name": "Later"})
    assert len(trail(product)) == 2


def test_deleting_a_survey_is_audited(product: Product, live: str) -> None:
    assert product.call("DELETE", f"/v1/surveys/{live}").status_code == 204
    assert trail(product)[0] == ("survey_deleted", said())


def test_a_publication_is_audited_with_the_number_of_changed_fields(
    product: Product, live: str
) -> None:
    assert trail(product)[0] == ("survey_published", said(changed=0))
    product.ok("PATCH", f"/v1/surveys/{live}", {"priority": 3, "trigger": {"event": "opened"}})
    product.ok("POST", f"/v1/surveys/{live}/publish?dry_run=true")
    product.ok("POST", f"/v1/surveys/{live}/publish")
    assert trail(product)[:2] == [
        ("survey_published", said(2, changed=2)),
        ("survey_changed", said()),
    ]


def test_pausing_a_survey_is_audited_once(product: Product, live: str) -> None:
    before = len(trail(product))
    for _ in range(2):
        product.ok("POST", f"/v1/surveys/{live}/pause")
    assert trail(product)[0] == ("survey_paused", said())
    assert len(trail(product)) == before + 1


def test_resuming_a_survey_is_audited_once(product: Product, live: str) -> None:
    product.ok("POST", f"/v1/surveys/{live}/pause")
    before = len(trail(product))
    for _ in range(2):
        product.ok("POST", f"/v1/surveys/{live}/resume")
    assert trail(product)[0] == ("survey_resumed", said())
    assert len(trail(product)) == before + 1


def test_ending_a_survey_is_audited_once(product: Product, live: str) -> None:
    before = len(trail(product))
    for _ in range(2):
        product.ok("POST", f"/v1/surveys/{live}/end")
    assert trail(product)[0] == ("survey_ended", said())
    assert len(trail(product)) == before + 1


@pytest.mark.parametrize(
    ("method", "call", "body"),
    [
        ("PUT", "", {**DRAFT, "name": "Later"}),
        ("PATCH", "", {"name": "Later"}),
        ("DELETE", "", None),
        ("POST", "/publish", None),
        ("POST", "/pause", None),
        ("POST", "/end", None),
    ],
)
def test_a_refused_change_is_not_audited(
    product: Product, live: str, method: str, call: str, body: Any
) -> None:
    before = trail(product)
    reply = product.client.open(
        f"/v1/surveys/{live}{call}",
        method=method,
        json=body,
        headers={"Authorization": f"Bearer {product.secret_key}", "If-Match": '"9"'},
    )
    assert (reply.status_code, trail(product)) == (412, before)
