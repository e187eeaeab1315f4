"""The attention receipt: why the person is asked ("Why me?")."""

from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from sayso_server.api.access import PageCall, page_call
from sayso_server.api.fields import ID, Identifier
from sayso_server.api.page import blueprint
from sayso_server.api.page.invitations import GONE
from sayso_server.api.page.schemas import ReplySchema
from sayso_server.decision.compile import compile_cool_down
from sayso_server.decision.facts import EMBED
from sayso_server.decision.promise import Promise, promise
from sayso_server.errors import NotFound
from sayso_server.questionnaire.receipt import explain, texts_of
from sayso_server.questionnaire.rendering import choose_language
from sayso_server.storage.invitations import invitations


class AskForReceipt(Schema):
    class Meta:
        unknown = EXCLUDE

    invitation = Identifier(required=True, validate=ID)


class ReceiptReply(ReplySchema):
    title = fields.String(required=True)
    sentences = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "The page replaces `{date}` by `until` in its own date format"},
    )
    until = fields.AwareDateTime(required=True, allow_none=True)
    never = fields.String(required=True)
    back = fields.String(required=True)


@blueprint.route("/receipt", methods=["POST"])
@blueprint.arguments(AskForReceipt())
@blueprint.response(200, ReceiptReply)
def receipt(call: dict[str, Any], **_: str) -> dict[str, Any]:
    """Explain why this person is asked, when the next survey may come, and how the answer is
    stored."""
    page = page_call()
    with page.dependencies.store.view(page.project.id, page.now) as tx:
        row = invitations.by_secret(tx, call["invitation"])
        if row is None:
            raise NotFound(GONE)
        definition = page.dependencies.project_cache.published(tx, row.survey_id, row.version)
    language = choose_language(definition, [row.language])
    promised = _promise(page, row)
    texts = texts_of(language)
    return page.reply(
        title=texts.title,
        sentences=explain(definition, language, row.trigger_kind, promised, proven=row.proven),
        until=promised.quiet_for and (row.shown_at or page.now) + promised.quiet_for,
        never=texts.never,
        back=texts.back,
    )


def _promise(page: PageCall, row: Any) -> Promise:
    """An embedded survey stays until it is answered and starts no cool-down."""
    if row.trigger_kind == EMBED:
        return Promise(once=False, quiet_for=None)
    rules = page.dependencies.project_cache.live(page.project, page.now).rules
    asked = next((survey for survey in rules if survey.id == row.survey_id), None)
    others = [survey for survey in rules if survey is not asked]
    return promise(asked, others, compile_cool_down({}, page.project.policy))
