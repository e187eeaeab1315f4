"""Respondents read, change or delete their own response with the secret from its receipt.

Every call is a POST with the secret in its body. URLs and logs never contain the secret, and link
previews and mail scanners cannot open the response.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from sayso_server.api.fields import List
from sayso_server.api.page import PageBlueprint
from sayso_server.api.page.schemas import ANSWERS_AT_MOST, AnswerSchema
from sayso_server.api.refusals import may_refuse
from sayso_server.asking import own_response
from sayso_server.asking.own_response import OwnResponse
from sayso_server.dependencies import Dependencies, dependencies
from sayso_server.errors import Conflict, NotFound
from sayso_server.questionnaire.answering import put_together
from sayso_server.questionnaire.known import Respondent
from sayso_server.questionnaire.receipt import texts_of
from sayso_server.questionnaire.rendering import choose_language, render
from sayso_server.storage.database.transaction import Transaction
from sayso_server.tokens import receipt
from sayso_server.tokens.receipt import ReceiptIds

ENDED = "This link does not work any more; such links end after 30 days."
LONGEST_SECRET = 128
TEXTS = ("answer", "text", "save", "saved", "delete", "sure", "keep", "deleted", "failed")

blueprint = PageBlueprint(
    "answer",
    __name__,
    url_prefix="/v1/answer",
    description="Called by the page that a receipt link opens, with the secret of the link.",
)


class HeldSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    secret = fields.String(
        required=True,
        validate=validate.Length(1, LONGEST_SECRET),
        metadata={"description": "The part of the link after #"},
    )


class ChangeSchema(HeldSchema):
    answers = List(
        fields.Nested(AnswerSchema), required=True, validate=validate.Length(max=ANSWERS_AT_MOST)
    )


class ResponseSchema(Schema):
    deleted = fields.Boolean(required=True)
    until = fields.AwareDateTime(required=True, metadata={"description": "When the link expires"})
    survey = fields.Dict(required=True, metadata={"description": "As in the reply of *decide*"})
    answers = fields.List(fields.Dict(), required=True, metadata={"description": "As sent"})
    texts = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


@blueprint.route("", methods=["POST"])
@blueprint.arguments(HeldSchema())
@may_refuse(NotFound)
@blueprint.response(200, ResponseSchema)
def read(call: dict[str, Any]) -> dict[str, Any]:
    """Read the survey and the answers that were given."""
    current, named = _named_by(call["secret"])
    with current.store.view(named.project_id, current.clock()) as tx:
        return _output(own_response.read(tx, current.project_cache, named.invitation_id))


@blueprint.route("/change", methods=["POST"])
@blueprint.arguments(ChangeSchema())
@may_refuse(NotFound, Conflict)
@blueprint.response(200, ResponseSchema)
def change(call: dict[str, Any]) -> dict[str, Any]:
    """Change some of the answers. The value null removes an answer."""
    current, named = _named_by(call["secret"])
    answers = call["answers"]
    return _write(
        current,
        named,
        lambda tx: own_response.change(tx, current.project_cache, named.invitation_id, answers),
    )


@blueprint.route("/delete", methods=["POST"])
@blueprint.arguments(HeldSchema())
@may_refuse(NotFound, Conflict)
@blueprint.response(200, ResponseSchema)
def delete(call: dict[str, Any]) -> dict[str, Any]:
    """Delete the response permanently. Idempotent."""
    current, named = _named_by(call["secret"])
    return _write(
        current,
        named,
        lambda tx: own_response.delete(tx, current.project_cache, named.invitation_id),
    )


def _named_by(secret: str) -> tuple[Dependencies, ReceiptIds]:
    """The project and invitation that the secret is for. Raises NotFound."""
    current = dependencies()
    named = receipt.ids_in(current.settings.secret_key.encode(), secret)
    if named is None or current.project_cache.by_id(named.project_id, current.clock()) is None:
        raise NotFound(ENDED)
    return current, named


def _write(
    current: Dependencies, named: ReceiptIds, work: Callable[[Transaction], OwnResponse | None]
) -> dict[str, Any]:
    # Not charged to a limit: a change replaces answers that were already charged, and deleting must
    # always be possible.
    response = current.store.transact(named.project_id, current.clock(), work)
    current.folding.note(named.project_id)
    return _output(response)


def _output(response: OwnResponse | None) -> dict[str, Any]:
    """Raises NotFound, with the same message for an expired and for an unknown receipt."""
    if response is None:
        raise NotFound(ENDED)
    invitation, definition = response.invitation, response.definition
    language = choose_language(definition, [invitation.language])
    texts = texts_of(language)
    answers = put_together(definition, response.answers)
    respondent = Respondent(invitation.person_id.hex)
    survey = render(invitation.survey_id, definition, language, respondent)
    return {
        "deleted": invitation.deleted_at is not None,
        "until": response.until,
        "survey": {**survey, "questions": _changeable(survey["questions"], answers)},
        "answers": answers,
        "texts": {name: getattr(texts, name) for name in TEXTS},
    }


def _changeable(
    questions: Sequence[dict[str, Any]], answers: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The questions whose answers can be changed; with branching, only the answered questions."""
    if not any("then" in question for question in questions):
        return list(questions)
    answered = {answer["question"] for answer in answers}
    return [question for question in questions if question["id"] in answered]
