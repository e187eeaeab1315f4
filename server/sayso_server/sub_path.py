"""Serve Sayso below a path, such as https://example.com/sayso.

The path comes from SAYSO_PUBLIC_URL, else from the X-Forwarded-Prefix set by a trusted proxy. It
becomes the request's script root, which all our links, redirects and cookies use. The proxy may
strip the path or keep it.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.http import parse_list_header
from werkzeug.routing import Map

from sayso_server.errors import Misconfigured
from sayso_server.settings import PLAIN_PATH

HEADER = "HTTP_X_FORWARDED_PREFIX"


class SubPath:
    """WSGI middleware that sets SCRIPT_NAME and PATH_INFO."""

    def __init__(self, app: WSGIApplication, public_url: str, trusted_proxies: int) -> None:
        self._app = app
        self._path = urlsplit(public_url).path
        self._proxies = trusted_proxies

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        root = self._path or self._forwarded(environ)
        if root:
            environ["SCRIPT_NAME"] = root
            environ["PATH_INFO"] = _below(root, environ["PATH_INFO"])
        return self._app(environ, start_response)

    def _forwarded(self, environ: WSGIEnvironment) -> str:
        """The prefix set by the outermost trusted proxy, or ""."""
        if not self._proxies:
            return ""
        prefixes = parse_list_header(environ.get(HEADER, ""))[-self._proxies :]
        path = prefixes[0].rstrip("/") if prefixes else ""
        return path if PLAIN_PATH.fullmatch(path) else ""


def must_not_hide(public_url: str, routes: Map) -> None:
    """Raises Misconfigured for a public path that begins like one of our routes: we could not tell
    whether the proxy had stripped it."""
    first = urlsplit(public_url).path.split("/")[1:2]
    if first and first[0] in {rule.rule.split("/")[1] for rule in routes.iter_rules()}:
        raise Misconfigured(
            f"The path of SAYSO_PUBLIC_URL begins with /{first[0]}, as addresses of the server's "
            "own do; choose another path"
        )


def _below(root: str, path: str) -> str:
    """The path without the root, whether or not the proxy has stripped it."""
    if path == root or path.startswith(f"{root}/"):
        return path[len(root) :] or "/"
    return path
