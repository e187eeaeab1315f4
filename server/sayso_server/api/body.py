"""Reading a JSON body, whatever content type it is sent under.

Pages send JSON as `text/plain`, so that no browser asks for permission first. Text that is no text
(NUL, half a surrogate pair) is replaced here, so that it can be stored anywhere.
"""

import json
from typing import Any, NoReturn

from flask import Request, g
from webargs.flaskparser import FlaskParser

from sayso_server.errors import Malformed

PAGE_BYTES = 64 * 1024
BACKEND_BYTES = 1024 * 1024
NO_TEXT = "\N{REPLACEMENT CHARACTER}"


class _JsonBody(FlaskParser):
    most = BACKEND_BYTES
    DEFAULT_VALIDATION_STATUS = 422

    def load_json(self, req: Request, schema: Any) -> Any:  # noqa: ARG002  # webargs calls it so
        req.max_content_length = self.most
        body = req.get_data(cache=False)
        g.body_size = len(body)
        return read_json(body)


class PageBody(_JsonBody):
    """For page calls: at most 64 kB, unknown fields ignored so that old scripts go on working."""

    most = PAGE_BYTES


class BackendBody(_JsonBody):
    """For backend calls: at most 1 MB."""


def read_json(body: bytes) -> Any:
    """The JSON in `body`. Raises Malformed."""
    try:
        # Given bytes, json would also take UTF-16, and half a surrogate pair in them.
        value = json.loads(body.decode("utf-8-sig"), parse_constant=_refuse_constant)
        return _as_text(value) if b"\\u" in body else value
    except (ValueError, RecursionError) as error:
        raise Malformed("The body is not valid JSON; send one JSON object.") from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _as_text(value: Any) -> Any:
    if isinstance(value, str):
        whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return whole.replace("\0", NO_TEXT)
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    if isinstance(value, dict):
        return {_as_text(key): _as_text(item) for key, item in value.items()}
    return value
