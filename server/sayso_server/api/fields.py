"""Field types for requests and replies. Each error says what is wrong and what to send instead."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from math import isfinite
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, fields, validate

from sayso_server import text_patterns
from sayso_server.api.messages import Meaningless
from sayso_server.decision import values
from sayso_server.user_ids import mistake


class Form(validate.Regexp):
    """A pattern that the whole text must match: `$` alone would allow a line break at the end."""

    def __call__(self, value: Any) -> Any:
        if self.regex.fullmatch(value) is None:
            raise ValidationError(self._format_error(value))
        return value


class Means(validate.Validator):
    """A check that JSON Schema cannot express, such as that a time zone exists."""

    def __init__(self, remedy: str, is_valid: Callable[[Any], bool]) -> None:
        self._remedy = remedy
        self._is_valid = is_valid

    def __call__(self, value: Any) -> Any:
        if not self._is_valid(value):
            raise Meaningless(self._remedy)
        return value


ID = Form(r"^[\x21-\x7e]{1,64}$", error="Send 1 to 64 visible ASCII characters, without spaces.")
VISITOR = Form(
    r"^(?![0-]*$)[A-Za-z0-9_-]{16,64}$",  # an unset (all-zero) UUID would be shared by everybody
    error="Send the visitor id that sayso.js made: 16 to 64 of A-Za-z0-9_-, not all zeros.",
)
NAME = validate.Length(1, values.LONGEST_NAME)
IDENTIFIER = validate.Length(1, 256)
VALUE = {
    "oneOf": [
        {"type": "string"},
        {"type": "number"},
        {"type": "boolean"},
        {"type": "null"},
        {
            "type": "array",
            "maxItems": values.ITEMS_AT_MOST,
            "items": {"oneOf": [{"type": kind} for kind in ("string", "number", "boolean")]},
        },
    ]
}
LONGEST_TAG = 35  # RFC 5646, section 4.4.1: every tag in use fits
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


class Number(fields.Float):
    """A JSON number; the string "3" is refused."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> float:
        if not is_number(value):
            raise self.make_error("invalid", input=value)
        number: float = super()._deserialize(value, *args, **kwargs)
        return number


class WholeNumber(fields.Integer):
    """A JSON integer."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        whole = as_whole(value)
        if not isinstance(whole, int) or isinstance(whole, bool):
            raise self.make_error("invalid", input=value)
        return whole


def as_whole(value: Any) -> Any:
    """287.0 becomes 287, since JSON has one number type. Other values are unchanged."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class TrueOrFalse(fields.Boolean):
    """A JSON boolean; the string "true" is refused."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


def is_number(value: Any) -> bool:
    """Whether the value is a finite JSON number."""
    if isinstance(value, float):
        return isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


class Id(fields.UUID):
    """A UUID in the form with dashes."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> UUID:
        if not isinstance(value, str) or _UUID.fullmatch(value) is None:
            raise self.make_error("invalid_uuid")
        return UUID(value)


_UUID = re.compile(text_patterns.UUID)


class DayField(fields.Date):
    """A calendar day such as 2026-03-02."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> date:
        if not isinstance(value, str) or _DAY.fullmatch(value) is None:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return date.fromisoformat(value)


_DAY = re.compile(text_patterns.DAY)


class Identifier(fields.String):
    """A printable id or name. It is never normalised, as it is used for lookups."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, *args, **kwargs)
        if not text_patterns.is_printable(text):
            raise ValidationError("Contains characters that cannot be printed; send plain text.")
        return text


class UserId(Identifier):
    """The host's id of a user. Ids that come from programming mistakes are refused
    (`user_ids`)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=IDENTIFIER, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, *args, **kwargs)
        problem = mistake(text)
        if problem is not None and text:
            raise ValidationError(problem)
        return text


class List(fields.List[Any]):
    """A list whose errors describe the expected entries and their number. `also` validates the
    whole list."""

    def __init__(
        self,
        inner: fields.Field[Any],
        *,
        validate: validate.Length | None = None,
        also: Callable[[Any], None] | None = None,
        **kwargs: Any,
    ) -> None:
        of, noun = _entries(inner)
        self._bounds = validate and Entries(validate, noun)
        checks = [check for check in (self._bounds, also) if check]
        super().__init__(inner, validate=checks, **kwargs)
        self.error_messages["invalid"] = f"Send a list of {of}, in square brackets."

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> list[Any]:
        if isinstance(value, list) and self._bounds is not None:
            self._bounds(value)  # before the entries are deserialised
        return super()._deserialize(value, *args, **kwargs)


class Entries(validate.Length):
    """How many entries a list may have."""

    def __init__(self, bounds: validate.Length, noun: str) -> None:
        self._noun = noun
        super().__init__(bounds.min, bounds.max)

    def _format_error(self, value: Any, message: str) -> str:  # noqa: ARG002  # the default message
        many = f"at most {self.max}" if self.min is None else f"{self.min} to {self.max}"
        return f"Has {len(value)} entries; send a list of {many} {self._noun}."


def _entries(inner: fields.Field[Any]) -> tuple[str, str]:
    """A description of the entries, and a noun for them."""
    if isinstance(inner, fields.Nested):
        declared = getattr(inner.nested, "_declared_fields", {})
        needed = [field.data_key or name for name, field in declared.items() if field.required]
        return f"objects, each with {' and '.join(needed)}" if needed else "objects", "objects"
    noun = "numbers" if isinstance(inner, fields.Number) else "texts"
    return noun, noun


class LanguageTag(fields.String):
    """The language of a page. It never fails, since an odd tag must not prevent the survey: a tag
    that is too long loses its last subtags, and other types become ""."""

    def __init__(self, **kwargs: Any) -> None:
        description = f"A language tag; {LONGEST_TAG} characters of it are kept"
        super().__init__(metadata={"description": description}, **kwargs)

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return super().deserialize("" if value is None else value, *args, **kwargs)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        tag = value.strip() if isinstance(value, str) else ""
        if len(tag) > LONGEST_TAG:
            tag = tag[: LONGEST_TAG + 1].rpartition("-")[0]
        return tag


class MomentField(fields.AwareDateTime):
    """A day and a time (RFC 3339); without a zone it is UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        if not isinstance(value, str) or _MOMENT.fullmatch(value) is None:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        moment = datetime.fromisoformat(value.upper())
        if moment.tzinfo is None:
            return moment.replace(tzinfo=UTC)
        try:
            return moment.astimezone(UTC)
        except OverflowError:  # in UTC the year is outside 1 to 9999
            return moment.replace(tzinfo=UTC)


_MOMENT = re.compile(text_patterns.MOMENT)


class Properties(fields.Dict):
    """A flat JSON object with limits on names, value types and bytes (`decision/values.py`)."""

    def __init__(self, *, most_bytes: int = values.PROPERTIES_BYTES, **kwargs: Any) -> None:
        self.most_bytes = most_bytes
        super().__init__(
            keys=fields.String(validate=NAME),
            values=fields.Raw(allow_none=True),
            metadata={
                "description": f"At most {values.NAMES_AT_MOST} names and {most_bytes} bytes. "
                f"{values.SHAPES}"
            },
            **kwargs,
        )

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if not isinstance(value, Mapping):
            raise self.make_error("invalid")
        problems = values.problems(value)
        if problems:
            raise ValidationError(problems)
        too_large = values.too_large(value, self.most_bytes)
        if too_large is not None:
            raise Meaningless(too_large)  # JSON Schema cannot limit bytes
        return value
