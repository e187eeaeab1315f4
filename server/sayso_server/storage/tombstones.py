"""What remains of an erased person: a keyed hash of each identifier, which tells nothing without
the server's key. Late resends are refused by it, and "never again" is kept."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Insert, Row, ScalarSelect, Select, bindparam, or_, select

from sayso_server.storage.columns import Utc
from sayso_server.storage.rows import among
from sayso_server.storage.tables import tombstones
from sayso_server.storage.transaction import Transaction, insert_into, mine

Who = tuple[str | None, str | None]  # a user id, or else a visitor


def hash_of(tx: Transaction, kind: str, identifier: str) -> bytes:
    """The hash of a "user" or "visitor" id in this project."""
    said = f"{tx.project_id}:{kind}:{identifier}".encode()
    return hmac.digest(tx.key, said, hashlib.sha256)


def refused_now() -> ScalarSelect[datetime]:
    """The moment bound as `now` where the tombstone bound as `hash` is of a person who had refused
    for good: "never again" outlives erasure."""
    refused = (mine(tombstones), tombstones.c.hash == bindparam("hash"), tombstones.c.refused)
    return select(bindparam("now", type_=Utc)).where(*refused).scalar_subquery()


def find(tx: Transaction, hashes: Iterable[bytes]) -> dict[bytes, Row[Any]]:
    """Which of these identifiers were erased: when (`erased_at`), and whether they had `refused`
    for good."""
    rows = tx.run(_find(tx.dialect), hashes=list(hashes))
    return {row.hash: row for row in rows}


def hash_of_who(tx: Transaction, who: Who) -> bytes:
    """The hash that would be their tombstone."""
    user_id, visitor = who
    if user_id is not None:
        return hash_of(tx, "user", user_id)
    return hash_of(tx, "visitor", visitor or "")


def latest(tx: Transaction, whos: Iterable[Who]) -> datetime | None:
    """When one of these was last erased."""
    hashes = [hash_of_who(tx, who) for who in whos if who != (None, None)]
    return max((row.erased_at for row in find(tx, hashes).values()), default=None)


@cache
def _find(dialect: str) -> Select[Any]:
    return select(tombstones.c.hash, tombstones.c.erased_at, tombstones.c.refused).where(
        mine(tombstones), among(dialect, tombstones.c.hash, "hashes")
    )


def add(tx: Transaction, hashes: Iterable[bytes], *, refused: bool) -> None:
    """Remember that these identifiers were erased now. Who has refused once has refused for good,
    whoever else used the browser since."""
    rows = [{"hash": one, "refused": refused, "erased_at": tx.now} for one in hashes]
    tx.put(_upsert(tx.dialect), *rows)


@cache
def _upsert(dialect: str) -> Insert:
    statement = insert_into(dialect, tombstones)
    new = statement.excluded
    upsert: Insert = statement.on_conflict_do_update(
        index_elements=["project_id", "hash"],
        set_={"refused": or_(tombstones.c.refused, new.refused), "erased_at": new.erased_at},
    )
    return upsert
