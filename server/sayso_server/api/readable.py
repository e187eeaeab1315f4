"""Turns HTTP errors in a request body (bad chunks, an early end) into a 400."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from gunicorn.http.errors import ParseException
from werkzeug.exceptions import BadRequest

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

UNREADABLE = "The body is not valid HTTP; send it whole, or in well-formed chunks."
CUT_OFF = "The body is shorter than its Content-Length says; send it whole."


class ReadableBodies:
    """WSGI middleware, since several parts of the application read bodies."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        body = _Body(environ["wsgi.input"], int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = body

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            # The rest of the body cannot be distinguished from the next request on the connection.
            close = [("Connection", "close")] if body.broken else []
            return start_response(status, [*headers, *close], *more)

        return self._application(environ, start)


class _Body:
    """The input stream; raises BadRequest for a malformed or incomplete body."""

    def __init__(self, stream: Any, length: int) -> None:
        self._stream = stream
        self._left = length
        self.broken = False

    def read(self, size: int = -1) -> bytes:
        return self._guarded(self._stream.read, size)

    def readline(self, size: int = -1) -> bytes:
        return self._guarded(self._stream.readline, size)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def _guarded(self, read: Callable[[int], bytes], size: int) -> bytes:
        try:
            piece = read(size)
        except (ParseException, OSError) as error:
            self.broken = True
            raise BadRequest(UNREADABLE) from error
        self._left -= len(piece)
        if self._left > 0 and size and not piece:
            self.broken = True
            raise BadRequest(CUT_OFF)
        return piece
