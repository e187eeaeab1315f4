"""Reading a JSON body, whatever content type it is sent under.

Pages send JSON as `text/plain`, so that no browser asks for permission first. Text that is no text
(NUL, half a surrogate pair) is replaced here, so that it can be stored anywhere.
"""

import json
import zlib
from typing import Any, NoReturn

from flask import Request, g
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge

from sayso_server.errors import Malformed, TooLarge, UnsupportedEncoding

PAGE_BYTES = 64 * 1024
BACKEND_BYTES = 1024 * 1024
NO_GZIP = (
    "The body is not one whole gzip stream, as its Content-Encoding says; send it so, or plain."
)
NO_TEXT = "\N{REPLACEMENT CHARACTER}"


class _JsonBody(FlaskParser):
    most = BACKEND_BYTES
    DEFAULT_VALIDATION_STATUS = 422

    def load_json(self, req: Request, schema: Any) -> Any:  # noqa: ARG002  # webargs calls it so
        req.max_content_length = self.most
        try:
            body = req.get_data(cache=False)
        except RequestEntityTooLarge as error:
            raise _too_large(self.most) from error
        # In chunks no length says that it is too long: what is read ends at the limit.
        if req.content_length is None and len(body) >= self.most:
            raise _too_large(self.most)
        body = _unpacked(body, req.headers.get("Content-Encoding", ""), self.most)
        g.body_size = len(body)
        return read_json(body)


class PageBody(_JsonBody):
    """For page calls: at most 64 kB, unknown fields ignored so that old scripts go on working."""

    most = PAGE_BYTES


class BackendBody(_JsonBody):
    """For backend calls: at most 1 MB."""


def _unpacked(body: bytes, encoding: str, most: int) -> bytes:
    """The body without its content encoding. Raises UnsupportedEncoding, TooLarge, Malformed."""
    named = encoding.strip().lower()
    if named in ("", "identity"):
        return body
    if named not in ("gzip", "x-gzip"):
        raise UnsupportedEncoding(
            f"The body is encoded as {encoding[:40]!r}; send it as gzip, or plain."
        )
    gzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        plain = gzip.decompress(body, most + 1)  # no more, however much it would become
    except zlib.error as error:
        raise Malformed(NO_GZIP) from error
    if len(plain) > most:
        raise _too_large(most)
    if not gzip.eof or gzip.unused_data:
        raise Malformed(NO_GZIP)
    return plain


def _too_large(most: int) -> TooLarge:
    return TooLarge(f"The body is larger than {most // 1024} kB; send it in several calls.")


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
