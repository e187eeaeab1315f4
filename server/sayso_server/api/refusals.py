"""Adds to each OpenAPI operation the errors that it may reply with."""

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
    """Declare the errors of the use case. Errors from access checks and parsing are implied."""
    names = [error.__name__ for error in errors]
    decorate: Callable[[View], View] = Blueprint.doc(**{USE_CASE: names})
    return decorate


_BY_NAME = {error.__name__: error for error in (Conflict, Invalid, NotFound, Unauthorized)}


def refusals(path: str, operation: Operation) -> Iterator[type[SaysoError]]:
    """The errors that the operation may reply with, possibly with duplicates."""
    parameters = {(item["in"], item["name"]) for item in operation.get("parameters", ())}
    yield from ALWAYS
    if "security" in operation:
        yield from KEY
    if ("header", "Origin") in parameters:
        yield from ORIGIN
    if ("header", "If-Match") in parameters:
        yield PreconditionFailed
    if "requestBody" in operation:
        yield from BODY
    if any(location == "query" for location, _ in parameters):
        yield Invalid
    if "{" in path:
        yield NotFound
    yield from (_BY_NAME[name] for name in operation.get(USE_CASE, ()))


class RefusalsPlugin(BasePlugin):
    """Adds the error responses to each operation."""

    def operation_helper(
        self, path: str | None = None, operations: dict[str, Any] | None = None, **_: Any
    ) -> None:
        for operation in (operations or {}).values():
            statuses = sorted({error.status for error in refusals(path or "", operation)})
            operation.pop(USE_CASE, None)
            for status in statuses:
                operation["responses"].setdefault(status, HTTPStatus(status).name)
