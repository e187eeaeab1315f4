"""Stored invitations: look them up, change them, and derive the secret of a claim."""

import base64
import hashlib
import hmac
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Row,
    RowMapping,
    Select,
    Update,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    update,
)

from sayso_server.decision.facts import EMBED, ENDED, Invitation
from sayso_server.storage.database.rows import among
from sayso_server.storage.database.secret_hash import digest
from sayso_server.storage.database.tables import invitations
from sayso_server.storage.database.transaction import Transaction, in_project

InvitationRow = Row[Any]
"""A stored invitation: its columns as attributes."""

# Decisions read a person's latest 200 invitations, so that calls stay fast for a person with very
# many.
MOST_READ = 200
CLOSED = ("dismissed", "snoozed", "refused")  # end states that reports count

_COLUMNS = (
    invitations.c.id,
    invitations.c.survey_id,
    invitations.c.version,
    invitations.c.person_id,
    invitations.c.state,
    invitations.c.available_at,
    invitations.c.expires_at,
    invitations.c.happened_at,
    invitations.c.needs_proof,
    invitations.c.lease_until,
    invitations.c.shown_at,
    invitations.c.ended_at,
    invitations.c.source,
    invitations.c.trigger_kind,
    invitations.c.trigger_id,
    invitations.c.claim_id,
    invitations.c.variant,
    invitations.c.proven,
)
_LATEST = (
    select(*_COLUMNS)
    .where(in_project(invitations), invitations.c.person_id == bindparam("person"))
    .order_by(invitations.c.id.desc())
    .limit(MOST_READ)
)
_UNSEEN = select(*_COLUMNS).where(
    in_project(invitations),
    invitations.c.id == bindparam("invitation"),
    invitations.c.state.in_(("queued", "claimed")),
    invitations.c.trigger_kind != EMBED,
)


def latest_of(tx: Transaction, person: UUID) -> list[InvitationRow]:
    """The person's latest invitations, oldest first."""
    return list(tx.run(_LATEST, person=person))[::-1]


def latest_of_each(
    tx: Transaction, persons: Collection[UUID]
) -> Mapping[UUID, list[InvitationRow]]:
    """`latest_of` for many people in one statement."""
    found: defaultdict[UUID, list[InvitationRow]] = defaultdict(list)
    for row in tx.run(_latest_of_each(tx.dialect), persons=list(persons)):
        found[row.person_id].append(row)
    return found


@cache
def _latest_of_each(dialect: str) -> Select[Any]:
    newest_first = func.row_number().over(
        partition_by=invitations.c.person_id, order_by=invitations.c.id.desc()
    )
    numbered = (
        select(*_COLUMNS, newest_first.label("number"))
        .where(in_project(invitations), among(dialect, invitations.c.person_id, "persons"))
        .subquery()
    )
    columns = [numbered.c[column.name] for column in _COLUMNS]
    return select(*columns).where(numbered.c.number <= MOST_READ).order_by(numbered.c.id)


def as_invitation(row: InvitationRow) -> Invitation:
    """Convert a row of `latest_of` to the type that decisions read."""
    return Invitation(
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
        ended_at=row.ended_at,
        embedded=row.trigger_kind == EMBED,
    )


_CHANGE = update(invitations).where(
    in_project(invitations), invitations.c.id == bindparam("invitation")
)


def secret_of(tx: Transaction, invitation: UUID, claim_id: str) -> str:
    """The secret of one claim: 128 bits of an HMAC over invitation and claim id. It is derived, so
    that a retry gets the same secret; without the server's key it cannot be guessed."""
    message = invitation.bytes + claim_id.encode()
    bits = hmac.digest(tx.key, message, hashlib.sha256)[:16]
    return base64.urlsafe_b64encode(bits).rstrip(b"=").decode()


_ANSWERABLE = select(
    invitations.c.id,
    invitations.c.survey_id,
    invitations.c.version,
    invitations.c.person_id,
    invitations.c.state,
    invitations.c.trigger_kind,
    invitations.c.trigger_id,
    invitations.c.proven,
    invitations.c.language,
    invitations.c.variant,
    invitations.c.reserved,
    invitations.c.test,
    invitations.c.shown_at,
    invitations.c.started_at,
    invitations.c.completed_at,
    invitations.c.deleted_at,
).where(in_project(invitations))
_BY_SECRET = _ANSWERABLE.where(invitations.c.secret_hash == bindparam("hash"))
_BY_SECRET_LOCKED = _BY_SECRET.with_for_update()
_other = invitations.alias("other")
_OTHERS_MAY_WAIT = exists().where(
    _other.c.project_id == invitations.c.project_id,
    _other.c.person_id == invitations.c.person_id,
    _other.c.id != invitations.c.id,
    _other.c.state.in_(("queued", "claimed")),
)
_TO_MOVE = _BY_SECRET.add_columns(_OTHERS_MAY_WAIT.label("others_may_wait")).with_for_update(
    of=invitations
)
_BY_ID = _ANSWERABLE.where(invitations.c.id == bindparam("invitation"))
_BY_ID_LOCKED = _BY_ID.with_for_update()


def by_secret(tx: Transaction, secret: str) -> InvitationRow | None:
    """The invitation whose claim has this secret."""
    return tx.run(_BY_SECRET, hash=digest(secret)).first()


def lock_by_secret(tx: Transaction, secret: str) -> InvitationRow | None:
    """Like `by_secret`, locked until the transaction ends."""
    return tx.run(_BY_SECRET_LOCKED, hash=digest(secret)).first()


def lock_to_move(tx: Transaction, secret: str) -> InvitationRow | None:
    """Like `lock_by_secret`; `others_may_wait` is False when no other invitation to the person can
    be claimed."""
    return tx.run(_TO_MOVE, hash=digest(secret)).first()


def by_id(tx: Transaction, invitation: UUID, *, locked: bool) -> InvitationRow | None:
    """The invitation with this id. With `locked`, it is locked until the transaction ends."""
    return tx.run(_BY_ID_LOCKED if locked else _BY_ID, invitation=invitation).first()


def change(tx: Transaction, invitation: UUID, **values: Any) -> None:
    """Set columns of one invitation."""
    new = {f"new_{column}": value for column, value in values.items()}
    tx.run(_change(tuple(values)), invitation=invitation, **new)


@cache
def _change(columns: tuple[str, ...]) -> Update:
    return _CHANGE.values({column: bindparam(f"new_{column}") for column in columns})


def unseen(tx: Transaction, invitation: UUID) -> InvitationRow | None:
    """The invitation as a row of `latest_of`; None when it was shown, has ended, or is embedded."""
    return tx.run(_UNSEEN, invitation=invitation).first()


def ended(state: str) -> bool:
    """Whether the popup of an invitation in this state is closed for good."""
    return state in ENDED


def measures_of(row: RowMapping) -> list[tuple[str, datetime]]:
    """The measures that reports count for the invitation (shown, started, …), with their times."""
    # Deleting a response has removed started and completed from the counts.
    steps = ("shown",) if row["deleted_at"] else ("shown", "started", "completed")
    reached = [(step, row[f"{step}_at"]) for step in steps]
    if row["state"] in CLOSED:
        reached.append((row["state"], row["ended_at"]))
    return [(measure, at) for measure, at in reached if at is not None]


_CANCEL_WAITING = (
    update(invitations)
    .where(
        in_project(invitations),
        invitations.c.person_id == bindparam("person"),
        invitations.c.survey_id.in_(bindparam("surveys", expanding=True)),
        invitations.c.happened_at < bindparam("cancelled_at"),
        invitations.c.trigger_kind != EMBED,
        or_(
            invitations.c.state == "queued",
            and_(invitations.c.state == "claimed", invitations.c.lease_until <= bindparam("now")),
        ),
    )
    .values(state="cancelled", ended_at=bindparam("now"))
    .returning(invitations.c.survey_id, invitations.c.version, invitations.c.trigger_id)
)


def cancel_waiting(
    tx: Transaction, person: UUID, surveys: Collection[UUID], at: datetime
) -> Sequence[InvitationRow]:
    """Cancel the waiting invitations to these surveys that were triggered before `at`. Returns
    survey, version and trigger id of each. A leased invitation is not cancelled, because it may
    already be on the screen."""
    values = {"surveys": [*surveys], "cancelled_at": at, "now": tx.now}
    return tx.run(_CANCEL_WAITING, person=person, **values).all()
