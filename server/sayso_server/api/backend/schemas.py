"""Schemas of the calls that a host's programs make. Unknown fields are ignored."""

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from sayso_server.api.backend.strict_schema import LONGEST_WAIT
from sayso_server.api.batch_validation import Batch
from sayso_server.api.fields import (
    ID,
    IDENTIFIER,
    NAME,
    VISITOR,
    DayField,
    Identifier,
    List,
    MomentField,
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
    """Whether exactly one of the two ids is given."""
    return sum(data.get(name) is not None for name in WHOSE) == 1


class SentSchema(Schema):
    """One event, with exactly one of `user_id` and `anonymous_id`."""

    class Meta:
        unknown = EXCLUDE

    rules: ClassVar = {
        "oneOf": [{"required": [name], "properties": {name: {"type": "string"}}} for name in WHOSE]
    }

    id = Identifier(required=True, validate=ID)
    name = Identifier(required=True, validate=NAME)
    user_id = UserId(load_default=None, allow_none=True)
    anonymous_id = Identifier(load_default=None, allow_none=True, validate=VISITOR)
    at = MomentField(load_default=None, allow_none=True)
    properties = Properties(load_default=dict)
    ask_within = Number(
        load_default=None,
        allow_none=True,
        validate=validate.Range(0, LONGEST_WAIT),
        metadata={"description": "Seconds after the event within which the survey may be asked"},
    )

    @validates_schema
    def _whose(self, data: Mapping[str, Any], **_: Any) -> None:
        if not _is_one_of_two(data):
            raise ValidationError(ONE_OF_TWO, "user_id")


class Events(Schema):
    """A batch of events. Each one is validated by itself; a bad event does not fail the others."""

    class Meta:
        unknown = EXCLUDE

    sent_at = MomentField(load_default=None, allow_none=True)
    events = Batch(
        fields.Nested(SentSchema), required=True, validate=validate.Length(1, EVENTS_AT_MOST)
    )


class EventsReply(Schema):
    results = fields.List(fields.Nested(EventResult), required=True)


class PersonSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    user_id = UserId(required=True)
    anonymous_id = Identifier(load_default=None, allow_none=True, validate=VISITOR)
    attributes = Properties(most_bytes=ATTRIBUTES_BYTES, load_default=dict)


class People(Schema):
    class Meta:
        unknown = EXCLUDE

    people = Batch(
        fields.Nested(PersonSchema), required=True, validate=validate.Length(1, PEOPLE_AT_MOST)
    )


class PersonResult(Schema):
    user_id = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(["stored", "refused"]))
    reason = fields.String()
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


class PeopleReply(Schema):
    results = fields.List(fields.Nested(PersonResult), required=True)


class PersonQuery(Schema):
    """Exactly one of the two ids."""

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
            raise Meaningless(ONE_OF_TWO, "user_id")  # OpenAPI has no rules across parameters


class PersonOutput(Schema):
    """Everything stored about one person."""

    person = fields.Dict(
        required=True,
        allow_none=True,
        metadata={
            "description": "Ids, attributes, events, invitations and answers, by table; null if "
            "the user id was only claimed"
        },
    )
    claimed_by = fields.List(
        fields.Dict(),
        required=True,
        metadata={
            "description": "Visitors of other people who claimed to be this user without proof. "
            "Erasing the user removes the claim; each visitor can be erased by `anonymous_id`"
        },
    )
    tester = fields.Boolean(
        required=True, metadata={"description": "Whether the policy's test mode names the user"}
    )


class ReportQuery(Schema):
    class Meta:
        unknown = EXCLUDE

    first = DayField(data_key="from", load_default=None)
    last = DayField(data_key="to", load_default=None)
    by = fields.String(load_default=None, validate=validate.OneOf(["variant"]))
    version = List(
        fields.Integer(validate=validate.Range(1, MOST_VERSIONS)),
        load_default=list,
        validate=validate.Length(max=MOST_VERSIONS_NAMED),
        metadata={
            "description": "Only answers to this version; may be repeated for versions with the "
            "same questions"
        },
    )
    proven = fields.Boolean(
        load_default=None,
        metadata={
            "description": "true: only people whose identity was proven by a signed token; false: "
            "only the others"
        },
    )
    test = fields.Boolean(
        load_default=False,
        metadata={"description": "Only the answers of testers in test mode, otherwise not counted"},
    )
