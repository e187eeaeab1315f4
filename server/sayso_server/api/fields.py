"""Field types of the wire. Each error says what is wrong and what to send instead."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

from sayso_server.api.body import NO_TEXT
from sayso_server.api.user_ids import mistake
from sayso_server.decision import values


class Form(validate.Regexp):
    """The whole text has this form: `$` alone would let a line break through at the end."""

    def __call__(self, value: Any) -> Any:
        if self.regex.fullmatch(value) is None:
            raise ValidationError(self._format_error(value))
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


class Identifier(fields.String):
    """A key by which something is found again: printable, and never altered."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, *args, **kwargs)
        if not text.isprintable() or NO_TEXT in text:
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
        self._bounds = validate and _Entries(validate, noun)
        checks = [check for check in (self._bounds, also) if check]
        super().__init__(inner, validate=checks, **kwargs)
        self.error_messages["invalid"] = f"Send a list of {of}, in square brackets."

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> list[Any]:
        if isinstance(value, list) and self._bounds is not None:
            self._bounds(value)  # before its entries are read
        return super()._deserialize(value, *args, **kwargs)


class _Entries(validate.Length):
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
    """ISO 8601 with a zone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", default_timezone=UTC, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> datetime:
        try:
            moment: datetime = super()._deserialize(value, *args, **kwargs)
            return moment.astimezone(UTC)
        except (OverflowError, TypeError) as error:
            raise ValidationError("Is not a moment; send ISO 8601 with a zone.") from error


class Properties(fields.Dict):
    """A flat JSON object, bounded in names, shapes and bytes (`decision/values.py`)."""

    def __init__(self, *, most_bytes: int = values.PROPERTIES_BYTES, **kwargs: Any) -> None:
        self._most_bytes = most_bytes
        super().__init__(
            keys=fields.String(validate=NAME),
            values=fields.Raw(allow_none=True),
            metadata={
                "description": f"At most {values.NAMES_AT_MOST} names and {most_bytes} bytes. "
                f"{values.SHAPES}",
                "maxProperties": values.NAMES_AT_MOST,
                "additionalProperties": VALUE,
            },
            **kwargs,
        )

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if not isinstance(value, Mapping):
            raise self.make_error("invalid")
        said = values.problems(value, self._most_bytes)
        if said:
            raise ValidationError(said)
        return value
