"""A transaction, or a read, for one project at one point in time.

Statements on hot paths are built once, at import, and executed with bound values. Building them for
each request would take several times as long as running them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    Executable,
    Insert,
    Table,
    bindparam,
)
from sqlalchemy.dialects import postgresql, sqlite

FEW = 4  # rows up to which a loop is faster than psycopg's executemany, which opens a pipeline


class Budget(Protocol):
    """Limits on the rows that an unproven caller may add. Charged inside the transaction, which
    knows which rows are new."""

    def new_person(self) -> None:
        """Charge one more person. Raises TooMany."""

    def answers(self, person: UUID, n: int) -> None:
        """Charge n more answers to an unproven invitation. Raises TooMany."""

    def place(self, survey: UUID, most: int) -> bool:
        """Charge one more place in a quota of `most`; False when the caller has used its share."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """The connection, project and time that every tenant statement needs. `key` is the server's
    secret key, from which secrets and hashes are derived. `budget` limits unproven callers."""

    connection: Connection
    project_id: UUID
    now: datetime
    key: bytes
    budget: Budget | None = None

    @property
    def dialect(self) -> str:
        """ "sqlite" or "postgresql"."""
        return self.connection.dialect.name

    def run(self, statement: Executable, **values: Any) -> CursorResult[Any]:
        """Run a statement whose project is bound by `in_project`."""
        return self.connection.execute(statement, {"tenant": self.project_id, **values})

    def put(self, statement: Insert, *rows: dict[str, Any]) -> None:
        """Run an insert for rows of this project."""
        project = {"project_id": self.project_id}
        if self.dialect == "postgresql" and len(rows) <= FEW:
            for row in rows:
                self.connection.execute(statement, {**project, **row})
        else:
            self.connection.execute(statement, [{**project, **row} for row in rows])

    def put_one(self, statement: Executable, **row: Any) -> CursorResult[Any]:
        """Run an insert for one row of this project."""
        return self.connection.execute(statement, {"project_id": self.project_id, **row})


def in_project(table: Table) -> ColumnElement[bool]:
    """The condition on the project that every tenant statement must have."""
    return table.c.project_id == bindparam("tenant")


def insert_into(dialect: str, table: Table) -> Any:
    """An insert that supports ON CONFLICT, for either dialect."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
