"""The blueprint of all pages: security headers, the CSRF check and the error page."""

import logging
import secrets
from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from sayso_server.compressed import compressed
from sayso_server.dashboard import wording
from sayso_server.dashboard.assets import content_type, read, url_of, version
from sayso_server.decision.page_rules import origin_of
from sayso_server.dependencies import dependencies
from sayso_server.errors import Forbidden, NotFound, SaysoError, Unauthorized

log = logging.getLogger("sayso")

FOREVER = "public, max-age=31536000, immutable"
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'nonce-{nonce}'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

SAFE = ("GET", "HEAD", "OPTIONS")
ELSEWHERE = (
    "This form was sent from another site. Open the page here and try again. If this is the right "
    "page, set SAYSO_PUBLIC_URL on the server to the address that browsers use."
)

Answer = tuple[str, int] | AnyResponse

dashboard = Blueprint("dashboard", __name__, template_folder="templates")


@dashboard.route("/assets/<string:tag>/<string:name>")
def asset(tag: str, name: str) -> Response:
    """The stylesheet and scripts; the URL contains a hash of the content."""
    content = read(name)
    if content is None or tag != version():
        raise NotFound("There is no such file; reload the page.")
    return compressed(content, content_type(name), FOREVER)


@dashboard.before_request
def _guard() -> None:
    g.nonce = secrets.token_urlsafe(16)
    request.max_content_length = 16 * 1024
    if request.method not in SAFE and not _from_our_own_page():
        raise Forbidden(ELSEWHERE)


def _from_our_own_page() -> bool:
    """The CSRF check. Browsers send `Sec-Fetch-Site` only to trustworthy origins (https,
    localhost) and `Origin` to all; pages cannot forge them. Each header that is sent must
    match."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is None and origin is None:
        return False
    return site in (None, "same-origin") and (origin is None or origin in _own_origins())


def _own_origins() -> set[str | None]:
    """The origins of this server: from the request, and from the settings, since a proxy may not
    forward the scheme and host."""
    return {origin_of(request.host_url), origin_of(dependencies().settings.public_url)}


@dashboard.after_request
def _protect(response: Response) -> Response:
    headers = response.headers
    headers["Content-Security-Policy"] = POLICY.format(nonce=g.get("nonce", "none"))
    # Not "no-referrer": with it, browsers send `Origin: null` with our own forms.
    headers["Referrer-Policy"] = "same-origin"
    return response


@dashboard.context_processor
def _words() -> dict[str, Any]:
    root = request.script_root  # the path of the server on its host, or ""
    return {"say": wording, "asset": url_of, "nonce": g.get("nonce", ""), "root": root}


@dashboard.errorhandler(SaysoError)
def _refused(error: SaysoError) -> Answer:
    if isinstance(error, Unauthorized) and request.endpoint not in FRAGMENTS:
        return redirect(f"{request.script_root}/login", 303)
    return _page(error.status, error.message)


@dashboard.errorhandler(HTTPException)
def _http_error(error: HTTPException) -> Answer:
    return _page(error.code or 500, error.description or error.name)


@dashboard.errorhandler(Exception)
def _unforeseen(_: Exception) -> Answer:
    log.exception("A page failed")
    return _page(500, "Something failed here. It was written to the server's log; try again.")


def _page(status: int, message: str) -> Answer:
    return render_template("error.html", status=status, message=message), status


FRAGMENTS = ("dashboard.list_fragment", "dashboard.survey_fragment")
"""Requested by our script, which handles the status itself."""
