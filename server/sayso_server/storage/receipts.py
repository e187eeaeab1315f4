"""The receipt of a response: a secret with which whoever gave it reads, changes or deletes it, on
any device, for 30 days.

It names project and invitation, and 128 bits that only the server's key makes of them: nothing of
it is stored, a wrong one costs no query, and what ends the response ends its receipt.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from sayso_server.errors import Conflict
from sayso_server.questionnaire.answering import Answer
from sayso_server.questionnaire.kinds.kind import Part
from sayso_server.storage import answers, invitations
from sayso_server.storage.answers import Check
from sayso_server.storage.transaction import Transaction

VALID_FOR = timedelta(days=30)
ID = 16  # bytes of a project's or an invitation's id
NAMED = 2 * ID
BITS = 16  # bytes

DELETED = "This response was deleted; nothing is left to change."


@dataclass(frozen=True, slots=True)
class Named:
    """What a secret names."""

    project_id: UUID
    invitation_id: UUID


@dataclass(frozen=True, slots=True)
class Kept:
    """A response as it is kept, and until when its receipt is valid."""

    invitation: Row[Any]
    said: dict[str, list[Part]]
    until: datetime


def secret_of(tx: Transaction, invitation: UUID) -> str:
    """The secret of the response to the invitation, always the same."""
    named = tx.project_id.bytes + invitation.bytes
    return base64.urlsafe_b64encode(named + _bits(tx.key, named)).decode()


def named_by(key: bytes, secret: str) -> Named | None:
    """What the secret names; None for one that the server's key has not made."""
    try:
        whole = base64.b64decode(secret, altchars=b"-_", validate=True)
    except ValueError:
        return None
    named, bits = whole[:NAMED], whole[NAMED:]
    if not hmac.compare_digest(bits, _bits(key, named)):
        return None
    return Named(UUID(bytes=named[:ID]), UUID(bytes=named[ID:]))


def read(tx: Transaction, invitation: UUID) -> Kept | None:
    """The response; None when its receipt has ended or the person was erased."""
    found = _valid(tx, invitation, locked=False)
    return None if found is None else _kept(tx, found)


def change(tx: Transaction, invitation: UUID, check: Check) -> Kept | None:
    """Store other answers, which count from the day of the first ones. Raises Conflict when the
    response was deleted."""
    found = _valid(tx, invitation, locked=True)
    if found is None:
        return None
    if found.deleted_at is not None:
        raise Conflict(DELETED, code="response_deleted")
    given: Sequence[Answer] = check(found)
    answers.put(tx, found, given)
    return _kept(tx, found)


def delete(tx: Transaction, invitation: UUID) -> Kept | None:
    """Delete the response; doing so again is no error. The invitation stays: nobody is asked
    sooner for it."""
    found = _valid(tx, invitation, locked=True)
    if found is None:
        return None
    if found.deleted_at is None:
        answers.delete_all(tx, found)
        invitations.change(tx, found.id, deleted_at=tx.now)
    return read(tx, invitation)


def _valid(tx: Transaction, invitation: UUID, *, locked: bool) -> Row[Any] | None:
    found = invitations.itself(tx, invitation, locked=locked)
    if found is None or found.completed_at is None:
        return None
    return found if tx.now < found.completed_at + VALID_FOR else None


def _kept(tx: Transaction, found: Row[Any]) -> Kept:
    return Kept(found, answers.said(tx, found.id), found.completed_at + VALID_FOR)


def _bits(key: bytes, named: bytes) -> bytes:
    return hmac.digest(key, b"receipt:" + named, hashlib.sha256)[:BITS]
