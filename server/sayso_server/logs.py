"""What the server writes to its log: one line each, with time, level and who says it.

The access log names the route and hides what a path may carry: secrets of invitations, ids of
people. Query strings are left out.
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
"""Parts of paths that are neither secret nor personal; all others are hidden."""
PLAIN = re.compile(r"[\w.-]{1,64}", re.ASCII)
HIDDEN = "…"

log = logging.getLogger("sayso.access")


class StandardError(logging.StreamHandler[TextIO]):
    """Writes to what standard error is at the moment: a server puts its own in place once it has
    begun (`output.py`)."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # an attribute there
        return sys.stderr


def set_up() -> None:
    """Write everything from INFO on to standard error."""
    handler = StandardError()
    handler.setFormatter(PrintableFormatter(FORMAT, TIME))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("alembic").setLevel(logging.WARNING)


class ServerLogger(Logger):
    """gunicorn's log, as a part of ours."""

    routes: MapAdapter | None = None
    """Set where every request is to be logged."""

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
    """The class that gunicorn makes its log of."""
    bound = routes.bind("", "/") if access_log else None
    return type("Logger", (ServerLogger,), {"routes": bound})


def shown_path(routes: MapAdapter, method: str, path: str) -> str:
    """The path as the log shows it; one that is no route's might hold anything."""
    try:
        rule, arguments = routes.match(path, method, return_rule=True)
    except MethodNotAllowed as error:
        return shown_path(routes, next(iter(error.valid_methods or ["GET"])), path)
    except HTTPException:
        return HIDDEN
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: _shown(found[1], arguments), rule.rule)


def _shown(name: str, arguments: Any) -> str:
    value = str(arguments[name])
    return value if name in SHOWN and PLAIN.fullmatch(value) else HIDDEN
