"""Schemas of audiences and segments: who qualifies for a survey."""

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import ValidationError, fields, validate, validates_schema

from sayso_server.api.backend.condition_schemas import conditions
from sayso_server.api.backend.strict_schema import LONGEST_DAYS, NOTHING, StrictSchema
from sayso_server.api.backend.text_fields import Language
from sayso_server.api.fields import NAME, Form, Identifier, List, Number, TrueOrFalse, WholeNumber
from sayso_server.api.messages import Meaningless
from sayso_server.decision.answer_groups import GROUPS, names_of

MOST_COUNTED = 100  # the latest events that a count with `within_days` can use


class Done(StrictSchema):
    """How often the person has done an event, ever or within the last days. `at_most: 0` means
    never."""

    rules: ClassVar = {
        "anyOf": [
            {"properties": {"within_days": NOTHING}},
            {"properties": {name: {"maximum": MOST_COUNTED} for name in ("at_least", "at_most")}},
        ]
    }

    event = Identifier(required=True, validate=NAME)
    at_least = WholeNumber(validate=validate.Range(0, 1_000_000))
    at_most = WholeNumber(validate=validate.Range(0, 1_000_000))
    within_days = Number(validate=validate.Range(0, LONGEST_DAYS, min_inclusive=False))

    @validates_schema
    def _possible(self, data: Mapping[str, Any], **_: Any) -> None:
        least, most = data.get("at_least", 0), data.get("at_most")
        if most is not None and least > most:
            raise Meaningless("Lies above at_most; nobody would qualify.", "at_least")
        if "within_days" in data and max(least, most or 0) > MOST_COUNTED:
            raise ValidationError(f"Counts within days go up to {MOST_COUNTED}.", "at_least")


class SaidSchema(StrictSchema):
    """The person's latest answer to a kind of question: any, or one in a group. `holds: false`
    negates it, and then also includes people without an answer."""

    rules: ClassVar = {
        "oneOf": [
            {"properties": {"kind": {"const": kind}, "group": {"enum": [*names_of(kind)]}}}
            for kind in GROUPS
        ]
    }

    kind = fields.String(required=True, validate=validate.OneOf(list(GROUPS)))
    group = fields.String(
        validate=validate.OneOf(sorted({group for kind in GROUPS for group in names_of(kind)}))
    )
    within_days = Number(validate=validate.Range(0, LONGEST_DAYS, min_inclusive=False))
    holds = TrueOrFalse()

    @validates_schema
    def _fitting(self, data: Mapping[str, Any], **_: Any) -> None:
        groups = names_of(data["kind"]) if data.get("kind") in GROUPS else []
        if "group" in data and data["group"] not in groups:
            raise ValidationError(f"The groups of {data['kind']} are {', '.join(groups)}.", "group")


class SegmentSchema(StrictSchema):
    """A named group of people. All conditions on attributes, events and answers must be met."""

    attributes = conditions()
    events = List(fields.Nested(Done), validate=validate.Length(max=20))
    answers = List(fields.Nested(SaidSchema), validate=validate.Length(max=20))


SEGMENT_NAME = Form(
    r"^[a-z0-9][a-z0-9_-]{0,63}$", error="Name it with a-z, 0-9, - and _, at most 64."
)


class AudienceSchema(SegmentSchema):
    """Who qualifies for a survey. All parts must be met; parts that are left out are not
    checked."""

    segments = List(fields.String(validate=SEGMENT_NAME), validate=validate.Length(max=20))
    languages = List(Language(), validate=validate.Length(1, 50))
    countries = List(
        fields.String(
            validate=Form(r"^[A-Z]{2}$", error="Send a country in two capital letters, such as DE.")
        ),
        validate=validate.Length(1, 250),
    )
    devices = List(
        fields.String(validate=validate.OneOf(["phone", "tablet", "desktop"])),
        validate=validate.Length(1, 3),
    )
    percent = Number(
        validate=validate.Range(0, 100),
        metadata={"description": "Share of people; a person always gets the same result"},
    )
    proven = TrueOrFalse(
        metadata={"description": "Only people whose page has a valid identity token"}
    )
