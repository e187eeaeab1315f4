"""Tombstones: a keyed hash of each identifier of an erased person, meaningless without the server's
key. They are needed to refuse late resends and to keep "never again"."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Insert, Row, ScalarSelect, Select, bindparam, or_, select

from sayso_server.storage.database.columns import Utc
from sayso_server.storage.database.rows import among
from sayso_server.storage.database.tables import tombstones
from sayso_server.storage.database.transaction import Transaction, in_project, insert_into

Identifier = tuple[str | None, str | None]  # a user id, or else a visitor


def hash_of(tx: Transaction, kind: str, value: str) -> bytes:
    """The hash of a "user" or "visitor" id in this project."""
    message = f"{tx.project_id}:{kind}:{value}".encode()
    return hmac.digest(tx.key, message, hashlib.sha256)


def refused_now() -> ScalarSelect[datetime]:
    """A subquery for `refused_at`: the bound `now` if the tombstone with the bound `hash` says
    "never again", else NULL. So the refusal outlives erasure."""
    refused = (in_project(tombstones), tombstones.c.hash == bindparam("hash"), tombstones.c.refused)
    return select(bindparam("now", type_=Utc)).where(*refused).scalar_subquery()


def find(tx: Transaction, hashes: Iterable[bytes]) -> dict[bytes, Row[Any]]:
    """The tombstones among these hashes: `erased_at`, and `refused` for "never again"."""
    rows = tx.run(_find(tx.dialect), hashes=list(hashes))
    return {row.hash: row for row in rows}


def hash_for(tx: Transaction, identifier: Identifier) -> bytes:
    """The hash of the tombstone for this identifier."""
    user_id, visitor = identifier
    if user_id is not None:
        return hash_of(tx, "user", user_id)
    return hash_of(tx, "visitor", visitor or "")


def latest(tx: Transaction, identifiers: Iterable[Identifier]) -> datetime | None:
    """The last time one of these was erased; None if never."""
    known = (identifier for identifier in identifiers if identifier != (None, None))
    hashes = [hash_for(tx, identifier) for identifier in known]
    return max((row.erased_at for row in find(tx, hashes).values()), default=None)


@cache
def _find(dialect: str) -> Select[Any]:
    return select(tombstones.c.hash, tombstones.c.erased_at, tombstones.c.refused).where(
        in_project(tombstones), among(dialect, tombstones.c.hash, "hashes")
    )


def add(tx: Transaction, hashes: Iterable[bytes], *, refused: bool) -> None:
    """Store tombstones for identifiers erased now. Once `refused` is set it stays set, even if a
    later user of the same browser has not refused."""
    rows = [{"hash": hashed, "refused": refused, "erased_at": tx.now} for hashed in hashes]
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
