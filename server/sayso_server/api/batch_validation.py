"""Validates the entries of a batch one by one, so that a bad entry does not fail the others."""

from typing import Any

from marshmallow import Schema, ValidationError, fields

from sayso_server.api.error_body import flat
from sayso_server.api.fields import List

Record = dict[str, Any]


class Batch(List):
    """A list whose entries the view validates with `check_entry`, each with its own result."""

    def __init__(self, inner: fields.Nested, **kwargs: Any) -> None:
        super().__init__(inner, **kwargs)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> list[Any]:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        return value


def check_entry(schema: Schema, record: Any, key: str) -> tuple[Record, Record | None]:
    """The loaded entry and None; or, if it is invalid, an empty entry and its result for the
    reply."""
    try:
        return schema.load(record), None
    except ValidationError as error:
        value = record.get(key) if isinstance(record, dict) else None
        return {}, {
            key: value if isinstance(value, str) else "",
            "status": "refused",
            "reason": "invalid",
            "errors": flat(error.messages),
        }
