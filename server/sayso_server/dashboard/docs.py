"""The API's reference for people, from the description that programs read."""

from typing import Any

from flask import Response, current_app, make_response, render_template

from sayso_server.dashboard import reference
from sayso_server.dashboard.blueprint import dashboard
from sayso_server.decision.reasons import Reason
from sayso_server.parts import parts


@dashboard.route("/docs")
def docs() -> Response:
    """Every call with its fields, replies and an example."""
    address = parts().settings.public_url
    response = make_response(render_template("docs.html", rooms=_rooms(address), address=address))
    response.headers["Cache-Control"] = "no-cache"
    return response


@dashboard.route("/docs/reasons")
def reasons() -> Response:
    """Every reason for an ask or a silence, from the list that decisions are made with."""
    response = make_response(render_template("reasons.html", reasons=list(Reason)))
    response.headers["Cache-Control"] = "no-cache"
    return response


def _rooms(address: str) -> list[reference.Room]:
    api = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    spec: dict[str, Any] = api.spec.to_dict()
    return reference.rooms(spec, address)
