"""The exception tree, and with each exception its HTTP status and code.

A shape that is wrong is refused before a use case is called: 422 with the code `invalid`
(`api/error_body.py`).

SaysoError
├── Invalid 422       it has the right shape and cannot be done; `errors` names why, and the remedy
├── Malformed 400     the body is not what the endpoint reads
├── Unauthorized 401  no key, a wrong one, or an identity token that is not valid
├── Forbidden 403     the key lacks a scope, or the origin is not allowed
├── NotFound 404      not there, or another project's: the reply never tells which
├── Conflict 409      the state of the thing does not allow it
├── PreconditionFailed 412  somebody changed the thing since it was read
├── TooLarge 413      the body, as sent or unpacked
├── UnsupportedEncoding 415  the body is packed in a way that we do not read
├── TooMany 429       slower, please; `retry_after` says when
├── Unavailable 503   the database is away; nothing was stored, try again
└── Misconfigured     a setting is wrong; raised at start, never over HTTP
"""


class SaysoError(Exception):
    """`message` is a plain sentence with the remedy; `errors` maps a field to what is wrong."""

    status = 500
    code = "internal_error"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        errors: dict[str, list[str]] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.errors = errors or {}
        self.retry_after = retry_after


class Invalid(SaysoError):
    status, code = 422, "unworkable"


class Malformed(SaysoError):
    status, code = 400, "malformed"


class Unauthorized(SaysoError):
    status, code = 401, "unauthorized"


class Forbidden(SaysoError):
    status, code = 403, "forbidden"


class NotFound(SaysoError):
    status, code = 404, "not_found"


class Conflict(SaysoError):
    status, code = 409, "conflict"


class PreconditionFailed(SaysoError):
    status, code = 412, "precondition_failed"


class TooLarge(SaysoError):
    status, code = 413, "request_entity_too_large"


class UnsupportedEncoding(SaysoError):
    status, code = 415, "unsupported_media_type"


class TooMany(SaysoError):
    status, code = 429, "too_many_requests"


class Unavailable(SaysoError):
    status, code = 503, "unavailable"


class Misconfigured(SaysoError):
    code = "misconfigured"
