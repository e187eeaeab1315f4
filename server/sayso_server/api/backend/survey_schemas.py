"""Shapes of surveys: what people type, so that a field we do not know is refused."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from sayso_server.api.backend.audience_schemas import Audience
from sayso_server.api.backend.question_schemas import LocalText, Question
from sayso_server.api.backend.throttle_schemas import Quota, Target, Throttle
from sayso_server.api.backend.trigger_schemas import Trigger
from sayso_server.api.backend.typed import LONGEST_WAIT, Typed
from sayso_server.api.fields import Form, Moment
from sayso_server.questionnaire.links import url_problems
from sayso_server.questionnaire.palette import MODES
from sayso_server.questionnaire.templates import SCORES, TEMPLATES
from sayso_server.questionnaire.theme import FONTS, LARGEST_RADIUS, PLACES


def _color() -> fields.String:
    return fields.String(validate=Form(r"^#[0-9a-fA-F]{6}$", error="Send a colour as #rrggbb."))


class Colors(Typed):
    accent = _color()
    surface = _color()
    text = _color()


class Theme(Colors):
    """The look: three colours, of which the others are worked out, and what is not a colour."""

    dark = fields.Nested(
        Colors, metadata={"description": "Its colours where the visitor prefers a dark look"}
    )
    mode = fields.String(
        validate=validate.OneOf(["auto", *MODES]),
        metadata={"description": "auto, the default, follows what the visitor prefers"},
    )
    radius = fields.Integer(
        strict=True,
        validate=validate.Range(0, LARGEST_RADIUS),
        metadata={"description": "Of the corners, in px"},
    )
    font = fields.String(
        validate=validate.OneOf(FONTS), metadata={"description": "inherit takes the page's own"}
    )
    place = fields.String(
        validate=validate.OneOf(PLACES),
        metadata={"description": "bottom-end by default; on a phone always a sheet at the bottom"},
    )

    @validates_schema
    def _one_look(self, data: Mapping[str, Any], **_: Any) -> None:
        if "dark" in data and data.get("mode", "auto") != "auto":
            raise ValidationError(
                "With mode light or dark there is one look; say its colours in the theme itself.",
                "dark",
            )


class ThanksByScore(Typed):
    max = fields.Integer(required=True, strict=True)
    title = LocalText(required=True)
    text = LocalText()


class ThanksLink(Typed):
    label = LocalText(required=True)
    url = fields.String(required=True, validate=validate.Length(1, 2_000))


class Thanks(Typed):
    """A link is offered to everybody: who is asked for a public review must not depend on how
    content they are."""

    title = LocalText()
    text = LocalText()
    by_score = fields.List(fields.Nested(ThanksByScore), validate=validate.Length(1, 11))
    link = fields.Nested(ThanksLink)
    redirect = fields.String(validate=validate.Length(1, 2_000))

    @validates_schema
    def _leads_somewhere(self, data: Mapping[str, Any], **_: Any) -> None:
        wrong = url_problems(data["link"]["url"]) if "link" in data else []
        if wrong:
            raise ValidationError({"link": {"url": wrong}})
        wrong = url_problems(data["redirect"], ("https:",)) if "redirect" in data else []
        if wrong:
            raise ValidationError(wrong, "redirect")
        highest = [one["max"] for one in data.get("by_score", ())]
        if highest != sorted(set(highest)):
            raise ValidationError(
                "`max` must rise from one to the next; put them in order.", "by_score"
            )


class Variant(Typed):
    """One way to ask the survey: what it says goes before what the survey says."""

    name = fields.String(required=True, validate=Form(r"^[a-z0-9][a-z0-9_-]{0,63}$"))
    weight = fields.Float(validate=validate.Range(0, 1_000))
    questions = fields.List(fields.Nested(Question), validate=validate.Length(1, 50))
    thanks = fields.Nested(Thanks)
    theme = fields.Nested(Theme)


class SurveyInput(Typed):
    name = fields.String(required=True, validate=validate.Length(1, 128))
    template = fields.String(
        load_only=True,
        validate=validate.OneOf(TEMPLATES),
        metadata={"description": "Its questions"},
    )
    questions = fields.List(fields.Nested(Question), validate=validate.Length(1, 50))
    trigger = fields.Nested(Trigger, required=True)
    throttle = fields.Nested(Throttle)
    ask_within = fields.Float(validate=validate.Range(1, LONGEST_WAIT))
    audience = fields.Nested(Audience)
    priority = fields.Integer(strict=True, validate=validate.Range(-100, 100))
    quota = fields.Nested(Quota)
    target = fields.Nested(Target)
    ends_at = Moment(metadata={"description": "Nothing is asked from then on"})
    variants = fields.List(fields.Nested(Variant), validate=validate.Length(2, 10))
    thanks = fields.Nested(Thanks)
    why = LocalText(
        metadata={"description": "Why people are asked, in a sentence; first under “Why me?”"}
    )
    theme = fields.Nested(Theme)

    @validates_schema
    def _one_of(self, data: Mapping[str, Any], **_: Any) -> None:
        if ("template" in data) is ("questions" in data):
            raise ValidationError("Send either a template or questions.", "questions")
        kinds = [question["kind"] for question in data.get("questions", ())]
        if sum(kind in SCORES for kind in kinds) > 1:
            raise ValidationError("Ask one score (nps, csat or ces), or none.", "questions")


class SurveyOutput(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True)
    state = fields.String(
        required=True, validate=validate.OneOf(["draft", "live", "paused", "ended"])
    )
    version = fields.Integer(
        required=True, metadata={"description": "The latest published version; 0 before the first"}
    )
    questions = fields.List(fields.Dict(), required=True)
    trigger = fields.Dict(required=True)
    throttle = fields.Dict()
    ask_within = fields.Float()
    audience = fields.Dict()
    priority = fields.Integer()
    quota = fields.Dict()
    target = fields.Dict()
    ends_at = fields.String()
    variants = fields.List(fields.Dict())
    thanks = fields.Dict()
    why = fields.Dict()
    theme = fields.Dict()
    created_at = Moment(required=True)
    updated_at = Moment(required=True)
    warnings = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "After a publication: what will hardly work, by field"},
    )


class SurveyList(Schema):
    surveys = fields.List(fields.Nested(SurveyOutput), required=True)
