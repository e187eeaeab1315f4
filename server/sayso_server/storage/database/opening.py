"""Open a database at start: wait until it answers, refuse one with an unknown schema, migrate it,
and check the secret key against the stored fingerprint."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from alembic.util import CommandError
from sqlalchemy import Connection, event, inspect
from sqlalchemy.exc import SQLAlchemyError

from sayso_server.errors import Misconfigured, SaysoError
from sayso_server.storage.database import schema, server_facts
from sayso_server.storage.database.refusals import is_temporary, place_of, refusal
from sayso_server.storage.database.sqlite_file import check_complete
from sayso_server.storage.database.store import Store

TIMEOUT = 30.0  # seconds; enough for a database that starts at the same time
BACKOFF = (0.25, 0.5, 1.0, 2.0)  # seconds between retries; the last value repeats

Say = Callable[[str], None]
Check = Callable[[Connection], None]


def open_database(store: Store, key: bytes, say: Say) -> None:
    """Migrate the database to this version's schema. Raises Misconfigured, Unavailable."""

    def migrate() -> None:
        with _connected(store) as connection:
            _check_schema(connection)
            newest = schema.current(connection) == {schema.known()[0]}
            known = _knows_key(connection, key)
        if not newest:
            schema.upgrade(store.engine)
        if not known:
            with store.engine.begin() as connection:
                server_facts.learn_key(connection, key)

    _retrying(store, migrate, say)


def open_as_it_is(store: Store, key: bytes, say: Say) -> None:
    """Check the database without changing it. Raises Misconfigured, Unavailable."""

    def check() -> None:
        with _connected(store) as connection:
            _check_schema(connection)
            _knows_key(connection, key)

    _retrying(store, check, say)


def change_key(store: Store, key: bytes, say: Say) -> None:
    """Replace the fingerprint of the secret key. Raises Misconfigured, Unavailable."""

    def change() -> None:
        with _connected(store) as connection:
            _check_schema(connection)
        schema.upgrade(store.engine)
        with store.engine.begin() as connection:
            server_facts.change_key(connection, key)

    _retrying(store, change, say)


@contextmanager
def _connected(store: Store) -> Iterator[Connection]:
    try:
        connection = store.engine.connect()
    except (TypeError, ValueError) as error:  # the driver cannot parse an option
        raise Misconfigured(
            f"The database at {place_of(store.engine)} cannot be opened ({error}); correct the "
            "options in SAYSO_DATABASE_URL"
        ) from error
    with connection:
        yield connection


def _check_schema(connection: Connection) -> None:
    unknown = schema.current(connection).difference(schema.known())
    if unknown:
        raise Misconfigured(
            f"The database at {place_of(connection.engine)} has the schema "
            f"{', '.join(sorted(unknown))}, and this version of Sayso knows "
            f"{schema.known()[0]} as the newest. Install the version that wrote it, or restore "
            "the backup from before the upgrade. If the database is another application's, name "
            "an empty one."
        )


def _knows_key(connection: Connection, key: bytes) -> bool:
    if not inspect(connection).has_table(server_facts.TABLE):
        return False
    return server_facts.check_key(connection, key)


def _check_encoding(raw: Any, _record: object) -> None:
    """Runs before SQLAlchemy's first query, which fails on an SQL_ASCII database."""
    encoding = raw.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise Misconfigured(
            f"The database {raw.info.dbname} is encoded in {encoding}, which cannot hold every "
            "language; create one with ENCODING 'UTF8' TEMPLATE template0"
        )


def _retrying(store: Store, work: Callable[[], None], say: Say) -> None:
    """Run `work`, and retry with backoff while the database is temporarily unavailable."""
    check_complete(store.engine)
    if store.engine.dialect.name == "postgresql":
        event.listen(store.engine, "connect", _check_encoding, insert=True)
    deadline = time.monotonic() + TIMEOUT
    tries = 0
    while True:
        try:
            return work()
        except SaysoError:
            store.engine.dispose()
            raise
        except (SQLAlchemyError, CommandError) as error:
            store.engine.dispose()
            refused = refusal(store.engine, error)
            if not is_temporary(error):
                raise refused from error
            if time.monotonic() >= deadline:
                tried = f"{refused.message} Tried for {TIMEOUT:.0f} seconds."
                raise type(refused)(tried) from error
            if not tries:
                say(f"{refused.message} Trying for {TIMEOUT:.0f} seconds.")
        time.sleep(BACKOFF[min(tries, len(BACKOFF) - 1)])
        tries += 1
