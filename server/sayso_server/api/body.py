"""Reads a JSON body regardless of its content type.

Pages send JSON as `text/plain`, so that browsers send no CORS preflight. NUL and lone surrogates
are replaced here, since not every database can store them.
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
NO_GZIP = "The body is not one complete gzip stream; send it again, or without Content-Encoding."
NO_TEXT = "\N{REPLACEMENT CHARACTER}"


class _JsonBody(FlaskParser):
    most = BACKEND_BYTES
    DEFAULT_VALIDATION_STATUS = 422

    def load_json(self, req: Request, schema: Any) -> Any:  # noqa: ARG002  # webargs passes it
        req.max_content_length = self.most
        try:
            body = req.get_data(cache=False)
        except RequestEntityTooLarge as error:
            raise _too_large(self.most) from error
        # A chunked body has no Content-Length, so it is read up to the limit.
        if req.content_length is None and len(body) >= self.most:
            raise _too_large(self.most)
        body = _decoded(body, req.headers.get("Content-Encoding", ""), self.most)
        g.body_size = len(body)
        return read_json(body)


class PageBody(_JsonBody):
    """For page calls: at most 64 kB."""

    most = PAGE_BYTES


class BackendBody(_JsonBody):
    """For backend calls: at most 1 MB."""


def _decoded(body: bytes, encoding: str, most: int) -> bytes:
    """The decompressed body. Raises UnsupportedEncoding, TooLarge, Malformed."""
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return body
    if name not in ("gzip", "x-gzip"):
        raise UnsupportedEncoding(
            f"The body is encoded as {encoding[:40]!r}; send it as gzip, or plain."
        )
    gzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        plain = gzip.decompress(body, most + 1)  # bounded, against decompression bombs
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
        # json.loads would also accept bytes in UTF-16, even with lone surrogates.
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
