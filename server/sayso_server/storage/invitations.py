"""Invitations: how one is made, claimed, and goes from state to state.

queued → claimed → shown → started → completed, or dismissed, snoozed, refused. A claim is leased:
without *shown* by `lease_until` it counts as queued again, whatever the row says.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Update, bindparam, select, update

from sayso_server.decision.facts import ENDED, Ask, Moment
from sayso_server.decision.rules import Quota, SurveyRules
from sayso_server.decision.trigger_rules import expiry
from sayso_server.errors import Conflict
from sayso_server.storage import due, people, quotas, tail
from sayso_server.storage.columns import new_id
from sayso_server.storage.tables import invitations
from sayso_server.storage.transaction import Transaction, mine

LEASE = timedelta(seconds=15)

QuotaOf = Callable[[UUID, int], Quota | None]
FULL = "As many as were wanted have answered; nothing more is asked."

# From which states a page may move an invitation, and which column keeps the moment.
MOVES: dict[str, tuple[frozenset[str], str]] = {
    "shown": (frozenset({"claimed"}), "shown_at"),
    "started": (frozenset({"claimed", "shown"}), "started_at"),
    "dismissed": (frozenset({"claimed", "shown", "started"}), "ended_at"),
    "snoozed": (frozenset({"claimed", "shown", "started"}), "ended_at"),
    "refused": (frozenset({"claimed", "shown", "started"}), "ended_at"),
}


@dataclass(frozen=True, slots=True)
class Added:
    """A new invitation; `secret` is set when it was claimed at once."""

    id: UUID
    available_at: datetime
    secret: str | None


@dataclass(frozen=True, slots=True)
class Claim:
    """Who takes an invitation: by which call, from which page, proven or not."""

    id: str
    language: str
    page_url: str
    proven: bool


@dataclass(frozen=True, slots=True)
class Marks:
    """What an invitation is told apart by: its variant, and whether it is a tester's."""

    variant: str | None = None
    test: bool = False


_ASKS = (
    select(
        invitations.c.id,
        invitations.c.survey_id,
        invitations.c.version,
        invitations.c.state,
        invitations.c.available_at,
        invitations.c.expires_at,
        invitations.c.happened_at,
        invitations.c.needs_proof,
        invitations.c.lease_until,
        invitations.c.shown_at,
        invitations.c.trigger_id,
        invitations.c.claim_id,
        invitations.c.variant,
    )
    .where(mine(invitations), invitations.c.person_id == bindparam("person"))
    .order_by(invitations.c.id)
)


def asks_of(tx: Transaction, person: UUID) -> list[Row[Any]]:
    """Every invitation of the person, oldest first."""
    return list(tx.run(_ASKS, person=person))


def as_ask(row: Row[Any]) -> Ask:
    """A row of `asks_of`, as decisions read it."""
    return Ask(
        id=row.id,
        survey_id=row.survey_id,
        version=row.version,
        state=row.state,
        available_at=row.available_at,
        expires_at=row.expires_at,
        happened_at=row.happened_at,
        needs_proof=row.needs_proof,
        lease_until=row.lease_until,
        shown_at=row.shown_at,
    )


_INSERT = invitations.insert()
_CHANGE = update(invitations).where(mine(invitations), invitations.c.id == bindparam("invitation"))


def add(
    tx: Transaction,
    person: UUID,
    survey: SurveyRules,
    moment: Moment,
    trigger_id: str,
    *,
    needs_proof: bool,
    marks: Marks,
    waits_until: datetime | None = None,
    by: Claim | None = None,
    id: UUID | None = None,  # noqa: A002  # as its column
) -> Added:
    """A new invitation: claimed at once where a page asks (`by`) and nothing holds it back, else
    queued until its delay, or what held it back (`waits_until`), is over."""
    invitation = id or new_id()
    available_at = max(tx.now, moment.at + survey.trigger.delay, waits_until or tx.now)
    row = {
        "id": invitation,
        "survey_id": survey.id,
        "person_id": person,
        "source": moment.source,
        "trigger_kind": moment.kind,
        "trigger_id": trigger_id,
        "needs_proof": needs_proof,
        "variant": marks.variant,
        "test": marks.test,
        "happened_at": moment.at,
        "created_at": tx.now,
        "available_at": available_at,
        "expires_at": expiry(survey, moment),
    }
    if by is not None and available_at <= tx.now:
        secret = secret_of(tx, invitation, by.id)
        tx.put_one(_INSERT, **row, **_claimed(tx, survey, by, secret, test=marks.test))
        due.add(tx, due.OFFER, invitation, tx.now + LEASE)
        return Added(invitation, available_at, secret)
    version = survey.version
    tx.put_one(_INSERT, **row, state="queued", version=version, proven=False, reserved=False)
    if available_at > tx.now:
        due.add(tx, due.OFFER, invitation, available_at)
    return Added(invitation, available_at, None)


def claim(
    tx: Transaction, invitation: UUID, survey: SurveyRules, by: Claim, *, test: bool = False
) -> str:
    """Lease a waiting invitation to one page and return the secret that page holds it by.

    The secret is derived from the claim, so that the same call asked again gets the same one;
    without the server's key it cannot be told from random bits.
    """
    secret = secret_of(tx, invitation, by.id)
    change(tx, invitation, **_claimed(tx, survey, by, secret, test=test))
    due.add(tx, due.OFFER, invitation, tx.now + LEASE)
    return secret


def _claimed(
    tx: Transaction, survey: SurveyRules, by: Claim, secret: str, *, test: bool
) -> dict[str, Any]:
    return {
        "state": "claimed",
        "version": survey.version,
        "claim_id": by.id,
        "secret_hash": _hash(secret),
        "lease_until": tx.now + LEASE,
        "language": by.language,
        "page_url": by.page_url,
        "proven": by.proven,
        "reserved": survey.quota is not None and not test,
    }


def secret_of(tx: Transaction, invitation: UUID, claim_id: str) -> str:
    """The 128-bit capability of one claim."""
    said = invitation.bytes + claim_id.encode()
    bits = hmac.digest(tx.key, said, hashlib.sha256)[:16]
    return base64.urlsafe_b64encode(bits).rstrip(b"=").decode()


_HELD = (
    select(
        invitations.c.id,
        invitations.c.survey_id,
        invitations.c.version,
        invitations.c.person_id,
        invitations.c.state,
        invitations.c.proven,
        invitations.c.variant,
        invitations.c.reserved,
        invitations.c.test,
        invitations.c.shown_at,
        invitations.c.started_at,
        invitations.c.completed_at,
    )
    .where(mine(invitations), invitations.c.secret_hash == bindparam("hash"))
    .with_for_update()
)


def held(tx: Transaction, secret: str) -> Row[Any] | None:
    """The invitation held by this secret, locked until the transaction ends."""
    return tx.run(_HELD, hash=_hash(secret)).first()


def change(tx: Transaction, invitation: UUID, **values: Any) -> None:
    """Set columns of one invitation."""
    new = {f"new_{column}": value for column, value in values.items()}
    tx.run(_change(tuple(values)), invitation=invitation, **new)


@cache
def _change(columns: tuple[str, ...]) -> Update:
    return _CHANGE.values({column: bindparam(f"new_{column}") for column in columns})


def move(tx: Transaction, secret: str, state: str, quota_of: QuotaOf) -> str | None:
    """Move an invitation to a state and return where it stands; None for an unknown secret.

    A repeated or late call changes nothing and is no error. Raises Conflict when the popup was
    shown after its claim had lapsed and the survey's quota has no place left.
    """
    row = held(tx, secret)
    if row is None:
        return None
    came_from, column = MOVES[state]
    if row.state not in came_from:
        return str(row.state)
    values: dict[str, Any] = {"state": state, column: tx.now}
    counted = [state]
    if row.shown_at is None and state != "shown":  # answered or closed within its first second
        values["shown_at"] = tx.now
        counted.append("shown")
    if row.reserved:
        _move_place(tx, row, state, quota_of(row.survey_id, row.version))
    change(tx, row.id, **values)
    tail.count(tx, row, counted)
    if state == "refused":
        people.refuse(tx, row.person_id)
    return state


def _move_place(tx: Transaction, row: Row[Any], state: str, quota: Quota | None) -> None:
    """Keep the survey's quota true while a popup is shown or closed."""
    if quota is None:
        return
    if row.shown_at is None and not quotas.use_shown(tx, row.survey_id, quota, row.id):
        raise Conflict(FULL, code="quota_reached")
    if state in ENDED:
        quotas.give_back(tx, row.survey_id, row.id)


def waiting_person(tx: Transaction, invitation: UUID) -> tuple[UUID, bool] | None:
    """The person to offer this invitation to, and whether only to a proven page; None when it no
    longer waits."""
    row = tx.run(
        select(invitations).where(mine(invitations), invitations.c.id == bindparam("invitation")),
        invitation=invitation,
    ).first()
    if row is None or not as_ask(row).waits(tx.now):
        return None
    return row.person_id, row.needs_proof


def ended(state: str) -> bool:
    """Whether nothing more is awaited of an invitation in this state."""
    return state in ENDED


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
