"""One transaction (or one reading) on behalf of one project, at one moment.

Statements of the hot paths are built once, when their module is imported, and run with values;
building them anew for each request cost several times what the database takes.
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

FEW = 4  # rows up to which psycopg's executemany, which opens a pipeline, costs more than a loop


class Budget(Protocol):
    """What an unproven caller may still make grow; asked in the transaction, where it is known
    whether anything grows at all."""

    def new_person(self) -> None:
        """One more person. Raises TooMany."""

    def answers(self, person: UUID, n: int) -> None:
        """Some more answers of an unproven invitation. Raises TooMany."""

    def place(self, survey: UUID, most: int) -> bool:
        """Whether one more place of a quota of `most` may be reserved."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """What every tenant statement needs: the connection, the project and the moment. `key` is the
    server's own, for secrets and hashes that are derived instead of stored. `budget` bounds what an
    unproven caller makes grow."""

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
        """Run a statement whose project is bound by `mine`."""
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


def mine(table: Table) -> ColumnElement[bool]:
    """The condition that every tenant statement carries."""
    return table.c.project_id == bindparam("tenant")


def insert_into(dialect: str, table: Table) -> Any:
    """An insert that knows ON CONFLICT, which two dialect modules build alike."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
