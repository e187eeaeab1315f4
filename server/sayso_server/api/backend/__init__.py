"""Calls of the host's backend and of management: secret key in the Authorization header."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask_smorest import Blueprint

from sayso_server.api.access import check_backend
from sayso_server.api.body import BackendBody

View = TypeVar("View", bound=Callable[..., Any])


class BackendBlueprint(Blueprint):
    """Every operation names the secret key as its security."""

    ARGUMENTS_PARSER = BackendBody()

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        add = super().route(rule, **options)
        secured = self.doc(security=[{"secretKey": []}])
        return lambda view: add(secured(view))


blueprint = BackendBlueprint(
    "backend",
    __name__,
    url_prefix="/v1",
    description="Called with `Authorization: Bearer sk_…`; a body may be sent as "
    "`Content-Encoding: gzip`.",
)
blueprint.before_request(check_backend)
