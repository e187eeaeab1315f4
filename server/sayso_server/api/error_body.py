"""One error body everywhere: `{"code", "message", "errors": {field: [...]}}`."""

import logging
from typing import Any

from flask import Flask, Response, jsonify
from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from sayso_server.api.messages import Meaning
from sayso_server.errors import SaysoError

log = logging.getLogger("sayso")

UNWORKABLE = "It cannot be done as it is; `errors` says why, with the remedy."
INVALID = "Some fields are not as they should be; `errors` names each with its remedy."
SOMETHING_FAILED = (
    "Something failed here; the server's log says what. Before you repeat a change, look whether "
    "it was made."
)


class ErrorBody(Schema):
    """The body of every error."""

    code = fields.String(required=True)
    message = fields.String(required=True)
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)


def register(app: Flask) -> None:
    """Reply to every exception with this body."""
    app.register_error_handler(SaysoError, _sayso_error)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, _unforeseen)


def http_error(error: HTTPException) -> Response:
    """The reply to an error from Werkzeug or webargs."""
    status = error.code or 500
    messages = getattr(error, "data", {}).get("messages")
    if messages:
        (by_field,) = messages.values()  # the key is the location: json or query
        return _body(422, *refusal(by_field), flat(by_field))
    code = (error.name or "error").lower().replace(" ", "_")
    return _with_headers(_body(status, code, _message(error)), error)


def _message(error: HTTPException) -> str:
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        return f"This address does not take this method; use {', '.join(error.valid_methods)}."
    return error.description or error.name


def _sayso_error(error: SaysoError) -> Response:
    response = _body(error.status, error.code, error.message, error.errors)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _unforeseen(_error: Exception) -> Response:
    log.exception("A request failed")
    return _body(500, "internal_error", SOMETHING_FAILED)


def _body(
    status: int, code: str, message: str, errors: dict[str, list[str]] | None = None
) -> Response:
    response = jsonify(code=code, message=message, errors=errors or {})
    response.status_code = status
    return response


def refusal(messages: Any) -> tuple[str, str]:
    """Code and message for a validation error: `invalid` if the request violates the OpenAPI
    schemas, `unworkable` if only the meaning of its values is wrong."""
    return ("unworkable", UNWORKABLE) if _only_meaning(messages) else ("invalid", INVALID)


def _only_meaning(messages: Any) -> bool:
    if isinstance(messages, dict):
        return all(map(_only_meaning, messages.values()))
    if isinstance(messages, list):
        return all(map(_only_meaning, messages))
    return isinstance(messages, Meaning)


def _with_headers(response: Response, error: HTTPException) -> Response:
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def flat(messages: Any, path: str = "") -> dict[str, list[str]]:
    """Nested messages, flattened to dotted fields: {"events.0.name": ["…"]}."""
    if isinstance(messages, dict):
        by_field: dict[str, list[str]] = {}
        for key, inner in messages.items():
            by_field.update(flat(inner, f"{path}.{key}" if path else str(key)))
        return by_field
    texts = [str(text) for text in (messages if isinstance(messages, list) else [messages])]
    return {path.removesuffix("_schema").removesuffix(".") or "body": texts}
