"""One transaction (or one reading) on behalf of one project, at one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, CursorResult, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite


@dataclass(frozen=True, slots=True)
class Transaction:
    """What every tenant statement needs: the connection, the project and the moment. `key` is the
    server's own, for secrets and hashes that are derived instead of stored."""

    connection: Connection
    project_id: UUID
    now: datetime
    key: bytes

    def execute(
        self, statement: Executable, rows: Sequence[dict[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run a statement, once or for many rows."""
        return self.connection.execute(statement, rows)

    def insert(self, table: Table) -> Any:
        """An insert into `table` that knows ON CONFLICT, which two dialect modules build alike."""
        if self.connection.dialect.name == "sqlite":
            return sqlite.insert(table)
        return postgresql.insert(table)
