"""A deleted project leaves no row in any table."""

from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, Table, func, select

from sayso_server.storage.database.columns import Utc
from sayso_server.storage.database.tables import metadata, projects
from sayso_server.storage.projects import deleting
from tests.product import NOON, Product, make_product

ROWS = 7
KEPT = {"audit", "projects"}
HOLDING = [
    table
    for table in metadata.tables.values()
    if "project_id" in table.columns and table.name not in KEPT
]

SOMETHING: list[tuple[Any, Any]] = [
    (Utc, NOON),
    (sa.Date, NOON.date()),
    (sa.JSON, {}),
    (sa.Boolean, False),
    (sa.Integer, 1),
]


def fill(connection: Connection, table: Table, project: UUID) -> None:
    """Inserts rows for the project with arbitrary values."""
    for _ in range(ROWS):
        row = {column.name: something(column) for column in table.columns if not column.nullable}
        connection.execute(table.insert().values({**row, "project_id": project}))


def something(column: sa.Column[Any]) -> Any:
    if isinstance(column.type, sa.Uuid):
        return uuid4()
    if isinstance(column.type, sa.LargeBinary):
        return uuid4().bytes * 2
    if isinstance(column.type, sa.String):
        return uuid4().hex[: column.type.length]
    return next(value for kind, value in SOMETHING if isinstance(column.type, kind))


def counts(product: Product) -> dict[str, int]:
    with product.dependencies.store.read() as connection:
        return {
            table.name: connection.execute(
                select(func.count())
                .select_from(table)
                .where(table.c.project_id == product.project_id)
            ).scalar_one()
            for table in HOLDING
        }


@pytest.fixture
def other(product: Product) -> Product:
    """A second project; both projects have rows in every table."""
    other = make_product(product.app, product.clock)
    for shop in (product, other):
        for table in HOLDING:
            product.dependencies.store.write(lambda c, t=table, p=shop.project_id: fill(c, t, p))  # type: ignore[misc]  # lambda with defaults
    return other


def test_only_the_projects_rows_are_deleted_in_bounded_batches(
    product: Product, other: Product
) -> None:
    store, project = product.dependencies.store, product.project_id
    kept, left = counts(other), counts(product)
    assert all(left.values())
    assert {"answers", "people", "secret_keys", "login_links", "due_work"} <= left.keys()
    store.write(lambda c: deleting.mark(c, project, NOON))
    while sum(left.values()):
        store.write(lambda c: deleting.remove_batch(c, project, most=10))
        before, left = left, counts(product)
        removed = sum(before.values()) - sum(left.values())
        assert 0 < removed <= 10
    store.write(lambda c: deleting.remove_batch(c, project, most=10))
    with store.read() as connection:
        assert [*connection.scalars(select(projects.c.id))] == [other.project_id]
    assert counts(other) == kept


def test_the_tail_is_deleted_before_the_rollups() -> None:
    order = [table.name for table in deleting.tables_in_order()]
    assert order.index("tail") < order.index("rollups")
    assert {*order} == {table.name for table in HOLDING}


def test_a_project_that_is_not_marked_is_kept(product: Product) -> None:
    store, project = product.dependencies.store, product.project_id
    before = counts(product)
    store.write(lambda c: deleting.remove_batch(c, project))
    assert counts(product) == before
    with store.read() as connection:
        assert deleting.marked(connection) == []
        assert [*connection.scalars(select(projects.c.id))] == [project]
