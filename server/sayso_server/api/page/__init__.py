"""Calls of the page: public key in the path, origin checked, JSON under any content type."""

from flask_smorest import Blueprint

from sayso_server.api.access import check_page
from sayso_server.api.body import PageBody


class PageBlueprint(Blueprint):
    ARGUMENTS_PARSER = PageBody()


blueprint = PageBlueprint(
    "page",
    __name__,
    url_prefix="/v1/p/<string:public_key>",
    description="Called by sayso.js with the project's public key, from an allowed origin.",
)
blueprint.before_request(check_page)
