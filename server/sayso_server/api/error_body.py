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


class ErrorBody(Schema):
    """What every error looks like."""

    code = fields.String(required=True)
    message = fields.String(required=True)
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)


def register(app: Flask) -> None:
    """Answer every exception with the one body."""
    app.register_error_handler(SaysoError, _sayso_error)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, _unforeseen)


def http_error(error: HTTPException) -> Response:
    """Werkzeug's and webargs' refusals."""
    status = error.code or 500
    messages = getattr(error, "data", {}).get("messages")
    if messages:
        (found,) = messages.values()  # by where the field came from: json, query
        return _body(422, *refusal(found), flat(found))
    code = (error.name or "error").lower().replace(" ", "_")
    return _with_headers(_body(status, code, _said(error)), error)


def _said(error: HTTPException) -> str:
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
    return _body(500, "internal_error", "Something failed here; nothing was stored.")


def _body(
    status: int, code: str, message: str, errors: dict[str, list[str]] | None = None
) -> Response:
    response = jsonify(code=code, message=message, errors=errors or {})
    response.status_code = status
    return response


def refusal(messages: Any) -> tuple[str, str]:
    """Code and message of what a schema refuses: whether the shape is wrong, as the description
    has it, or nothing but what the values mean."""
    return ("unworkable", UNWORKABLE) if _of_meaning(messages) else ("invalid", INVALID)


def _of_meaning(messages: Any) -> bool:
    if isinstance(messages, dict):
        return all(map(_of_meaning, messages.values()))
    if isinstance(messages, list):
        return all(map(_of_meaning, messages))
    return isinstance(messages, Meaning)


def _with_headers(response: Response, error: HTTPException) -> Response:
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def flat(messages: Any, path: str = "") -> dict[str, list[str]]:
    """Nested messages by dotted field: {"events.0.name": ["…"]}."""
    if isinstance(messages, dict):
        found: dict[str, list[str]] = {}
        for key, inner in messages.items():
            found.update(flat(inner, f"{path}.{key}" if path else str(key)))
        return found
    said = messages if isinstance(messages, list) else [messages]
    return {path.removesuffix("_schema").removesuffix(".") or "body": [str(one) for one in said]}
