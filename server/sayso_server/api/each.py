"""Checking the entries of a batch one by one, so that one bad entry costs no other."""

from typing import Any

from marshmallow import Schema, ValidationError, fields

from sayso_server.api.error_body import flat
from sayso_server.api.fields import List

Record = dict[str, Any]


class EachLater(List):
    """A batch: the view checks its entries one by one, and answers each in its place."""

    def __init__(self, inner: fields.Nested, **kwargs: Any) -> None:
        super().__init__(inner, **kwargs)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> list[Any]:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        return value


def check(schema: Schema, record: Any, key: str) -> tuple[Record, Record | None]:
    """The entry as its schema reads it, and its refusal (a result for the reply) if it is bad."""
    try:
        return schema.load(record), None
    except ValidationError as error:
        named = record.get(key) if isinstance(record, dict) else None
        return {}, {
            key: named if isinstance(named, str) else "",
            "status": "refused",
            "reason": "invalid",
            "errors": flat(error.messages),
        }
