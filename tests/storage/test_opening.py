"""Error messages when a database cannot be opened, and which failures are retried."""

import socket
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy

from sayso_server.errors import Misconfigured, SaysoError, Unavailable
from sayso_server.storage.database import opening, schema
from sayso_server.storage.database import store as stores
from sayso_server.storage.database.store import Store
from tests.e2e.own_server import Line
from tests.servers import Postgres, free_port

KEY = b"the key of the database, 32 characters"
ANOTHER = b"another key, as long as the first one"


class Opened:
    """Opens databases and records the messages."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.stores: list[Store] = []

    def __call__(self, url: str, key: bytes = KEY) -> Store:
        self.stores.append(Store(sqlalchemy.create_engine(url), key))
        opening.open_database(self.stores[-1], key, self.said.append)
        return self.stores[-1]

    def refused(self, url: str, key: bytes = KEY) -> SaysoError:
        with pytest.raises(SaysoError) as refused:
            self(url, key)
        assert "Traceback" not in refused.value.message
        assert "\n" not in refused.value.message
        return refused.value


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    monkeypatch.setattr(opening, "TIMEOUT", 0.2)
    made = Opened()
    yield made
    for store in made.stores:
        store.engine.dispose()


# --- Secret keys ----------------------------------------------------------------------------


def test_a_database_belongs_to_the_key_that_opened_it_first(
    opened: Opened, migrated_database_url: str
) -> None:
    store = opened(migrated_database_url)
    opened(migrated_database_url)
    refused = opened.refused(migrated_database_url, ANOTHER)
    assert isinstance(refused, Misconfigured)
    assert "is not the one that this database was made with" in refused.message
    assert "Restore the secret_key file" in refused.message
    assert "set SAYSO_SECRET_KEY" in refused.message
    assert "sayso db change-key" in refused.message
    with store.read() as connection:
        (fact,) = connection.exec_driver_sql("SELECT value FROM server_facts").scalars()
    assert KEY.decode() not in fact
    assert KEY.hex() not in fact


def test_a_database_from_an_earlier_version_adopts_the_current_key(
    opened: Opened, database_url: str
) -> None:
    engine = Store(sqlalchemy.create_engine(database_url), KEY).engine
    schema.upgrade(engine, "0004")
    engine.dispose()
    opened(database_url)
    assert "is not the one" in opened.refused(database_url, ANOTHER).message


def test_a_refused_key_leaves_the_schema_unchanged(
    opened: Opened, migrated_database_url: str
) -> None:
    """A node with a newer version and a wrong key does not migrate the schema."""
    store = opened(migrated_database_url)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0004'")
    opened.refused(migrated_database_url, ANOTHER)
    with store.read() as connection:
        assert schema.current(connection) == {"0004"}


def test_of_two_first_nodes_with_different_keys_one_is_refused(
    opened: Opened, migrated_database_url: str
) -> None:
    opened(migrated_database_url)
    for _ in range(3):
        with opened.stores[-1].engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM server_facts")
        together = threading.Barrier(2)
        outcomes: list[str] = []

        def start(
            key: bytes, together: threading.Barrier = together, outcomes: list[str] = outcomes
        ) -> None:
            together.wait()
            try:
                opened(migrated_database_url, key)
                outcomes.append("opened")
            except Misconfigured as error:
                outcomes.append(error.message.partition(".")[0])

        nodes = [threading.Thread(target=start, args=(key,)) for key in (KEY, ANOTHER)]
        for node in nodes:
            node.start()
        for node in nodes:
            node.join()
        assert sorted(outcomes) == [
            "The secret key is not the one that this database was made with",
            "opened",
        ]


def test_change_key_replaces_the_key(opened: Opened, migrated_database_url: str) -> None:
    store = opened(migrated_database_url)
    opening.change_key(store, ANOTHER, opened.said.append)
    opened(migrated_database_url, ANOTHER)
    assert "is not the one" in opened.refused(migrated_database_url).message


# --- Foreign, damaged and locked databases ----------------------------------------------------


@pytest.mark.parametrize("revision", ["9999", "ae1027a6acf0"])
def test_a_newer_schema_is_refused(
    opened: Opened, migrated_database_url: str, revision: str
) -> None:
    database_url = migrated_database_url
    store = opened(database_url)
    with store.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")
    refused = opened.refused(database_url)
    assert isinstance(refused, Misconfigured)
    assert f"has the schema {revision}" in refused.message
    assert f"knows {schema.known()[0]} as the newest" in refused.message
    assert "restore the backup from before the upgrade" in refused.message


def test_another_applications_database_is_refused(opened: Opened, database_url: str) -> None:
    engine = sqlalchemy.create_engine(database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE answers (id INTEGER)")
    engine.dispose()
    refused = opened.refused(database_url)
    assert isinstance(refused, Misconfigured)
    assert "answers" in refused.message


@pytest.mark.parametrize(
    "content", [b"This is a letter, no database." * 10, b"\x89PNG\r\n\x1a\n" + bytes(2_000)]
)
def test_a_file_that_is_not_a_database_is_refused(
    opened: Opened, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "letter").write_bytes(content)
    refused = opened.refused(f"sqlite:///{tmp_path}/letter")
    assert refused.message == (
        f"{tmp_path}/letter is no SQLite database; name another file, or restore a backup."
    )
    assert (tmp_path / "letter").read_bytes() == content


def test_a_directory_is_refused(opened: Opened, tmp_path: Path) -> None:
    assert "cannot be opened; name a file in a directory" in (
        opened.refused(f"sqlite:///{tmp_path}").message
    )
    assert "cannot be opened; name a file in a directory" in (
        opened.refused(f"sqlite:///{tmp_path}/nowhere/sayso.db").message
    )


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_partly_copied_database_is_refused(
    opened: Opened, migrated_sqlite_url: str, tmp_path: Path, share: float
) -> None:
    whole = (tmp_path / "sayso.db").read_bytes()
    (tmp_path / "sayso.db").write_bytes(whole[: int(len(whole) * share)])
    assert "so it was copied only in part" in opened.refused(migrated_sqlite_url).message


def test_a_damaged_database_is_refused(
    opened: Opened, migrated_sqlite_url: str, tmp_path: Path
) -> None:
    whole = (tmp_path / "sayso.db").read_bytes()
    (tmp_path / "sayso.db").write_bytes(whole[:100] + bytes(len(whole) - 100))
    assert (
        opened.refused(migrated_sqlite_url).message
        == f"{tmp_path}/sayso.db is damaged; restore a backup."
    )


def test_a_read_only_file_is_refused(opened: Opened, sqlite_url: str) -> None:
    file = sqlite_url.removeprefix("sqlite:///")
    sqlite3.connect(file).execute("VACUUM")
    assert "cannot be written; let this user write the file and its directory" in (
        opened.refused(f"sqlite:///file:{file}?mode=ro&uri=true").message
    )


def test_opening_waits_for_a_database_that_another_process_locks(
    opened: Opened, migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "BUSY_TIMEOUT", 0)
    sqlite_url = migrated_sqlite_url
    holder = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), timeout=0)
    holder.execute("BEGIN EXCLUSIVE")
    assert "is in use by another process" in opened.refused(sqlite_url).message
    holder.rollback()
    holder.close()
    opened(sqlite_url)


# --- PostgreSQL -------------------------------------------------------------------------------


def test_an_unreachable_postgresql_gives_a_one_line_error(opened: Opened) -> None:
    refused = opened.refused(f"postgresql+psycopg://me:pass-word@127.0.0.1:{free_port()}/shop")
    assert isinstance(refused, Unavailable)
    assert "PostgreSQL at postgresql://me@127.0.0.1:" in refused.message
    assert "cannot be reached" in refused.message
    assert "Start it, or correct SAYSO_DATABASE_URL." in refused.message
    assert "pass-word" not in refused.message
    assert len(opened.said) == 1


def test_opening_waits_for_postgresql_to_start(
    opened: Opened, postgres: Postgres, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "TIMEOUT", 30.0)
    port = free_port()
    late = postgres_url.replace(f":{postgres.port}/", f":{port}/")
    line = Line(port, postgres.port)
    threads: list[threading.Thread] = []
    listeners: list[socket.socket] = []

    def say(message: str) -> None:
        opened.said.append(message)
        listeners.append(socket.create_server(("127.0.0.1", port)))
        threads.append(threading.Thread(target=line.accept, args=(listeners[0],)))
        threads[0].start()

    store = Store(sqlalchemy.create_engine(late), KEY)
    opening.open_database(store, KEY, say)
    store.engine.dispose()
    listeners[0].shutdown(socket.SHUT_RDWR)
    threads[0].join()
    line.reset()
    listeners[0].close()
    assert "cannot be reached" in opened.said[0]


@pytest.mark.parametrize(
    ("options", "encoding"),
    [
        ("ENCODING 'LATIN1' LOCALE 'C'", "LATIN1"),
        ("ENCODING 'SQL_ASCII' LOCALE 'C'", "SQL_ASCII"),
        ("ENCODING 'EUC_JP' LOCALE 'C'", "EUC_JP"),
    ],
)
def test_an_encoding_other_than_utf8_is_refused(
    opened: Opened, postgres: Postgres, options: str, encoding: str
) -> None:
    provider = "LOCALE_PROVIDER libc TEMPLATE template0"
    postgres.execute(f"CREATE DATABASE odd {options} {provider}")
    try:
        refused = opened.refused(postgres.url("odd"))
        opened.stores[-1].engine.dispose()
    finally:
        postgres.drop_database("odd")
    assert f"is encoded in {encoding}" in refused.message
    assert "create one with ENCODING 'UTF8' TEMPLATE template0" in refused.message


def test_a_missing_database_or_user_is_refused_without_a_retry(
    opened: Opened, postgres: Postgres
) -> None:
    for url in (postgres.url("nowhere"), postgres.url("postgres").replace("postgres@", "nobody@")):
        refused = opened.refused(url)
        assert isinstance(refused, Misconfigured)
        assert "does not exist" in refused.message
        assert "create the user and the database" in refused.message
    assert opened.said == []


def test_the_error_names_an_unknown_url_option(opened: Opened, postgres_url: str) -> None:
    refused = opened.refused(f"{postgres_url}?nonsense=1")
    assert isinstance(refused, Misconfigured)
    assert "nonsense" in refused.message


def test_a_user_without_create_rights_is_refused(opened: Opened, postgres: Postgres) -> None:
    with postgres.database() as url:
        postgres.execute("CREATE ROLE reader LOGIN")
        try:
            refused = opened.refused(url.replace("postgres@", "reader@"))
        finally:
            opened.stores[-1].engine.dispose()
            postgres.execute("DROP ROLE reader")
    assert "make it the owner of the database" in refused.message


def test_opening_waits_for_a_standby_and_names_it(opened: Opened, postgres: Postgres) -> None:
    with postgres.database() as url:
        options = "options=-c%20default_transaction_read_only%3Don"
        refused = opened.refused(f"{url}?{options}")
        opened.stores[-1].engine.dispose()
    assert "is read-only, as a standby is; name the primary" in refused.message
    assert len(opened.said) == 1
