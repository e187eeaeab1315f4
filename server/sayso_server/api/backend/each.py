"""Checking the records of a batch one by one, so that one bad record costs no other."""

from typing import Any

from marshmallow import Schema, ValidationError

from sayso_server.api.error_body import flat

Record = dict[str, Any]


def check(schema: Schema, record: Record, key: str) -> tuple[Record, Record | None]:
    """The record as its schema reads it, and its refusal (a result for the reply) if it is bad."""
    try:
        return schema.load(record), None
    except ValidationError as error:
        named = record.get(key)
        return record, {
            key: named if isinstance(named, str) else "",
            "status": "refused",
            "reason": "invalid",
            "errors": flat(error.messages),
        }
