"""Compressed replies with an ETag, for texts that are the same for everybody. The result is
cached."""

import gzip
import hashlib
from functools import lru_cache

import brotli
from flask import Response, request

BEST_UP_TO = 64 * 1024  # characters; brotli's best quality takes seconds for a large text
BEST, QUICK = 11, 5


def compressed(text: str, content_type: str, cache_control: str) -> Response:
    """The reply to this request in an encoding that the client accepts, or 304."""
    accepted = request.accept_encodings
    encoding = next((name for name in ("br", "gzip") if accepted.quality(name) > 0), "")
    body, tag = _compress(text, encoding)
    response = Response(body, content_type=content_type)
    response.headers["Cache-Control"] = cache_control
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.vary.add("Accept-Encoding")
    if encoding:
        response.content_encoding = encoding
    response.set_etag(tag)
    response.make_conditional(request)
    return response


@lru_cache(maxsize=512)
def _compress(text: str, encoding: str) -> tuple[bytes, str]:
    body = text.encode()
    tag = hashlib.sha256(body).hexdigest()[:16]
    if encoding == "br":
        quality = BEST if len(text) <= BEST_UP_TO else QUICK
        return brotli.compress(body, quality=quality), f"{tag}-br"
    if encoding == "gzip":
        return gzip.compress(body, 9, mtime=0), f"{tag}-gz"
    return body, tag
