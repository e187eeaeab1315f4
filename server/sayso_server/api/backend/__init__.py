"""Calls of the host's backend and of management: secret key in the Authorization header."""

from flask_smorest import Blueprint

from sayso_server.api.access import check_backend
from sayso_server.api.body import BackendBody


class BackendBlueprint(Blueprint):
    ARGUMENTS_PARSER = BackendBody()


blueprint = BackendBlueprint(
    "backend",
    __name__,
    url_prefix="/v1",
    description="Called with `Authorization: Bearer sk_…`.",
)
blueprint.before_request(check_backend)
