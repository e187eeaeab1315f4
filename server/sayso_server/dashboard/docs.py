"""The API reference, rendered from the OpenAPI description."""

from functools import lru_cache
from typing import Any

from flask import Response, current_app, render_template, request

from sayso_server.compressed import compressed
from sayso_server.dashboard import reference
from sayso_server.dashboard.blueprint import dashboard
from sayso_server.decision.reasons import Reason
from sayso_server.dependencies import dependencies
from sayso_server.limit_table import LIMITS

HTML = "text/html; charset=utf-8"


@dashboard.route("/docs")
def docs() -> Response:
    """The API reference: every call with its fields, replies and an example."""
    settings = dependencies().settings
    limits = tuple(getattr(settings, name) for name in LIMITS)
    return compressed(_docs(settings.public_url, request.script_root, limits), HTML, "no-cache")


@dashboard.route("/docs/reasons")
def reasons() -> Response:
    """The list of reasons why a person is asked or not."""
    return compressed(_reasons(request.script_root), HTML, "no-cache")


# The arguments come from the settings or a trusted proxy, so callers cannot fill the cache. `root`
# is a part of the cache key: the template reads it from the request.
@lru_cache(maxsize=8)
def _docs(address: str, root: str, limits: tuple[int, ...]) -> str:  # noqa: ARG001  # see above
    rows = list(zip(LIMITS.values(), limits, strict=True))
    return render_template("docs.html", sections=_sections(address), address=address, limits=rows)


@lru_cache(maxsize=8)
def _reasons(root: str) -> str:  # noqa: ARG001  # see above
    return render_template("reasons.html", reasons=list(Reason))


def _sections(address: str) -> list[reference.Section]:
    api = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    description: dict[str, Any] = api.describe()
    return reference.sections(description, address)
