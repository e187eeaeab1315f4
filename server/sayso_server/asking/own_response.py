"""With a receipt, respondents read, change or delete their own response, on any device, for 30
days. The receipt is not stored; it stops working when the response is erased."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sayso_server.asking.project_cache import ProjectCache
from sayso_server.errors import Conflict
from sayso_server.questionnaire.answering import check
from sayso_server.questionnaire.kinds.kind import Part
from sayso_server.questionnaire.rendering import with_variant
from sayso_server.storage.answers import answers
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.invitations import invitations
from sayso_server.storage.invitations.invitations import InvitationRow

VALID_FOR = timedelta(days=30)

DELETED = "This response was deleted; nothing is left to change."


@dataclass(frozen=True, slots=True)
class OwnResponse:
    """A stored response: the survey as it was asked, the answers by question id, and the time until
    which the receipt is valid."""

    invitation: InvitationRow
    definition: Mapping[str, Any]
    answers: dict[str, list[Part]]
    until: datetime


def read(tx: Transaction, cache: ProjectCache, invitation_id: UUID) -> OwnResponse | None:
    """The response; None when the receipt has expired or the person was erased."""
    invitation = _valid(tx, invitation_id, locked=False)
    return None if invitation is None else _response(tx, cache, invitation)


def change(
    tx: Transaction, cache: ProjectCache, invitation_id: UUID, given: Sequence[Mapping[str, Any]]
) -> OwnResponse | None:
    """Replace the answers; the new ones count on the day of the original ones. Raises Conflict when
    the response was deleted, and Invalid for answers that do not fit."""
    invitation = _valid(tx, invitation_id, locked=True)
    if invitation is None:
        return None
    if invitation.deleted_at is not None:
        raise Conflict(DELETED, code="response_deleted")
    asked = _definition(tx, cache, invitation)
    answers.put(tx, invitation, check(asked, given, insisting=True))
    return _response(tx, cache, invitation)


def delete(tx: Transaction, cache: ProjectCache, invitation_id: UUID) -> OwnResponse | None:
    """Delete the response; idempotent. The invitation is kept, so deleting a response does not
    make the next survey appear earlier."""
    invitation = _valid(tx, invitation_id, locked=True)
    if invitation is None:
        return None
    if invitation.deleted_at is None:
        answers.delete_all(tx, invitation)
        invitations.change(tx, invitation.id, deleted_at=tx.now)
    return read(tx, cache, invitation_id)


def _valid(tx: Transaction, invitation_id: UUID, *, locked: bool) -> InvitationRow | None:
    row = invitations.by_id(tx, invitation_id, locked=locked)
    if row is None or row.completed_at is None:
        return None
    return row if tx.now < row.completed_at + VALID_FOR else None


def _response(tx: Transaction, cache: ProjectCache, invitation: InvitationRow) -> OwnResponse:
    return OwnResponse(
        invitation=invitation,
        definition=_definition(tx, cache, invitation),
        answers=answers.parts_of(tx, invitation.id),
        until=invitation.completed_at + VALID_FOR,
    )


def _definition(
    tx: Transaction, cache: ProjectCache, invitation: InvitationRow
) -> Mapping[str, Any]:
    published = cache.published(tx, invitation.survey_id, invitation.version)
    return with_variant(published, invitation.variant)
