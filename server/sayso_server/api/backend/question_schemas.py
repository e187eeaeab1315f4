"""Schemas of questions: which fields each kind allows and requires."""

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import ValidationError, fields, validate, validates_schema

from sayso_server import text_patterns
from sayso_server.api.backend.condition_schemas import conditions
from sayso_server.api.backend.strict_schema import StrictSchema
from sayso_server.api.backend.text_fields import BuiltinOrOwn, LocalText
from sayso_server.api.fields import Form, Identifier, List, TrueOrFalse, WholeNumber
from sayso_server.api.messages import DAY, Meaningless
from sayso_server.decision.answer_groups import GROUPS
from sayso_server.questionnaire.kinds import KINDS
from sayso_server.questionnaire.kinds.contact import CONTACT_FIELDS
from sayso_server.questionnaire.kinds.scale import LOOKS
from sayso_server.questionnaire.kinds.words import LONGEST
from sayso_server.questionnaire.servqual import ROLES

GROUP_NAMES = sorted(
    {name for scales in GROUPS.values() for groups in scales.values() for name in groups}
)
ID = Form(
    r"^[a-z][a-z0-9_]{0,63}$", error="Send a small letter, then at most 63 of a-z, 0-9 and _."
)
EVERYWHERE = {"id", "kind", "title", "required", "then"}


class Labelled(StrictSchema):
    """An option of a choice or a row of a matrix."""

    id = Identifier(required=True, validate=ID)
    label = LocalText(required=True)


class Prompt(StrictSchema):
    max = WholeNumber(required=True)
    title = LocalText(required=True)


BOUNDS = ("at_least", "at_most")
CRITERIA = ("group", *BOUNDS, "any_of", "given")


class WantedAnswer(StrictSchema):
    """A condition on the answer to the question `of`, by default this question."""

    rules: ClassVar = {
        "anyOf": [{"required": [name]} for name in CRITERIA],
        "not": {"required": ["group"], "anyOf": [{"required": [name]} for name in BOUNDS]},
    }

    of = Identifier(validate=ID)
    group = fields.String(validate=validate.OneOf(GROUP_NAMES))
    at_least = WholeNumber()
    at_most = WholeNumber()
    any_of = List(Identifier(validate=ID), validate=validate.Length(1, 50))
    given = TrueOrFalse()

    @validates_schema
    def _says_something(self, data: Mapping[str, Any], **_: Any) -> None:
        if not set(data) - {"of"}:
            raise ValidationError("Say group, at_least, at_most, any_of or given.", "given")
        if "group" in data and {"at_least", "at_most"} & set(data):
            raise ValidationError("Send a group, or bounds.", "group")


class When(StrictSchema):
    rules: ClassVar = {"minProperties": 1}

    answer = fields.Nested(WantedAnswer)
    attributes = conditions()

    @validates_schema
    def _says_something(self, data: Mapping[str, Any], **_: Any) -> None:
        if not data:
            raise ValidationError("Say answer or attributes, or leave `when` out.", "answer")


class Way(StrictSchema):
    """A branch: which question comes next. Without `when` it always applies. The first branch that
    applies is taken."""

    when = fields.Nested(When)
    go = Identifier(
        required=True,
        validate=ID,
        metadata={"description": "The id of a later question, or `end`"},
    )


class Question(StrictSchema):
    """A question. Each kind has its own fields; a field of another kind is refused as
    `unworkable`."""

    id = Identifier(required=True, validate=ID)
    kind = fields.String(required=True, validate=validate.OneOf(list(KINDS)))
    title = LocalText()
    required = TrueOrFalse()
    then = List(fields.Nested(Way), validate=validate.Length(1, 20))
    low = LocalText()
    high = LocalText()
    scale = WholeNumber(validate=validate.Range(2, 10))
    look = fields.String(validate=validate.OneOf(LOOKS))
    names = List(LocalText(), validate=validate.Length(2, 5))
    options = List(fields.Nested(Labelled), validate=validate.Length(2, 50))
    by_score = List(fields.Nested(Prompt), validate=validate.Length(1, 11))
    placeholder = LocalText()
    limit = WholeNumber(validate=validate.Range(1, LONGEST))
    long = TrueOrFalse()
    multiple = TrueOrFalse()
    least = WholeNumber(validate=validate.Range(1, 50))
    most = WholeNumber(validate=validate.Range(1, 50))
    other = BuiltinOrOwn()
    none = BuiltinOrOwn()
    shuffle = TrueOrFalse()
    servqual = fields.String(
        validate=validate.OneOf(ROLES),
        metadata={"description": "The part of SERVQUAL that a matrix asks; its texts are built in"},
    )
    rows = List(fields.Nested(Labelled), validate=validate.Length(1, 20))
    label = LocalText()
    fields_ = List(
        fields.String(validate=validate.OneOf(CONTACT_FIELDS)),
        data_key="fields",
        attribute="fields",
        validate=validate.Length(1, 3),
    )
    earliest = fields.String(validate=Form(text_patterns.DAY, error=DAY))
    latest = fields.String(validate=Form(text_patterns.DAY, error=DAY))
    url = fields.String(validate=validate.Length(1, 2_000))

    @validates_schema
    def _fitting(self, data: Mapping[str, Any], **_: Any) -> None:
        kind = KINDS.get(data.get("kind", ""))
        if kind is None:
            return
        for field in sorted(set(data) - EVERYWHERE - kind.fields):
            raise Meaningless(f"A {data['kind']} question has no `{field}`; remove it.", field)
        for field in sorted(kind.needed - kind.built_in(data) - set(data)):
            raise Meaningless(f"A {data['kind']} question needs it.", field)
        for field, messages in kind.problems(data).items():
            if messages:
                raise Meaningless(messages, field)
