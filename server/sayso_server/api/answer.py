"""A response in the hands of whoever gave it: read, changed or deleted with its receipt's secret.

Every call is a POST with the secret in its body: it stands in no address and no log, and whatever
merely follows links opens nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from sayso_server.api.fields import List
from sayso_server.api.page import PageBlueprint
from sayso_server.api.page.schemas import ANSWERS_AT_MOST, Answer
from sayso_server.api.refusals import may_refuse
from sayso_server.errors import Conflict, NotFound
from sayso_server.parts import Parts, parts
from sayso_server.questionnaire.answering import Answer as Fit
from sayso_server.questionnaire.answering import check, put_together
from sayso_server.questionnaire.known import Known
from sayso_server.questionnaire.receipt import texts_of
from sayso_server.questionnaire.rendering import choose_language, render, with_variant
from sayso_server.storage import receipts
from sayso_server.storage.receipts import Kept, Named
from sayso_server.storage.transaction import Transaction

ENDED = "This link does not work any more; such links end after 30 days."
LONGEST_SECRET = 128
TEXTS = ("answer", "text", "save", "saved", "delete", "sure", "keep", "deleted", "failed")

blueprint = PageBlueprint(
    "answer",
    __name__,
    url_prefix="/v1/answer",
    description="Called by the page that a receipt's link opens, with the link's secret.",
)


class Held(Schema):
    class Meta:
        unknown = EXCLUDE

    secret = fields.String(
        required=True,
        validate=validate.Length(1, LONGEST_SECRET),
        metadata={"description": "What stands behind # in the link"},
    )


class Change(Held):
    answers = List(
        fields.Nested(Answer), required=True, validate=validate.Length(max=ANSWERS_AT_MOST)
    )


class Response(Schema):
    deleted = fields.Boolean(required=True)
    until = fields.AwareDateTime(required=True, metadata={"description": "The link's end"})
    survey = fields.Dict(required=True, metadata={"description": "As *decide* sends it"})
    answers = fields.List(fields.Dict(), required=True, metadata={"description": "As they came"})
    texts = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


@blueprint.route("", methods=["POST"])
@blueprint.arguments(Held())
@may_refuse(NotFound)
@blueprint.response(200, Response)
def read(call: dict[str, Any]) -> dict[str, Any]:
    """What was asked, and what was said."""
    found, named = _opened(call["secret"])
    with found.store.view(named.project_id, found.clock()) as tx:
        return _output(tx, found, receipts.read(tx, named.invitation_id))


@blueprint.route("/change", methods=["POST"])
@blueprint.arguments(Change())
@may_refuse(NotFound, Conflict)
@blueprint.response(200, Response)
def change(call: dict[str, Any]) -> dict[str, Any]:
    """Say something else to some of the questions; an answer of nothing takes one back."""
    found, named = _opened(call["secret"])

    def work(tx: Transaction) -> dict[str, Any]:
        def fitting(invitation: Any) -> list[Fit]:
            return check(_definition(tx, found, invitation), call["answers"], insisting=True)

        return _output(tx, found, receipts.change(tx, named.invitation_id, fitting))

    return _write(found, named, work)


@blueprint.route("/delete", methods=["POST"])
@blueprint.arguments(Held())
@may_refuse(NotFound, Conflict)
@blueprint.response(200, Response)
def delete(call: dict[str, Any]) -> dict[str, Any]:
    """Delete the response for good. Repeating it is no error."""
    found, named = _opened(call["secret"])
    return _write(
        found,
        named,
        lambda tx: _output(tx, found, receipts.delete(tx, named.invitation_id)),
    )


def _opened(secret: str) -> tuple[Parts, Named]:
    """What the secret names. Raises NotFound."""
    found = parts()
    named = receipts.named_by(found.settings.secret_key.encode(), secret)
    if named is None or found.directory.by_id(named.project_id, found.clock()) is None:
        raise NotFound(ENDED)
    return found, named


def _write(
    found: Parts, named: Named, work: Callable[[Transaction], dict[str, Any]]
) -> dict[str, Any]:
    # Not charged to any limit: a change replaces what was charged when it was answered, and whoever
    # holds the receipt may always delete.
    reply = found.store.transact(named.project_id, found.clock(), work)
    found.folding.note(named.project_id)
    return reply


def _definition(tx: Transaction, found: Parts, invitation: Any) -> Mapping[str, Any]:
    published = found.directory.published(tx, invitation.survey_id, invitation.version)
    return with_variant(published, invitation.variant)


def _output(tx: Transaction, found: Parts, kept: Kept | None) -> dict[str, Any]:
    """Raises NotFound: that it has ended is said like that it never was."""
    if kept is None:
        raise NotFound(ENDED)
    asked = kept.invitation
    definition = _definition(tx, found, asked)
    language = choose_language(definition, [asked.language])
    texts = texts_of(language)
    answers = put_together(definition, kept.said)
    survey = render(asked.survey_id, definition, language, Known(asked.person_id.hex))
    return {
        "deleted": asked.deleted_at is not None,
        "until": kept.until,
        "survey": {**survey, "questions": _walked(survey["questions"], answers)},
        "answers": answers,
        "texts": {name: getattr(texts, name) for name in TEXTS},
    }


def _walked(
    questions: Sequence[dict[str, Any]], answers: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """What can be said otherwise: where answers lead on, only what was come by and answered."""
    if not any("then" in question for question in questions):
        return list(questions)
    given = {answer["question"] for answer in answers}
    return [question for question in questions if question["id"] in given]
