"""Shapes of what a host's programs send and ask. Unknown fields are ignored."""

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from sayso_server.api.backend.typed import LONGEST_WAIT
from sayso_server.api.fields import ID, IDENTIFIER, NAME, VISITOR, Identifier, Moment, Properties
from sayso_server.api.page.schemas import EventResult

EVENTS_AT_MOST = 1_000
PEOPLE_AT_MOST = 1_000
MOST_VERSIONS = 2**31 - 1
MOST_VERSIONS_NAMED = 100


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


class ReportQuery(Schema):
    class Meta:
        unknown = EXCLUDE

    first = fields.Date(data_key="from", load_default=None)
    last = fields.Date(data_key="to", load_default=None)
    by = fields.String(load_default=None, validate=validate.OneOf(["variant"]))
    version = fields.List(
        fields.Integer(validate=validate.Range(1, MOST_VERSIONS)),
        load_default=list,
        validate=validate.Length(max=MOST_VERSIONS_NAMED),
        metadata={
            "description": "Only answers to this version; may be repeated for versions that ask "
            "the same"
        },
    )
    proven = fields.Boolean(
        load_default=None,
        metadata={
            "description": "Only people whose identity was proven by a signed token, or only the "
            "others"
        },
    )
    test = fields.Boolean(
        load_default=False,
        metadata={"description": "Only what testers answered in test mode, counted nowhere else"},
    )
