"""Stores answers. They are committed before the reply is sent."""

from typing import Any

from sayso_server.api.access import page_call
from sayso_server.api.page import blueprint
from sayso_server.api.page.invitations import GONE
from sayso_server.api.page.schemas import Respond, RespondReply
from sayso_server.api.refusals import may_refuse
from sayso_server.asking import respond as use_case
from sayso_server.asking.respond import Response
from sayso_server.errors import Conflict, NotFound
from sayso_server.questionnaire.receipt import texts_of


@blueprint.route("/responses", methods=["POST"])
@blueprint.arguments(Respond())
@may_refuse(Conflict)
@blueprint.response(200, RespondReply)
def respond(call: dict[str, Any], **_: str) -> dict[str, Any]:
    """Store answers as they are given. Idempotent; further answers can be sent later. The response
    is not complete while a required question has no answer."""
    page = page_call()
    response = Response(call["invitation"], call["answers"], call["complete"])
    cache, project = page.dependencies.project_cache, page.project
    stored = page.transact(lambda tx: use_case.respond(tx, cache, project, response))
    if stored is None:
        raise NotFound(GONE)
    page.dependencies.folding.note(page.project.id)
    if stored.complete:
        page.dependencies.closed_popups.note(page.project.id, stored.person)
    n = len(call["answers"])
    if not stored.complete:
        return page.reply(stored=n, complete=False)
    link = f"{page.dependencies.settings.public_url}/a#{stored.receipt}"
    label = texts_of(stored.language).change
    receipt = {"url": link, "secret": stored.receipt, "label": label}
    return page.reply(stored=n, complete=True, receipt=receipt)
