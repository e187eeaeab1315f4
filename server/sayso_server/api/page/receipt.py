"""The attention receipt: why one is asked, told when one asks."""

from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from sayso_server.api.access import PageCall, page_call
from sayso_server.api.fields import ID, Identifier
from sayso_server.api.page import blueprint
from sayso_server.api.page.invitations import GONE
from sayso_server.api.page.schemas import Reply
from sayso_server.decision.compile import compile_cool_down
from sayso_server.decision.facts import EMBED
from sayso_server.decision.promise import Promise, promise
from sayso_server.errors import NotFound
from sayso_server.questionnaire.receipt import explain, texts_of
from sayso_server.questionnaire.rendering import choose_language
from sayso_server.storage import invitations


class AskForReceipt(Schema):
    class Meta:
        unknown = EXCLUDE

    invitation = Identifier(required=True, validate=ID)


class ReceiptReply(Reply):
    title = fields.String(required=True)
    sentences = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "`{date}` is left for the page, which knows how a day is written"},
    )
    until = fields.AwareDateTime(required=True, allow_none=True)
    never = fields.String(required=True)
    back = fields.String(required=True)


@blueprint.route("/receipt", methods=["POST"])
@blueprint.arguments(AskForReceipt())
@blueprint.response(200, ReceiptReply)
def receipt(call: dict[str, Any], **_: str) -> dict[str, Any]:
    """Why this person is asked, when the next question may come, and how the answer is kept."""
    page = page_call()
    with page.parts.store.view(page.project.id, page.now) as tx:
        held = invitations.seen(tx, call["invitation"])
        if held is None:
            raise NotFound(GONE)
        definition = page.parts.directory.published(tx, held.survey_id, held.version)
    language = choose_language(definition, [held.language])
    promised = _promise(page, held)
    texts = texts_of(language)
    return page.reply(
        title=texts.title,
        sentences=explain(definition, language, held.trigger_kind, promised, proven=held.proven),
        until=promised.quiet_for and (held.shown_at or page.now) + promised.quiet_for,
        never=texts.never,
        back=texts.back,
    )


def _promise(page: PageCall, held: Any) -> Promise:
    """What stands in a page is there until it is answered, and puts nothing else off."""
    if held.trigger_kind == EMBED:
        return Promise(once=False, quiet_for=None)
    rules = page.parts.directory.live(page.project, page.now).rules
    asked = next((survey for survey in rules if survey.id == held.survey_id), None)
    others = [survey for survey in rules if survey is not asked]
    return promise(asked, others, compile_cool_down({}, page.project.policy))
