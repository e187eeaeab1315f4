"""Shapes of what a host's programs send and ask. Unknown fields are ignored."""

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from sayso_server.api.backend.typed import LONGEST_WAIT
from sayso_server.api.each import EachLater
from sayso_server.api.fields import (
    ID,
    IDENTIFIER,
    NAME,
    VISITOR,
    Day,
    Identifier,
    List,
    Moment,
    Number,
    Properties,
    UserId,
)
from sayso_server.api.messages import Meaningless
from sayso_server.api.page.schemas import EventResult
from sayso_server.decision.values import ATTRIBUTES_BYTES

EVENTS_AT_MOST = 1_000
PEOPLE_AT_MOST = 1_000
MOST_VERSIONS = 2**31 - 1
MOST_VERSIONS_NAMED = 100


WHOSE = ("user_id", "anonymous_id")
ONE_OF_TWO = "Send either user_id or anonymous_id."


def _is_one_of_two(data: Mapping[str, Any]) -> bool:
    """Whether exactly one id says who is meant."""
    return sum(data.get(name) is not None for name in WHOSE) == 1


class Sent(Schema):
    """One event. Exactly one of `user_id` and `anonymous_id` says whose it is."""

    class Meta:
        unknown = EXCLUDE

    rules: ClassVar = {
        "oneOf": [{"required": [one], "properties": {one: {"type": "string"}}} for one in WHOSE]
    }

    id = Identifier(required=True, validate=ID)
    name = Identifier(required=True, validate=NAME)
    user_id = UserId(load_default=None, allow_none=True)
    anonymous_id = Identifier(load_default=None, allow_none=True, validate=VISITOR)
    at = Moment(load_default=None, allow_none=True)
    properties = Properties(load_default=dict)
    ask_within = Number(
        load_default=None,
        allow_none=True,
        validate=validate.Range(0, LONGEST_WAIT),
        metadata={"description": "Seconds after the event in which the survey may be asked"},
    )

    @validates_schema
    def _whose(self, data: Mapping[str, Any], **_: Any) -> None:
        if not _is_one_of_two(data):
            raise ValidationError(ONE_OF_TWO, "user_id")


class Events(Schema):
    """A batch; each event is checked by itself, so that one bad event costs no other."""

    class Meta:
        unknown = EXCLUDE

    sent_at = Moment(load_default=None, allow_none=True)
    events = EachLater(
        fields.Nested(Sent), required=True, validate=validate.Length(1, EVENTS_AT_MOST)
    )


class EventsReply(Schema):
    results = fields.List(fields.Nested(EventResult), required=True)


class Person(Schema):
    class Meta:
        unknown = EXCLUDE

    user_id = UserId(required=True)
    anonymous_id = Identifier(load_default=None, allow_none=True, validate=VISITOR)
    attributes = Properties(most_bytes=ATTRIBUTES_BYTES, load_default=dict)


class People(Schema):
    class Meta:
        unknown = EXCLUDE

    people = EachLater(
        fields.Nested(Person), required=True, validate=validate.Length(1, PEOPLE_AT_MOST)
    )


class PersonResult(Schema):
    user_id = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(["stored", "refused"]))
    reason = fields.String()
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


class PeopleReply(Schema):
    results = fields.List(fields.Nested(PersonResult), required=True)


class PersonQuery(Schema):
    """Exactly one of the two. Any text that could be stored as a user id can be asked for."""

    class Meta:
        unknown = EXCLUDE

    user_id = Identifier(
        load_default=None,
        validate=IDENTIFIER,
        metadata={"description": "The host's own id, percent-encoded in the query"},
    )
    anonymous_id = Identifier(
        load_default=None,
        validate=VISITOR,
        metadata={"description": "The visitor id of one of the person's browsers"},
    )

    @validates_schema
    def _whose(self, data: Mapping[str, Any], **_: Any) -> None:
        if not _is_one_of_two(data):
            raise Meaningless(ONE_OF_TWO, "user_id")  # parameters have no schema together


class PersonOutput(Schema):
    """Everything stored about one person."""

    person = fields.Dict(
        required=True,
        allow_none=True,
        metadata={
            "description": "Ids and attributes, and what they did and said, by table; null where "
            "the user id was only ever claimed"
        },
    )
    claimed_by = fields.List(
        fields.Dict(),
        required=True,
        metadata={
            "description": "Visitors of other people who said without proof that they are this "
            "user; erasing the user removes the claim, and each can be erased by `anonymous_id`"
        },
    )
    tester = fields.Boolean(
        required=True, metadata={"description": "Whether the policy's test mode names the user"}
    )


class ReportQuery(Schema):
    class Meta:
        unknown = EXCLUDE

    first = Day(data_key="from", load_default=None)
    last = Day(data_key="to", load_default=None)
    by = fields.String(load_default=None, validate=validate.OneOf(["variant"]))
    version = List(
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
