"""marshmallow's error messages, replaced by sentences that name the remedy.

The defaults ("Not a valid string.") say only what is wrong. They are class attributes of fields and
validators, so they are set here once, before any schema is made.
"""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

UNKNOWN = "There is no such field; remove it."
OBJECT = "Send an object, in braces."
MOMENT = "Send a moment in ISO 8601 with its zone, such as 2026-03-02T12:00:00Z."
DAY = "Send a day such as 2026-03-02."


class Meaning(str):
    """A message about values of the right shape that make no sense, together or with the stored
    data. JSON Schema cannot express such a rule."""

    __slots__ = ()


class Meaningless(ValidationError):
    """Raised by a schema or a validator for such values; the reply has the code `unworkable`."""

    def __init__(self, message: Any, field_name: str = "_schema") -> None:
        super().__init__(_marked(message), field_name)


def _marked(message: Any) -> Any:
    if isinstance(message, dict):
        return {name: _marked(inner) for name, inner in message.items()}
    return [Meaning(text) for text in ([message] if isinstance(message, str) else message)]


FIELDS: dict[type[fields.Field], dict[str, str]] = {  # type: ignore[type-arg]  # of any value
    fields.Field: {
        "required": "It is missing; send it.",
        "null": "Send a value; null is not allowed.",
        "validator_failed": "Send another value; this one does not fit.",
    },
    fields.String: {"invalid": "Send a text.", "invalid_utf8": "Send a text in UTF-8."},
    fields.Number: {"invalid": "Send a number.", "too_large": "Send a smaller number."},
    fields.Integer: {"invalid": "Send a whole number."},
    fields.Float: {"special": "Send a finite number."},
    fields.Boolean: {"invalid": "Send true or false."},
    fields.UUID: {
        "invalid_uuid": "Send the id as it was given, such as 0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b."
    },
    fields.DateTime: {"invalid": MOMENT, "invalid_awareness": MOMENT},
    fields.Date: {"invalid": DAY, "invalid_awareness": DAY},
    fields.Mapping: {"invalid": OBJECT},
    fields.Nested: {"type": OBJECT},
}


def _set() -> None:
    for kind, messages in FIELDS.items():
        kind.default_error_messages = {**vars(kind).get("default_error_messages", {}), **messages}
    Schema.error_messages = {"type": OBJECT, "unknown": UNKNOWN}
    validate.Length.message_min = "Send at least {min} characters."
    validate.Length.message_max = "Send at most {max} characters."
    validate.Length.message_all = "Send {min} to {max} characters."
    validate.Length.message_equal = "Send exactly {equal} characters."
    validate.Range.message_min = "Send {min_op} {{min}}."
    validate.Range.message_max = "Send {max_op} {{max}}."
    validate.Range.message_all = "Send {min_op} {{min}} and {max_op} {{max}}."
    validate.Range.message_gte, validate.Range.message_gt = "at least", "more than"
    validate.Range.message_lte, validate.Range.message_lt = "at most", "less than"
    validate.OneOf.default_message = "Send one of: {choices}."
    validate.Regexp.default_message = "Send a text that matches {regex}."


_set()
