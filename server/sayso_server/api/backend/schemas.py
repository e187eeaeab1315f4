"""Shapes of the backend calls. Programs' unknown fields are ignored, people's are refused."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, validate, validates_schema

from sayso_server.api.fields import ID, IDENTIFIER, NAME, VISITOR, Identifier, Moment, Properties
from sayso_server.api.page.schemas import EventResult
from sayso_server.decision.filters import OPERATORS
from sayso_server.decision.page_rules import LONGEST, MATCHES
from sayso_server.questionnaire.templates import KINDS, SCORES

EVENTS_AT_MOST = 1_000
PEOPLE_AT_MOST = 1_000
LONGEST_WAIT = timedelta(days=365).total_seconds()
LONGEST_TEXT = 2_000
LANGUAGE = validate.Regexp(r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", error="Is no language tag.")


class Sent(Schema):
    """One event. Exactly one of `user_id` and `anonymous_id` says whose it is."""

    class Meta:
        unknown = EXCLUDE

    id = Identifier(required=True, validate=ID)
    name = Identifier(required=True, validate=NAME)
    user_id = Identifier(load_default=None, allow_none=True, validate=IDENTIFIER)
    anonymous_id = Identifier(load_default=None, allow_none=True, validate=VISITOR)
    at = Moment(load_default=None, allow_none=True)
    properties = Properties(load_default=dict)
    ask_within = fields.Float(
        load_default=None,
        allow_none=True,
        validate=validate.Range(0, LONGEST_WAIT),
        metadata={"description": "Seconds after the event in which the survey may be asked"},
    )

    @validates_schema
    def _whose(self, data: Mapping[str, Any], **_: Any) -> None:
        if (data.get("user_id") is None) is (data.get("anonymous_id") is None):
            raise ValidationError("Send either user_id or anonymous_id.", "user_id")


class _EachLater(fields.List[Any]):
    """Described by its items' schema, which the view checks one by one."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> list[Any]:
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise ValidationError("Send a list of objects.")
        return value


class Events(Schema):
    """A batch; each event is checked by itself, so that one bad event costs no other."""

    class Meta:
        unknown = EXCLUDE

    sent_at = Moment(load_default=None, allow_none=True)
    events = _EachLater(
        fields.Nested(Sent), required=True, validate=validate.Length(1, EVENTS_AT_MOST)
    )


class BackendEventResult(EventResult):
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


class EventsReply(Schema):
    results = fields.List(fields.Nested(BackendEventResult), required=True)


class Person(Schema):
    class Meta:
        unknown = EXCLUDE

    user_id = Identifier(required=True, validate=IDENTIFIER)
    anonymous_id = Identifier(load_default=None, allow_none=True, validate=VISITOR)
    attributes = Properties(load_default=dict)


class People(Schema):
    class Meta:
        unknown = EXCLUDE

    people = _EachLater(
        fields.Nested(Person), required=True, validate=validate.Length(1, PEOPLE_AT_MOST)
    )


class PersonResult(Schema):
    user_id = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(["stored", "refused"]))
    reason = fields.String()
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


class PeopleReply(Schema):
    results = fields.List(fields.Nested(PersonResult), required=True)


class _Typed(Schema):
    """What people type: a field we do not know is refused, so that no typing error is lost."""

    class Meta:
        unknown = RAISE


class LocalText(fields.Field[dict[str, str]]):
    """A text, or one a language: "Hello" or {"en": "Hello", "de": "Hallo"}. Kept by language."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> dict[str, str]:
        texts = {"en": value} if isinstance(value, str) else value
        if not isinstance(texts, Mapping) or not texts:
            raise ValidationError('Send a text, or one a language: {"en": "…", "de": "…"}.')
        for language, text in texts.items():
            LANGUAGE(language)
            if not isinstance(text, str) or not 0 < len(text.strip()) <= LONGEST_TEXT:
                raise ValidationError(f"Send a text of 1 to {LONGEST_TEXT} characters.")
        return dict(texts)


class Prompt(_Typed):
    max = fields.Integer(required=True, strict=True)
    title = LocalText(required=True)


class Question(_Typed):
    id = Identifier(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9_]{0,63}$"))
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    title = LocalText()
    low = LocalText()
    high = LocalText()
    options = fields.List(LocalText(), validate=validate.Length(equal=5))
    by_score = fields.List(fields.Nested(Prompt), validate=validate.Length(1, 11))

    @validates_schema
    def _fitting(self, data: Mapping[str, Any], **_: Any) -> None:
        allowed = {
            "nps": {"low", "high"},
            "ces": {"low", "high"},
            "csat": {"options"},
            "comment": {"by_score"},
        }.get(data.get("kind", ""), set())
        for field in {"low", "high", "options", "by_score"} & set(data) - allowed:
            raise ValidationError(f"A {data['kind']} question has no `{field}`; remove it.", field)


class Filter(_Typed):
    property = Identifier(required=True, validate=NAME)
    op = fields.String(required=True, validate=validate.OneOf(OPERATORS))
    value = fields.Raw(allow_none=True)

    @validates_schema
    def _fitting(self, data: Mapping[str, Any], **_: Any) -> None:
        value, op = data.get("value"), data["op"]
        if op == "exists":
            if value not in (None, True, False):
                raise ValidationError("Send true or false, or leave it out.", "value")
        elif op == "in":
            if not isinstance(value, list) or not value or not all(map(_simple, value)):
                raise ValidationError("Send a list of texts, numbers or booleans.", "value")
        elif not _simple(value):
            raise ValidationError("Send a text, a number or a boolean.", "value")
        elif op in ("gt", "gte", "lt", "lte") and isinstance(value, bool):
            raise ValidationError("Send a number or a text; a boolean has no order.", "value")


def _simple(value: Any) -> bool:
    return isinstance(value, str | int | float)


class UrlRule(_Typed):
    match = fields.String(required=True, validate=validate.OneOf(MATCHES))
    value = fields.String(required=True, validate=validate.Length(1, LONGEST))


class Trigger(_Typed):
    """`{"event": …}` for an event, `{"kind": "page_view", "url": …}` for a page view."""

    kind = fields.String(validate=validate.OneOf(["event", "page_view"]))
    event = Identifier(validate=NAME)
    filters = fields.List(fields.Nested(Filter), validate=validate.Length(max=20))
    source = fields.String(data_key="from", validate=validate.OneOf(["page", "backend"]))
    url = fields.Nested(UrlRule)
    delay = fields.Float(validate=validate.Range(0, LONGEST_WAIT))

    @validates_schema
    def _whole(self, data: Mapping[str, Any], **_: Any) -> None:
        kind = data.get("kind", "event")
        if kind == "event" and "event" not in data:
            raise ValidationError("Name the event that starts the survey.", "event")
        wrong = {"event": {"url"}, "page_view": {"event", "filters", "source"}}[kind] & set(data)
        for field in wrong:
            raise ValidationError(f"A trigger of kind {kind} has no such field.", field)


class Throttle(_Typed):
    cool_down_days = fields.Float(
        validate=validate.Range(0, 3650),
        metadata={"description": "Days since any other survey of the project was shown"},
    )


class Theme(_Typed):
    accent = fields.String(
        validate=validate.Regexp(r"^#[0-9a-fA-F]{6}$", error="Send a colour as #rrggbb.")
    )


class Thanks(_Typed):
    title = LocalText()
    text = LocalText()


class SurveyInput(_Typed):
    name = fields.String(required=True, validate=validate.Length(1, 128))
    template = fields.String(
        load_only=True, validate=validate.OneOf(SCORES), metadata={"description": "Its questions"}
    )
    questions = fields.List(fields.Nested(Question), validate=validate.Length(1, 50))
    trigger = fields.Nested(Trigger, required=True)
    throttle = fields.Nested(Throttle)
    ask_within = fields.Float(validate=validate.Range(1, LONGEST_WAIT))
    thanks = fields.Nested(Thanks)
    theme = fields.Nested(Theme)

    @validates_schema
    def _one_of(self, data: Mapping[str, Any], **_: Any) -> None:
        if ("template" in data) is ("questions" in data):
            raise ValidationError("Send either a template or questions.", "questions")
        kinds = [question["kind"] for question in data.get("questions", ())]
        if kinds and sum(kind in SCORES for kind in kinds) != 1:
            raise ValidationError("Ask exactly one score (nps, csat or ces).", "questions")


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
    thanks = fields.Dict()
    theme = fields.Dict()
    created_at = Moment(required=True)
    updated_at = Moment(required=True)


class SurveyList(Schema):
    surveys = fields.List(fields.Nested(SurveyOutput), required=True)


class ReportQuery(Schema):
    class Meta:
        unknown = EXCLUDE

    first = fields.Date(data_key="from", load_default=None)
    last = fields.Date(data_key="to", load_default=None)
