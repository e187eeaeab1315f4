"""Column types that work the same on SQLite and PostgreSQL, and row ids."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import uuid_utils.compat
from sqlalchemy import JSON, DateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

Json: TypeEngine[Any] = JSON().with_variant(JSONB(), "postgresql")


class Utc(TypeDecorator[datetime]):
    """A time in UTC. SQLite stores no time zone, so it is removed on write and added on read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def new_id() -> UUID:
    """A UUIDv7, so that ids sort by creation time."""
    return uuid_utils.compat.uuid7()
