"""Checking the entries of a batch one by one, so that one bad entry costs no other."""

from typing import Any

from marshmallow import Schema, ValidationError

from sayso_server.api.error_body import flat
from sayso_server.api.fields import List

Record = dict[str, Any]


class EachLater(List):
    """Described by its entries' schema, which the view checks one by one."""

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
