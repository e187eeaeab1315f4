"""Schemas for surveys. Unknown fields are refused: in surveys written by hand, most are typos."""

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import (
    EXCLUDE,
    Schema,
    ValidationError,
    fields,
    pre_load,
    validate,
    validates_schema,
)

from sayso_server.api.backend.audience_schemas import AudienceSchema
from sayso_server.api.backend.question_schemas import Question
from sayso_server.api.backend.strict_schema import LONGEST_WAIT, NOTHING, StrictSchema
from sayso_server.api.backend.text_fields import LocalText
from sayso_server.api.backend.throttle_schemas import QuotaSchema, Target, Throttle
from sayso_server.api.backend.trigger_schemas import TriggerSchema
from sayso_server.api.fields import Form, List, MomentField, Number, TrueOrFalse, WholeNumber
from sayso_server.api.messages import Meaningless
from sayso_server.questionnaire.links import url_problems
from sayso_server.questionnaire.palette import MODES
from sayso_server.questionnaire.templates import SCORES, TEMPLATES
from sayso_server.questionnaire.theme import FONTS, LARGEST_RADIUS, PLACES


def _color() -> fields.String:
    return fields.String(validate=Form(r"^#[0-9a-fA-F]{6}$", error="Send a colour as #rrggbb."))


class ColorsSchema(StrictSchema):
    accent = _color()
    surface = _color()
    text = _color()


class Theme(ColorsSchema):
    """The look: three colours, from which all others are derived, font, corners and place."""

    rules: ClassVar = {
        "anyOf": [{"properties": {"dark": NOTHING}}, {"properties": {"mode": {"const": "auto"}}}]
    }

    dark = fields.Nested(
        ColorsSchema, metadata={"description": "The colours for visitors who prefer a dark look"}
    )
    mode = fields.String(
        validate=validate.OneOf(["auto", *MODES]),
        metadata={"description": "auto, the default, follows the visitor's preference"},
    )
    radius = WholeNumber(
        validate=validate.Range(0, LARGEST_RADIUS),
        metadata={"description": "Corner radius in px"},
    )
    font = fields.String(
        validate=validate.OneOf(FONTS), metadata={"description": "inherit uses the page's font"}
    )
    place = fields.String(
        validate=validate.OneOf(PLACES),
        metadata={"description": "bottom-end by default; a sheet at the bottom on phones"},
    )

    @validates_schema
    def _one_look(self, data: Mapping[str, Any], **_: Any) -> None:
        if "dark" in data and data.get("mode", "auto") != "auto":
            raise ValidationError(
                "With mode light or dark there is one look; say its colours in the theme itself.",
                "dark",
            )


class ThanksByScore(StrictSchema):
    max = WholeNumber(required=True)
    title = LocalText(required=True)
    text = LocalText()


class ThanksLink(StrictSchema):
    label = LocalText(required=True)
    url = fields.String(required=True, validate=validate.Length(1, 2_000))


class ThanksSchema(StrictSchema):
    """The thank-you page. The link is shown to everybody: asking only satisfied people for a public
    review (review gating) is not possible."""

    title = LocalText()
    text = LocalText()
    by_score = List(fields.Nested(ThanksByScore), validate=validate.Length(1, 11))
    link = fields.Nested(ThanksLink)
    redirect = fields.String(validate=validate.Length(1, 2_000))

    @validates_schema
    def _leads_somewhere(self, data: Mapping[str, Any], **_: Any) -> None:
        wrong = url_problems(data["link"]["url"]) if "link" in data else []
        if wrong:
            raise Meaningless({"link": {"url": wrong}})
        wrong = url_problems(data["redirect"], ("https:",)) if "redirect" in data else []
        if wrong:
            raise Meaningless(wrong, "redirect")
        bounds = [entry["max"] for entry in data.get("by_score", ())]
        if bounds != sorted(set(bounds)):
            raise Meaningless(
                "`max` must rise from one to the next; put them in order.", "by_score"
            )


class VariantSchema(StrictSchema):
    """A variant of the survey. Its fields override those of the survey."""

    name = fields.String(
        required=True,
        validate=Form(
            r"^[a-z0-9][a-z0-9_-]{0,63}$",
            error="Send a small letter or a digit, then at most 63 of a-z, 0-9, _ and -.",
        ),
    )
    weight = Number(validate=validate.Range(0, 1_000))
    questions = List(fields.Nested(Question), validate=validate.Length(1, 50))
    thanks = fields.Nested(ThanksSchema)
    theme = fields.Nested(Theme)


def _read_only() -> Any:
    return fields.Raw(dump_only=True, metadata={"description": "Read-only; ignored"})


class SurveyInput(StrictSchema):
    """A survey. The reply of GET can be sent back: read-only fields are ignored."""

    rules: ClassVar = {"oneOf": [{"required": ["template"]}, {"required": ["questions"]}]}

    id = _read_only()
    state = _read_only()
    version = _read_only()
    created_at = _read_only()
    updated_at = _read_only()
    draft_differs = _read_only()
    changes = _read_only()
    languages = _read_only()
    warnings = _read_only()
    revision = WholeNumber(
        validate=validate.Range(1, 2**31 - 1),
        metadata={"description": "The revision that was read; if it is outdated, the reply is 412"},
    )
    name = fields.String(required=True, validate=validate.Length(1, 128))
    template = fields.String(
        load_only=True,
        validate=validate.OneOf(TEMPLATES),
        metadata={"description": "Built-in questions, instead of `questions`"},
    )
    questions = List(fields.Nested(Question), validate=validate.Length(1, 50))
    trigger = fields.Nested(TriggerSchema, required=True)
    throttle = fields.Nested(Throttle)
    ask_within = Number(validate=validate.Range(1, LONGEST_WAIT))
    audience = fields.Nested(AudienceSchema)
    by_hand = TrueOrFalse(
        metadata={
            "description": "Whether `sayso.show` may open it; always true with the trigger `button`"
        }
    )
    priority = WholeNumber(validate=validate.Range(-100, 100))
    quota = fields.Nested(QuotaSchema)
    target = fields.Nested(Target)
    ends_at = MomentField(metadata={"description": "The survey is not asked from then on"})
    variants = List(fields.Nested(VariantSchema), validate=validate.Length(2, 10))
    thanks = fields.Nested(ThanksSchema)
    why = LocalText(
        metadata={"description": "One sentence why people are asked; shown under “Why me?”"}
    )
    theme = fields.Nested(Theme)

    @pre_load
    def drop_read_only(self, data: Any, **_: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        read_only = {name for name, field in self.fields.items() if field.dump_only}
        return {name: value for name, value in data.items() if name not in read_only}

    @validates_schema
    def _one_of(self, data: Mapping[str, Any], **_: Any) -> None:
        if ("template" in data) is ("questions" in data):
            raise ValidationError("Send either a template or questions.", "questions")
        kinds = [question["kind"] for question in data.get("questions", ())]
        if sum(kind in SCORES for kind in kinds) > 1:
            raise Meaningless("Ask one score (nps, csat or ces), or none.", "questions")


class Publish(Schema):
    class Meta:
        unknown = EXCLUDE

    dry_run = fields.Boolean(
        load_default=False,
        metadata={"description": "Check only: reply as for a publication, but do nothing"},
    )


class SurveyOutput(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True)
    state = fields.String(
        required=True, validate=validate.OneOf(["draft", "live", "paused", "ended"])
    )
    version = fields.Integer(
        required=True, metadata={"description": "The latest published version; 0 if there is none"}
    )
    revision = fields.Integer(
        required=True, metadata={"description": "Increases with each change of the draft"}
    )
    draft_differs = fields.Boolean(
        required=True,
        metadata={"description": "Whether the draft differs from the latest published version"},
    )
    questions = fields.List(fields.Dict(), required=True)
    trigger = fields.Dict(required=True)
    throttle = fields.Dict()
    ask_within = fields.Float()
    audience = fields.Dict()
    by_hand = fields.Boolean()
    priority = fields.Integer()
    quota = fields.Dict()
    target = fields.Dict()
    ends_at = fields.String()
    variants = fields.List(fields.Dict())
    thanks = fields.Dict()
    why = fields.Dict(keys=fields.String(), values=fields.String())
    theme = fields.Dict()
    created_at = MomentField(required=True)
    updated_at = MomentField(required=True)


class ChangedOutput(Schema):
    before = fields.Raw(required=True, data_key="from", attribute="from", allow_none=True)
    after = fields.Raw(required=True, data_key="to", attribute="to", allow_none=True)


class ChangesOutput(Schema):
    """Differences by field path, such as `questions.1.title.de`."""

    added = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True), required=True)
    removed = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True), required=True)
    changed = fields.Dict(keys=fields.String(), values=fields.Nested(ChangedOutput), required=True)


class PublishedOutput(SurveyOutput):
    changes = fields.Nested(
        ChangesOutput,
        required=True,
        allow_none=True,
        metadata={"description": "Compared with the previous version; null if there is none"},
    )
    languages = fields.List(
        fields.String(), required=True, metadata={"description": "The languages of the survey"}
    )
    warnings = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        required=True,
        metadata={"description": "What will hardly work or asks more people than before, by field"},
    )


class SurveyList(Schema):
    surveys = fields.List(fields.Nested(SurveyOutput), required=True)
