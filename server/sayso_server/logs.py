"""The server's log: one line per message, with time, level and logger name.

The access log shows the route and hides secrets and personal ids in the path. Query strings are
left out.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from datetime import timedelta
from typing import Any, TextIO

from gunicorn.glogging import Logger
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, MapAdapter

from sayso_server.printable import PrintableFormatter

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
TIME = "%Y-%m-%dT%H:%M:%S%z"

SHOWN = frozenset({"public_key", "survey_id", "survey", "name", "tag"})
"""Path parameters that are neither secret nor personal; all others are hidden."""
PLAIN = re.compile(r"[\w.-]{1,64}", re.ASCII)
HIDDEN = "…"

log = logging.getLogger("sayso.access")


class StandardError(logging.StreamHandler[TextIO]):
    """Writes to the current `sys.stderr`, which `output.install` replaces after the start."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # an attribute in the base class
        return sys.stderr


def set_up() -> None:
    """Log to standard error, from level INFO."""
    handler = StandardError()
    handler.setFormatter(PrintableFormatter(FORMAT, TIME))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("alembic").setLevel(logging.WARNING)


class ServerLogger(Logger):
    """Sends gunicorn's messages to our log."""

    routes: MapAdapter | None = None
    """Set if the access log is on."""

    def setup(self, cfg: Any) -> None:  # noqa: ARG002  # gunicorn's signature
        self.error_log = logging.getLogger("sayso.server")
        self.error_log.setLevel(logging.WARNING)

    def access(
        self, resp: Any, _req: Any, environ: MutableMapping[str, Any], request_time: timedelta
    ) -> None:
        if self.routes is not None and environ:
            log.info(
                "%s %s %s %s %s bytes %.1f ms",
                environ.get("REMOTE_ADDR", "-"),
                environ["REQUEST_METHOD"],
                shown_path(self.routes, environ["REQUEST_METHOD"], environ["PATH_INFO"]),
                str(resp.status).partition(" ")[0],
                resp.sent,
                request_time / timedelta(milliseconds=1),
            )


def logger_of(routes: Map, *, access_log: bool) -> type[ServerLogger]:
    """The logger class for gunicorn's `logger_class`."""
    bound = routes.bind("", "/") if access_log else None
    return type("Logger", (ServerLogger,), {"routes": bound})


def shown_path(routes: MapAdapter, method: str, path: str) -> str:
    """The path as the log shows it. A path that matches no route is hidden entirely."""
    try:
        rule, arguments = routes.match(path, method, return_rule=True)
    except MethodNotAllowed as error:
        return shown_path(routes, next(iter(error.valid_methods or ["GET"])), path)
    except HTTPException:
        return HIDDEN
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda match: _shown(match[1], arguments), rule.rule)


def _shown(name: str, arguments: Any) -> str:
    value = str(arguments[name])
    return value if name in SHOWN and PLAIN.fullmatch(value) else HIDDEN
