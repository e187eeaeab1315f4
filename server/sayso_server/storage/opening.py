"""Opening a database at start: wait until it answers, refuse one that cannot serve, bring its
schema up, and hold the secret key against the one it knows."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from alembic.util import CommandError
from sqlalchemy import Connection, event, inspect
from sqlalchemy.exc import SQLAlchemyError

from sayso_server.errors import Misconfigured, SaysoError
from sayso_server.storage import schema, server_facts
from sayso_server.storage.refusals import is_temporary, place_of, refusal
from sayso_server.storage.sqlite_file import must_be_whole
from sayso_server.storage.store import Store

PATIENCE = 30.0  # seconds: longer than a database takes to start beside us
PAUSES = (0.25, 0.5, 1.0, 2.0)  # seconds between tries; the last one again and again

Say = Callable[[str], None]
Check = Callable[[Connection], None]


def open_database(store: Store, key: bytes, say: Say) -> None:
    """Bring the database to this version's schema. Raises Misconfigured, Unavailable."""

    def bring_up() -> None:
        with _connected(store) as connection:
            _must_serve(connection)
            newest = schema.current(connection) == {schema.known()[0]}
            known = _knows_key(connection, key)
        if not newest:
            schema.upgrade(store.engine)
        if not known:
            with store.engine.begin() as connection:
                server_facts.learn_key(connection, key)

    _patiently(store, bring_up, say)


def open_as_it_is(store: Store, key: bytes, say: Say) -> None:
    """Check the database and change nothing in it. Raises Misconfigured, Unavailable."""

    def look() -> None:
        with _connected(store) as connection:
            _must_serve(connection)
            _knows_key(connection, key)

    _patiently(store, look, say)


def change_key(store: Store, key: bytes, say: Say) -> None:
    """Let the database belong to another secret key. Raises Misconfigured, Unavailable."""

    def change() -> None:
        with _connected(store) as connection:
            _must_serve(connection)
        schema.upgrade(store.engine)
        with store.engine.begin() as connection:
            server_facts.change_key(connection, key)

    _patiently(store, change, say)


@contextmanager
def _connected(store: Store) -> Iterator[Connection]:
    try:
        connection = store.engine.connect()
    except (TypeError, ValueError) as error:  # of an option that the driver cannot read
        raise Misconfigured(
            f"The database at {place_of(store.engine)} cannot be opened ({error}); correct the "
            "options in SAYSO_DATABASE_URL"
        ) from error
    with connection:
        yield connection


def _must_serve(connection: Connection) -> None:
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


def _must_hold_every_language(raw: Any, _record: object) -> None:
    """Before SQLAlchemy asks anything: it cannot read what an SQL_ASCII database says."""
    encoding = raw.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise Misconfigured(
            f"The database {raw.info.dbname} is encoded in {encoding}, which cannot hold every "
            "language; create one with ENCODING 'UTF8' TEMPLATE template0"
        )


def _patiently(store: Store, work: Callable[[], None], say: Say) -> None:
    """Do it, and again for a while as long as the database cannot be had."""
    must_be_whole(store.engine)
    if store.engine.dialect.name == "postgresql":
        event.listen(store.engine, "connect", _must_hold_every_language, insert=True)
    give_up = time.monotonic() + PATIENCE
    tries = 0
    while True:
        try:
            return work()
        except SaysoError:
            store.engine.dispose()
            raise
        except (SQLAlchemyError, CommandError) as error:
            store.engine.dispose()
            said = refusal(store.engine, error)
            if not is_temporary(error):
                raise said from error
            if time.monotonic() >= give_up:
                raise type(said)(f"{said.message} Tried for {PATIENCE:.0f} seconds.") from error
            if not tries:
                say(f"{said.message} Trying for {PATIENCE:.0f} seconds.")
        time.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
        tries += 1
