"""Facts about the server that uses the database: its secret key's fingerprint, and its address.

The key itself is not stored, only a keyed hash to compare other keys with.
"""

import hashlib
import hmac

from sqlalchemy import Connection, select

from sayso_server.errors import Misconfigured
from sayso_server.storage.database.tables import server_facts
from sayso_server.storage.database.transaction import insert_into

TABLE = server_facts.name
FINGERPRINT = "key_fingerprint"
LISTENING_AT = "listening_at"

COST = (
    "identity secrets of all projects change, so that tokens from backends are refused until they "
    "have the new ones (`sayso rotate-identity`); links to answers that visitors hold stop "
    "working; and erased people are no longer recognised, so that somebody who said never again "
    "before being erased may be asked"
)

ANOTHER_KEY = (
    "The secret key is not the one that this database was made with. Restore the secret_key file "
    "that belongs to it into SAYSO_DATA_DIR, or set SAYSO_SECRET_KEY to that key, the same on "
    "every node. To change the key on purpose, run `sayso db change-key` with the new one; it "
    "says what that costs."
)


def check_key(connection: Connection, key: bytes) -> bool:
    """Whether this key's fingerprint is stored; False if no fingerprint is. Raises Misconfigured if
    another key's fingerprint is stored."""
    stored = get(connection, FINGERPRINT)
    if stored is not None and not hmac.compare_digest(stored, _fingerprint(key)):
        raise Misconfigured(ANOTHER_KEY)
    return stored is not None


def learn_key(connection: Connection, key: bytes) -> None:
    """Store the key's fingerprint in a new database. Raises Misconfigured when another node has
    already stored a different key's."""
    values = {"name": FINGERPRINT, "value": _fingerprint(key)}
    insert = insert_into(connection.dialect.name, server_facts).values(values)
    connection.execute(insert.on_conflict_do_nothing())
    check_key(connection, key)


def change_key(connection: Connection, key: bytes) -> None:
    """Replace the stored fingerprint."""
    put(connection, FINGERPRINT, _fingerprint(key))


def get(connection: Connection, name: str) -> str | None:
    """The fact with this name."""
    value: str | None = connection.scalar(
        select(server_facts.c.value).where(server_facts.c.name == name)
    )
    return value


def put(connection: Connection, name: str, value: str) -> None:
    """Upsert one fact."""
    insert = insert_into(connection.dialect.name, server_facts).values(name=name, value=value)
    connection.execute(
        insert.on_conflict_do_update(index_elements=["name"], set_={"value": insert.excluded.value})
    )


def _fingerprint(key: bytes) -> str:
    return hmac.digest(key, b"key fingerprint", hashlib.sha256)[:16].hex()
