"""Answers: stored before this replies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from sayso_server.api.access import PageCall, page_call
from sayso_server.api.page import blueprint
from sayso_server.api.page.invitations import GONE
from sayso_server.api.page.schemas import Respond, RespondReply
from sayso_server.api.refusals import may_refuse
from sayso_server.errors import Conflict, NotFound
from sayso_server.questionnaire.answering import Answer, check
from sayso_server.questionnaire.receipt import texts_of
from sayso_server.questionnaire.rendering import choose_language, with_variant
from sayso_server.questionnaire.required import insists, missing
from sayso_server.storage import answers, readers, receipts
from sayso_server.storage.transaction import Transaction


@blueprint.route("/responses", methods=["POST"])
@blueprint.arguments(Respond())
@may_refuse(Conflict)
@blueprint.response(200, RespondReply)
def respond(call: dict[str, Any], **_: str) -> dict[str, Any]:
    """Store answers as they are given; repeating them, or sending more, is welcome. Without an
    answer to a question that is required the response is not complete."""
    page = page_call()
    work = partial(_store, call=call, page=page)
    stored = page.transact(work)
    if stored is None:
        raise NotFound(GONE)
    page.parts.folding.note(page.project.id)
    if stored.complete:
        page.parts.freed.note(page.project.id, stored.person)
    said = {"stored": len(call["answers"]), "complete": stored.complete}
    if not stored.complete:
        return page.reply(**said)
    link = f"{page.parts.settings.public_url}/a#{stored.secret}"
    label = texts_of(stored.language).change
    return page.reply(**said, receipt={"url": link, "secret": stored.secret, "label": label})


@dataclass(frozen=True, slots=True)
class Stored:
    """A response that was stored. The secret is its receipt's."""

    person: UUID
    complete: bool
    secret: str
    language: str


def _store(tx: Transaction, call: dict[str, Any], page: PageCall) -> Stored | None:
    directory = page.parts.directory

    def published(invitation: Any) -> Mapping[str, Any]:
        return directory.published(tx, invitation.survey_id, invitation.version)

    def fitting(invitation: Any) -> list[Answer]:
        return check(with_variant(published(invitation), invitation.variant), call["answers"])

    def finished(invitation: Any, given: Sequence[Answer]) -> bool:
        asked = with_variant(published(invitation), invitation.variant)
        if not (call["complete"] and insists(asked)):
            return bool(call["complete"])
        policy = directory.live(page.project, page.now).policy
        known = readers.reader(tx, call["invitation"], invitation.person_id.hex, None, policy)
        said = answers.said(tx, invitation.id) | {one.question: [*one.parts] for one in given}
        return not missing(asked, said, known)

    quota_of = directory.quota_of(tx)
    stored = answers.respond(tx, call["invitation"], fitting, quota_of, finished)
    if stored is None:
        return None
    held, complete = stored
    return Stored(
        person=held.person_id,
        complete=complete,
        secret=receipts.secret_of(tx, held.id),
        language=choose_language(published(held), [held.language]),
    )
