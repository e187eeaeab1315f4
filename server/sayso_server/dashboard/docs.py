"""The API's reference for people, from the description that programs read."""

from functools import lru_cache
from typing import Any

from flask import Response, current_app, render_template, request

from sayso_server.compressed import compressed
from sayso_server.dashboard import reference
from sayso_server.dashboard.blueprint import dashboard
from sayso_server.decision.reasons import Reason
from sayso_server.limit_table import LIMITS
from sayso_server.parts import parts

HTML = "text/html; charset=utf-8"


@dashboard.route("/docs")
def docs() -> Response:
    """Every call with its fields, replies and an example."""
    settings = parts().settings
    limits = tuple(getattr(settings, name) for name in LIMITS)
    return compressed(_docs(settings.public_url, request.script_root, limits), HTML, "no-cache")


@dashboard.route("/docs/reasons")
def reasons() -> Response:
    """Every reason for an ask or a silence, from the list that decisions are made with."""
    return compressed(_reasons(request.script_root), HTML, "no-cache")


# The arguments are the server's own settings, or a trusted proxy's: no caller chooses what is kept.
# `root`, which the template reads from the request, is there so that each has a page of its own.
@lru_cache(maxsize=8)
def _docs(address: str, root: str, limits: tuple[int, ...]) -> str:  # noqa: ARG001  # see above
    rows = list(zip(LIMITS.values(), limits, strict=True))
    return render_template("docs.html", rooms=_rooms(address), address=address, limits=rows)


@lru_cache(maxsize=8)
def _reasons(root: str) -> str:  # noqa: ARG001  # see above
    return render_template("reasons.html", reasons=list(Reason))


def _rooms(address: str) -> list[reference.Room]:
    api = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    description: dict[str, Any] = api.describe()
    return reference.rooms(description, address)
