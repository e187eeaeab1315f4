"""The migration that adds versions to counts assigns old counts to their versions."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from sayso_server.background import Background
from sayso_server.storage.database import schema
from tests.product import Product

MIGRATION = Path(__file__).parents[2] / "migrations" / "versions" / "0010_versions_told_apart.py"
AGAIN = {"again_after_days": dict.fromkeys(("answered", "dismissed", "ignored", "snoozed"), 0)}


def before_the_migration() -> str:
    spec = importlib.util.spec_from_file_location("migration", MIGRATION)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return str(module.down_revision)


def answered(product: Product, user: str, value: int) -> str:
    visitor = product.visitor(user)
    invitation: str = visitor.did()["invitation"]
    visitor.show(invitation)
    visitor.answer(invitation, ("score", value), complete=True)
    return invitation


def published(product: Product, survey: str, **changed: Any) -> None:
    product.ok("PATCH", f"/v1/surveys/{survey}", changed)
    product.ok("POST", f"/v1/surveys/{survey}/publish")


def reports(product: Product, survey: str, versions: int) -> list[Any]:
    paths = [f"/v1/surveys/{survey}/report?version={n}" for n in range(1, versions + 1)]
    return [product.ok("GET", path) for path in paths]


@pytest.fixture
def survey(product: Product) -> str:
    """Three versions, of which two ask the same question. Each has answers; one arrives late, one
    is erased. Some popups are closed, and some counts are folded."""
    survey = product.survey("nps", throttle=AGAIN)
    answered(product, "u_1", 10)
    late = product.visitor("u_2")
    open_popup = late.did()["invitation"]
    late.show(open_popup)
    Background(product.dependencies).run_once()
    published(product, survey, template="csat")
    late.answer(open_popup, ("score", 3), complete=True)
    answered(product, "u_3", 5)
    product.visitor("u_4").state(product.visitor("u_4").did()["invitation"], "dismissed")
    product.clock.forward(days=1)
    published(product, survey, priority=5)
    answered(product, "u_5", 4)
    answered(product, "u_6", 1)
    assert product.call("DELETE", "/v1/people?user_id=u_6").status_code == 204
    Background(product.dependencies).run_once()
    answered(product, "u_7", 2)
    return survey


def test_the_migration_restores_the_counts_of_each_version(product: Product, survey: str) -> None:
    before = reports(product, survey, 3)
    assert [(one["kind"], one["n"], one["counts"]["shown"]) for one in before] == [
        ("nps", 2, 2),
        ("csat", 1, 2),
        ("csat", 2, 2),
    ]
    pooled = product.report(survey)
    assert pooled["versions"] == [2, 3]
    engine = product.dependencies.store.engine
    schema.downgrade(engine, before_the_migration())
    schema.upgrade(engine)
    assert reports(product, survey, 3) == before
    assert product.report(survey) == pooled


def test_a_count_without_source_rows_is_kept_under_the_version_of_its_day(
    product: Product, survey: str
) -> None:
    engine = product.dependencies.store.engine
    schema.downgrade(engine, before_the_migration())
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM answers"))
        connection.execute(text("DELETE FROM invitations"))
    schema.upgrade(engine)
    first, second, third = reports(product, survey, 3)
    assert (first["n"], first["counts"]["shown"]) == (0, 0)
    assert (second["n"], second["counts"]["shown"]) == (1, 4)
    assert (third["n"], third["counts"]["shown"]) == (2, 2)
