"""Answers: stored before this replies."""

from functools import partial
from typing import Any

from sayso_server.api.access import page_call
from sayso_server.api.page import blueprint
from sayso_server.api.page.invitations import GONE
from sayso_server.api.page.schemas import Respond, RespondReply
from sayso_server.errors import NotFound
from sayso_server.questionnaire.answering import Answer, check
from sayso_server.questionnaire.rendering import with_variant
from sayso_server.storage import answers
from sayso_server.storage.directory import Directory
from sayso_server.storage.transaction import Transaction


@blueprint.route("/responses", methods=["POST"])
@blueprint.arguments(Respond())
@blueprint.response(200, RespondReply)
def respond(call: dict[str, Any], **_: str) -> dict[str, Any]:
    """Store answers as they are given; repeating them, or sending more, is welcome."""
    page = page_call()
    work = partial(_store, call=call, directory=page.parts.directory)
    complete = page.parts.store.transact(page.project.id, page.now, work)
    if complete is None:
        raise NotFound(GONE)
    page.parts.folding.note(page.project.id)
    return page.reply(stored=len(call["answers"]), complete=complete)


def _store(tx: Transaction, call: dict[str, Any], directory: Directory) -> bool | None:
    def fitting(invitation: Any) -> list[Answer]:
        published = directory.published(tx, invitation.survey_id, invitation.version)
        return check(with_variant(published, invitation.variant), call["answers"])

    quota_of = directory.quota_of(tx)
    held = answers.respond(tx, call["invitation"], fitting, quota_of, complete=call["complete"])
    return None if held is None else call["complete"] or held.completed_at is not None
