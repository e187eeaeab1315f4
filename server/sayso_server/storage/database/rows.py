"""Insert many rows with one constant statement: the rows are bound as one JSON text.

With a VALUES list for each row, the statement's text depends on the number of rows, so SQLAlchemy
and psycopg compile it each time. For a hundred rows that takes several times as long as the query.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    JSON,
    Column,
    ColumnElement,
    Table,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    func,
    select,
    true,
)
from sqlalchemy import column as named

from sayso_server.storage.database.transaction import Transaction, insert_into


def insert_rows(dialect: str, table: Table, rows: str) -> Any:
    """An insert of the rows bound as `rows` (see `encode`) into the project bound as `tenant`."""
    columns = [column for column in table.columns if column.name != "project_id"]
    source = _sqlite_rows if dialect == "sqlite" else _postgresql_rows
    selected, origin = source(rows, columns)
    tenant = bindparam("tenant", type_=Uuid())
    # Without a WHERE, SQLite parses the ON of ON CONFLICT as a join condition.
    query = select(tenant, *selected).select_from(origin).where(true())
    return insert_into(dialect, table).from_select(
        ["project_id", *(column.name for column in columns)], query
    )


def among(dialect: str, column: Column[Any], values: str) -> ColumnElement[bool]:
    """The condition that the column's value is in the list bound as `values`."""
    if dialect == "sqlite":
        return column.in_(bindparam(values, expanding=True))
    return column == any_(bindparam(values, type_=ARRAY(column.type)))


def encode(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows as the JSON text to bind."""
    return (_SQLITE if tx.dialect == "sqlite" else _POSTGRESQL).encode(rows)


def _postgresql_rows(rows: str, columns: list[Column[Any]]) -> tuple[Any, Any]:
    typed = [named(column.name, column.type) for column in columns]
    origin = (
        func.json_to_recordset(cast(bindparam(rows, type_=Text()), JSON()))
        .table_valued(*typed, name="given")
        .render_derived(with_types=True)
    )
    return list(origin.c), origin


def _sqlite_rows(rows: str, columns: list[Column[Any]]) -> tuple[Any, Any]:
    origin = func.json_each(bindparam(rows, type_=Text())).table_valued("value")
    value = origin.c.value  # json_extract returns objects as JSON, other values plain
    return [func.json_extract(value, f"$.{column.name}") for column in columns], origin


def _sqlite_text(value: UUID | datetime | date) -> str:
    """The value as SQLAlchemy stores it in SQLite."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat()


_SQLITE = json.JSONEncoder(default=_sqlite_text, separators=(",", ":"))
_POSTGRESQL = json.JSONEncoder(default=str, separators=(",", ":"))
