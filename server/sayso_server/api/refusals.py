"""Which errors an operation may reply with, by what guards it."""

from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

from apispec import BasePlugin
from flask_smorest import Blueprint

from sayso_server.errors import (
    Conflict,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    PreconditionFailed,
    SaysoError,
    TooLarge,
    TooMany,
    Unauthorized,
    Unavailable,
    UnsupportedEncoding,
)

Operation = Mapping[str, Any]
View = TypeVar("View", bound=Callable[..., Any])

USE_CASE = "x-refuses"

ALWAYS = (TooMany, Unavailable)
KEY = (Unauthorized, Forbidden)
ORIGIN = (Forbidden,)
TOKEN = (Unauthorized,)
BODY = (Malformed, TooLarge, UnsupportedEncoding, Invalid)


def may_refuse(*errors: type[SaysoError]) -> Callable[[View], View]:
    """Name what the use case itself refuses, beyond what stands before it."""
    said: Callable[[View], View] = Blueprint.doc(**{USE_CASE: [error.__name__ for error in errors]})
    return said


_BY_NAME = {error.__name__: error for error in (Conflict, Invalid, NotFound, Unauthorized)}


def refusals(path: str, operation: Operation) -> Iterator[type[SaysoError]]:
    """What the operation may refuse, each perhaps more than once."""
    where = {(one["in"], one["name"]) for one in operation.get("parameters", ())}
    yield from ALWAYS
    if "security" in operation:
        yield from KEY
    if ("header", "Origin") in where:
        yield from ORIGIN
    if ("header", "If-Match") in where:
        yield PreconditionFailed
    if "requestBody" in operation:
        yield from BODY
    if any(place == "query" for place, _ in where):
        yield Invalid
    if "{" in path:
        yield NotFound
    yield from (_BY_NAME[name] for name in operation.get(USE_CASE, ()))


class RefusalsPlugin(BasePlugin):
    """Adds them to each operation, once all else is known of it."""

    def operation_helper(
        self, path: str | None = None, operations: dict[str, Any] | None = None, **_: Any
    ) -> None:
        for operation in (operations or {}).values():
            statuses = sorted({error.status for error in refusals(path or "", operation)})
            operation.pop(USE_CASE, None)
            for status in statuses:
                operation["responses"].setdefault(status, HTTPStatus(status).name)
