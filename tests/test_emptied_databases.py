"""A reused database is empty, and a changed one is not reused."""

import psycopg
import pytest

from tests.servers import EmptiedDatabases

INSERT = """
SET session_replication_role = replica;
INSERT INTO login_links VALUES ('\\x00', gen_random_uuid(), now(), NULL)
"""


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def test_a_reused_database_is_empty_and_has_no_clients(
    postgres_databases: EmptiedDatabases,
) -> None:
    with postgres_databases.database() as used:
        left_open = connect(used)
        left_open.execute(INSERT)
    with postgres_databases.database() as url, connect(url) as connection:
        assert url == used
        assert connection.execute("SELECT count(*) FROM login_links").fetchone() == (0,)
        with pytest.raises(psycopg.OperationalError):
            left_open.execute("SELECT 1")


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE projects ADD COLUMN more text",
        "ALTER TABLE projects ALTER COLUMN name DROP NOT NULL",
        "ALTER TABLE projects DISABLE TRIGGER ALL",
        "DROP INDEX uq_secret_keys_project_id_id",
        "ALTER TABLE projects ALTER COLUMN name TYPE varchar(7)",
        "CREATE TABLE more (id int)",
        "UPDATE alembic_version SET version_num = 'other'",
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET jit = off', current_database()); END $$",
    ],
)
def test_a_changed_database_is_not_reused(
    postgres_databases: EmptiedDatabases, change: str
) -> None:
    with postgres_databases.database() as changed, connect(changed) as connection:
        connection.execute(change.encode())
    with postgres_databases.database() as url:
        assert url != changed
