"""Field types of the wire. Each error says what is wrong and what to send instead."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from math import isfinite
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, fields, validate

from sayso_server.api import json_forms
from sayso_server.api.messages import Meaningless
from sayso_server.api.user_ids import mistake
from sayso_server.decision import values


class Form(validate.Regexp):
    """The whole text has this form: `$` alone would let a line break through at the end."""

    def __call__(self, value: Any) -> Any:
        if self.regex.fullmatch(value) is None:
            raise ValidationError(self._format_error(value))
        return value


class Means(validate.Validator):
    """What no schema can say of a value of the right shape: that it stands for something."""

    def __init__(self, remedy: str, stands: Callable[[Any], bool]) -> None:
        self._remedy = remedy
        self._stands = stands

    def __call__(self, value: Any) -> Any:
        if not self._stands(value):
            raise Meaningless(self._remedy)
        return value


ID = Form(r"^[\x21-\x7e]{1,64}$", error="Send 1 to 64 visible ASCII characters, without spaces.")
VISITOR = Form(
    r"^(?![0-]*$)[A-Za-z0-9_-]{16,64}$",  # an unset UUID is everybody's
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
LONGEST_TAG = 35  # RFC 5646, 4.4.1: every tag in use fits
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


class Number(fields.Float):
    """A number of a JSON body; the text "3" is none."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> float:
        if not is_number(value):
            raise self.make_error("invalid", input=value)
        number: float = super()._deserialize(value, *args, **kwargs)
        return number


class WholeNumber(fields.Integer):
    """A whole number of a JSON body."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        whole = as_whole(value)
        if not isinstance(whole, int) or isinstance(whole, bool):
            raise self.make_error("invalid", input=value)
        return whole


def as_whole(value: Any) -> Any:
    """287.0 as 287, since JSON has one type for both; everything else as it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class TrueOrFalse(fields.Boolean):
    """True or false of a JSON body; the text "true" is neither."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


def is_number(value: Any) -> bool:
    """A number of JSON, and a finite one."""
    if isinstance(value, float):
        return isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


class Id(fields.UUID):
    """An id as it was given, with its dashes."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> UUID:
        if not isinstance(value, str) or _UUID.fullmatch(value) is None:
            raise self.make_error("invalid_uuid")
        return UUID(value)


_UUID = re.compile(json_forms.UUID)


class Day(fields.Date):
    """A day of the calendar, as 2026-03-02."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> date:
        if not isinstance(value, str) or _DAY.fullmatch(value) is None:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return date.fromisoformat(value)


_DAY = re.compile(json_forms.DAY)


class Identifier(fields.String):
    """A key by which something is found again: printable, and never altered."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, *args, **kwargs)
        if not json_forms.is_printable(text):
            raise ValidationError("Contains characters that cannot be printed; send plain text.")
        return text


class UserId(Identifier):
    """A user's own id, of which some texts can be none (see `user_ids`)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=IDENTIFIER, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, *args, **kwargs)
        wrong = mistake(text)
        if wrong is not None and text:
            raise ValidationError(wrong)
        return text


class List(fields.List[Any]):
    """A list that says what of, and how many, when it is wrong. `also` checks the whole list."""

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
            self._bounds(value)  # before its entries are read
        return super()._deserialize(value, *args, **kwargs)


class Entries(validate.Length):
    """How many entries a list may have."""

    def __init__(self, bounds: validate.Length, noun: str) -> None:
        self._noun = noun
        super().__init__(bounds.min, bounds.max)

    def _format_error(self, value: Any, message: str) -> str:  # noqa: ARG002  # the usual one
        many = f"at most {self.max}" if self.min is None else f"{self.min} to {self.max}"
        return f"Has {len(value)} entries; send a list of {many} {self._noun}."


def _entries(inner: fields.Field[Any]) -> tuple[str, str]:
    """What the entries are, in full and in a word."""
    if isinstance(inner, fields.Nested):
        declared = getattr(inner.nested, "_declared_fields", {})
        needed = [field.data_key or name for name, field in declared.items() if field.required]
        return f"objects, each with {' and '.join(needed)}" if needed else "objects", "objects"
    noun = "numbers" if isinstance(inner, fields.Number) else "texts"
    return noun, noun


class LanguageTag(fields.String):
    """What a page says its language is. The host wrote it, and no odd one costs the question: one
    that is too long loses its last parts, or counts as none."""

    def __init__(self, **kwargs: Any) -> None:
        described = {"description": f"A language tag; {LONGEST_TAG} characters of it are kept"}
        super().__init__(metadata=described, **kwargs)

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return super().deserialize("" if value is None else value, *args, **kwargs)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        tag = value.strip() if isinstance(value, str) else ""
        if len(tag) > LONGEST_TAG:
            tag = tag[: LONGEST_TAG + 1].rpartition("-")[0]
        return tag


class Moment(fields.AwareDateTime):
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
        except OverflowError:  # by a zone only, in the first or the last year that there is
            return moment.replace(tzinfo=UTC)


_MOMENT = re.compile(json_forms.MOMENT)


class Properties(fields.Dict):
    """A flat JSON object, bounded in names, shapes and bytes (`decision/values.py`)."""

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
        said = values.problems(value)
        if said:
            raise ValidationError(said)
        too_large = values.too_large(value, self.most_bytes)
        if too_large is not None:
            raise Meaningless(too_large)  # a schema has no word for bytes
        return value
