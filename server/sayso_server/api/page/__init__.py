"""Calls from pages: public key in the path, origin checked, JSON with any content type."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask_smorest import Blueprint

from sayso_server.api.access import check_page
from sayso_server.api.body import PageBody

ORIGIN = {
    "in": "header",
    "name": "Origin",
    "required": True,
    "schema": {"type": "string"},
    "description": "Sent by the browser; must be one of the project's origins",
}

View = TypeVar("View", bound=Callable[..., Any])


class PageBlueprint(Blueprint):
    """A blueprint that reads bodies with `PageBody`."""

    ARGUMENTS_PARSER = PageBody()


class FromPages(PageBlueprint):
    """Documents the Origin header on every POST."""

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        add = super().route(rule, **options)
        if options.get("methods") != ["POST"]:
            return add
        from_page = self.doc(parameters=[ORIGIN])
        return lambda view: add(from_page(view))


blueprint = FromPages(
    "page",
    __name__,
    url_prefix="/v1/p/<string:public_key>",
    description="Called by sayso.js with the project's public key, from an allowed origin.",
)
blueprint.before_request(check_page)

from sayso_server.api.page import (  # noqa: E402, F401  # each registers its views
    button,
    decide,
    events,
    explain,
    identify,
    invitations,
    live,
    receipt,
    responses,
    script,
)
