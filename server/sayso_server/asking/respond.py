"""Answers sent by a page: check them against the survey, store them, then acknowledge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sayso_server.asking.project_cache import ProjectCache
from sayso_server.questionnaire.answering import Answer, check
from sayso_server.questionnaire.rendering import choose_language, with_variant
from sayso_server.questionnaire.required import insists, missing
from sayso_server.storage.answers import answers
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.history import recalled
from sayso_server.storage.invitations import invitations, quotas
from sayso_server.storage.invitations.invitations import InvitationRow
from sayso_server.storage.projects.projects import Project
from sayso_server.tokens import receipt


@dataclass(frozen=True, slots=True)
class Response:
    """A response as a page sends it: the claim's secret, the unchecked answers, and whether the
    page has asked its last question."""

    secret: str
    answers: Sequence[Mapping[str, Any]]
    complete: bool


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A stored response, with the secret of its receipt."""

    person: UUID
    complete: bool
    receipt: str
    language: str


def respond(
    tx: Transaction, cache: ProjectCache, project: Project, response: Response
) -> StoredResponse | None:
    """Store answers; None when the invitation does not exist or its response was deleted.

    A second answer to a question replaces the first, and a complete response stays complete. Raises
    Invalid for answers that do not fit, TooMany, and Conflict when the popup was open so long that
    another page took its place in the survey's quota.
    """
    invitation = invitations.lock_by_secret(tx, response.secret)
    if invitation is None or invitation.deleted_at is not None:
        return None
    published = cache.published(tx, invitation.survey_id, invitation.version)
    asked = with_variant(published, invitation.variant)
    given = check(asked, response.answers)
    if tx.budget is not None and not invitation.proven:
        tx.budget.answers(invitation.person_id, len(given))
    if given and invitation.reserved:
        _use_reservation(tx, cache, invitation)
    complete = response.complete and (
        not insists(asked) or _is_complete(tx, cache, project, response, invitation, asked, given)
    )
    answers.put(tx, invitation, given, complete=complete)
    return StoredResponse(
        person=invitation.person_id,
        complete=complete or invitation.completed_at is not None,
        receipt=receipt.secret_of(tx.key, tx.project_id, invitation.id),
        language=choose_language(published, [invitation.language]),
    )


def _use_reservation(tx: Transaction, cache: ProjectCache, invitation: InvitationRow) -> None:
    quota = cache.quota_of(tx, invitation.survey_id, invitation.version)
    if quota is not None:
        shown = invitation.shown_at is not None
        quotas.use_response(tx, invitation.survey_id, quota, invitation.id, shown=shown)
    invitations.change(tx, invitation.id, reserved=False)


def _is_complete(
    tx: Transaction,
    cache: ProjectCache,
    project: Project,
    response: Response,
    invitation: InvitationRow,
    asked: Mapping[str, Any],
    given: Sequence[Answer],
) -> bool:
    """Whether the person has answered every required question on their path."""
    policy = cache.live(project, tx.now).policy
    known = recalled.reader(tx, response.secret, invitation.person_id.hex, None, policy)
    earlier = answers.parts_of(tx, invitation.id)
    return not missing(
        asked, earlier | {answer.question: [*answer.parts] for answer in given}, known
    )
