"""Reuses PostgreSQL databases between tests: a copy takes half a second, emptying one 10 ms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from tests.servers.postgres_server import Postgres

_LEAVE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_TABLES = """
SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
"""
# Everything besides rows that a test may change: settings, tables, indexes, columns, constraints,
# triggers, functions.
_SHAPE = """
SELECT md5(string_agg(part, ' ' ORDER BY part)) FROM (
  SELECT format('%s %s %s', setrole, setconfig, datallowconn) AS part FROM pg_database
    LEFT JOIN pg_db_role_setting ON setdatabase = oid WHERE datname = current_database()
  UNION ALL SELECT format('%s %s %s %s', relname, relkind, relacl, reloptions) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
  UNION ALL SELECT format('%s %s %s %s', relname, attname, format_type(atttypid, atttypmod),
    attnotnull) FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid
    WHERE relnamespace = 'public'::regnamespace AND NOT attisdropped AND attnum > 0
  UNION ALL SELECT format('%s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT format('%s %s', tgname, tgenabled) FROM pg_trigger
  UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  UNION ALL SELECT version_num FROM alembic_version
) AS parts
"""


class EmptiedDatabases:
    """A pool of databases copied from `template`; each is emptied after use."""

    def __init__(self, server: Postgres, template: str) -> None:
        self._server = server
        self._template = template
        self._free: list[str] = []
        with psycopg.connect(server.dsn(template), autocommit=True) as connection:
            self._tables = [name for (name,) in connection.execute(_TABLES)]
            self._shape = self._shape_of(connection)

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of an empty database with the template's schema."""
        name = self._free.pop() if self._free else self._server.create_database(self._template)
        try:
            yield self._server.url(name)
        finally:
            if self._emptied(name):
                self._free.append(name)
            else:
                self._server.drop_database(name)

    def _emptied(self, name: str) -> bool:
        """Deletes every row; returns False if anything besides rows was changed."""
        with psycopg.connect(self._server.dsn(name), autocommit=True) as connection:
            connection.execute(_LEAVE)
            if self._shape_of(connection) != self._shape:
                return False
            every = [
                sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in self._tables
            ]
            # Foreign keys are not checked, so the order does not matter.
            connection.execute(
                sql.SQL("SET session_replication_role = replica; {}").format(
                    sql.SQL(";").join(every)
                )
            )
        return True

    def _shape_of(self, connection: psycopg.Connection) -> str:
        row = connection.execute(_SHAPE).fetchone()
        assert row is not None
        return str(row[0])
