"""Calls from the host's backend and management calls, with the secret key in the Authorization
header."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask_smorest import Blueprint

from sayso_server.api.access import check_backend
from sayso_server.api.body import BackendBody

View = TypeVar("View", bound=Callable[..., Any])


class BackendBlueprint(Blueprint):
    """Documents the secret key as the security of every operation."""

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

from sayso_server.api.backend import (  # noqa: E402, F401  # each registers its views
    decisions,
    events,
    identity_keys,
    keys,
    people,
    policy,
    project,
    reports,
    segments,
    simulate,
    survey_states,
    survey_versions,
    surveys,
)
