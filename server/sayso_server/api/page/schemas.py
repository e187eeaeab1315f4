"""Schemas of the page calls. Unknown fields are ignored, for compatibility with other versions of
the script."""

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from sayso_server.api.batch_validation import Batch
from sayso_server.api.fields import (
    ID,
    NAME,
    VISITOR,
    Id,
    Identifier,
    LanguageTag,
    List,
    MomentField,
    Properties,
    TrueOrFalse,
    UserId,
    as_whole,
)
from sayso_server.decision.values import ATTRIBUTES_BYTES
from sayso_server.questionnaire.kinds.words import LONGEST

LONGEST_TOKEN = 4096
LONGEST_URL = 4096
ANSWERS_AT_MOST = 50
EVENTS_AT_MOST = 100
SURVEYS_AT_MOST = 100

MOMENTS = ("page_view", "click", "exit_intent", "scroll", "time_on_page", "inactivity", "embed")
KINDS = ("event", "invitation", "return", "show", *MOMENTS)


class PageCallSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    visitor = Identifier(
        required=True,
        validate=VISITOR,
        metadata={"description": "The page's random visitor id"},
    )
    token = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(max=LONGEST_TOKEN)
    )


class ReplySchema(Schema):
    """Every reply has the version of the page rules."""

    version = fields.Integer(required=True)


class PageTrigger(Schema):
    """What happened on the page, or a request for a waiting invitation."""

    class Meta:
        unknown = EXCLUDE

    rules: ClassVar = {
        "anyOf": [
            {"properties": {"kind": {"enum": [kind for kind in KINDS if kind != "event"]}}},
            {"required": ["name"], "properties": {"name": {"type": "string"}}},
        ]
    }

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    id = Identifier(
        required=True, validate=ID, metadata={"description": "Unique; makes a retry idempotent"}
    )
    name = Identifier(load_default=None, validate=NAME)
    properties = Properties(load_default=dict)
    at = MomentField(
        load_default=None,
        allow_none=True,
        metadata={"description": "When it happened, by the page's clock"},
    )
    surveys = List(
        Identifier(validate=ID),
        load_default=list,
        validate=validate.Length(max=SURVEYS_AT_MOST),
        metadata={
            "description": "The surveys whose page rules matched; for `show`, the full id of the "
            "survey"
        },
    )
    invitation = Id(load_default=None, allow_none=True)
    held = Identifier(
        load_default="",
        validate=ID,
        metadata={
            "description": "For `return`: the invitation whose popup was still open on an earlier "
            "page of the tab"
        },
    )

    @validates_schema
    def _named(self, data: Mapping[str, Any], **_: Any) -> None:
        if data.get("kind") == "event" and data.get("name") is None:
            raise ValidationError("Send the event's name.", "name")


class PageSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    url = fields.String(load_default="", validate=validate.Length(max=LONGEST_URL))
    locale = LanguageTag(load_default="")
    zone = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=64),
        metadata={"description": "The browser's time zone, such as Europe/Vilnius"},
    )


class CallFromPage(PageCallSchema):
    """A call that says which page it comes from."""

    page = fields.Nested(PageSchema, load_default=lambda: {"url": "", "locale": "", "zone": None})


class PageEvent(Schema):
    class Meta:
        unknown = EXCLUDE

    id = Identifier(required=True, validate=ID)
    name = Identifier(required=True, validate=NAME)
    properties = Properties(load_default=dict)
    at = MomentField(load_default=None, allow_none=True)


class Decide(CallFromPage):
    trigger = fields.Nested(PageTrigger, required=True)
    sent_at = MomentField(load_default=None, allow_none=True)
    events = Batch(
        fields.Nested(PageEvent),
        load_default=list,
        validate=validate.Length(max=EVENTS_AT_MOST),
        metadata={
            "description": "Events that the page has collected and not sent yet; they are stored "
            "before the decision"
        },
    )


class AskSchema(Schema):
    invitation = fields.String(required=True)
    survey = fields.Dict(required=True)
    seen = fields.Boolean(metadata={"description": "Whether an earlier page of the tab showed it"})


class Next(Schema):
    """Another invitation is waiting for the person; request it in `in` seconds."""

    seconds = fields.Float(data_key="in", required=True)


class Waiting(Next):
    invitation = fields.UUID(required=True)


class DecideReply(ReplySchema):
    ask = fields.Nested(AskSchema, required=True, allow_none=True)
    waiting = fields.Nested(Waiting)


class PageEvents(PageCallSchema):
    sent_at = MomentField(load_default=None, allow_none=True)
    events = Batch(
        fields.Nested(PageEvent), required=True, validate=validate.Length(1, EVENTS_AT_MOST)
    )


class EventResult(Schema):
    id = fields.String(required=True)
    status = fields.String(
        required=True, validate=validate.OneOf(["stored", "duplicate", "refused"])
    )
    reason = fields.String()
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


class PageEventsReply(ReplySchema):
    results = fields.List(fields.Nested(EventResult), required=True)


class Identify(PageCallSchema):
    user_id = UserId(load_default=None, allow_none=True)
    attributes = Properties(most_bytes=ATTRIBUTES_BYTES, load_default=dict)


class IdentifyReply(ReplySchema):
    proven = fields.Boolean(required=True)


class State(Schema):
    class Meta:
        unknown = EXCLUDE

    state = fields.String(
        required=True,
        validate=validate.OneOf(["shown", "started", "dismissed", "snoozed", "never", "closed"]),
    )


class StateReply(ReplySchema):
    state = fields.String(required=True)
    waiting = fields.Nested(Next)


class AnswerValue(fields.Field[Any]):
    """The value of an answer, for any kind of question. The use case checks it against the
    question."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: as_whole(inner) for name, inner in value.items()}
        if isinstance(value, str) and len(value) > LONGEST:
            raise ValidationError(f"Is longer than {LONGEST} characters; send a shorter text.")
        fits = isinstance(value, bool) or isinstance(as_whole(value), int)
        fits = fits or isinstance(value, str)
        fits = fits or (isinstance(value, list) and all(isinstance(item, str) for item in value))
        if not fits:
            raise ValidationError("Send what the question asks for, or null for nothing.")
        return as_whole(value)


class AnswerSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    question = Identifier(required=True, validate=ID)
    value = AnswerValue(
        required=True,
        allow_none=True,
        metadata={
            "description": "By the question's kind: a whole number of its scale; a text of at most "
            f"{LONGEST} characters, or a date; ids of options, in order for a ranking; a number "
            "for each row, or a text for each field; true or false for consent, true for a link; "
            "null removes an earlier answer",
        },
    )
    text = fields.String(
        load_default="",
        validate=validate.Length(max=LONGEST),
        metadata={"description": "The person's own text for the option *other*"},
    )


class Respond(Schema):
    class Meta:
        unknown = EXCLUDE

    invitation = Identifier(required=True, validate=ID)
    answers = List(
        fields.Nested(AnswerSchema), required=True, validate=validate.Length(max=ANSWERS_AT_MOST)
    )
    complete = TrueOrFalse(load_default=False)


class ReceiptLink(Schema):
    """A link to read, change or delete the response on any device."""

    url = fields.String(required=True)
    secret = fields.String(required=True, metadata={"description": "The part of the link after #"})
    label = fields.String(required=True)


class RespondReply(ReplySchema):
    stored = fields.Integer(required=True)
    complete = fields.Boolean(required=True)
    receipt = fields.Nested(
        ReceiptLink, metadata={"description": "Only if the response is complete"}
    )


class LiveSchema(PageCallSchema):
    last = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=100))
