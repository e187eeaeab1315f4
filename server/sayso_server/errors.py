"""The exception tree. Each exception has an HTTP status and a code.

A request that its schema refuses never reaches a use case: it gets 422 with the code `invalid`
(`api/error_body.py`).

SaysoError
├── Invalid 422       the shape is right, but it cannot be done; `errors` gives reason and remedy
├── Malformed 400     the body does not have the endpoint's format
├── Unauthorized 401  no key, a wrong key, or an invalid identity token
├── Forbidden 403     the key lacks a scope, or the origin is not allowed
├── NotFound 404      it does not exist or is another project's; the reply does not say which
├── Conflict 409      the state of the resource does not allow it
├── PreconditionFailed 412  the resource was changed after it was read
├── TooLarge 413      the body, as sent or decompressed
├── UnsupportedEncoding 415  the body's content encoding is not supported
├── TooMany 429       a limit is exceeded; `retry_after` is the seconds to wait
├── Unavailable 503   the database is unavailable; nothing was stored, retry
│   └── OutcomeUnknown  the connection broke during a commit; it may or may not be stored
└── Misconfigured     a setting is wrong; raised at start, never over HTTP
"""


class SaysoError(Exception):
    """`message` is a plain sentence with the remedy; `errors` maps a field to its messages."""

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


class OutcomeUnknown(Unavailable):
    code = "outcome_unknown"


class Misconfigured(SaysoError):
    code = "misconfigured"
