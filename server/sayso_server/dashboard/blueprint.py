"""The blueprint of every page: what is allowed on it, and how an error looks."""

import logging
import secrets
from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from sayso_server.dashboard import wording
from sayso_server.dashboard.assets import content_type, read, url_of, version
from sayso_server.errors import Forbidden, NotFound, SaysoError, Unauthorized

log = logging.getLogger("sayso")

FOREVER = "public, max-age=31536000, immutable"
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'nonce-{nonce}'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

Answer = tuple[str, int] | AnyResponse

dashboard = Blueprint("dashboard", __name__, template_folder="templates")


@dashboard.route("/assets/<string:tag>/<string:name>")
def asset(tag: str, name: str) -> Response:
    """Style and scripts; the address changes with the content."""
    content = read(name)
    if content is None or tag != version():
        raise NotFound("There is no such file; load the page anew.")
    response = Response(content, content_type=content_type(name))
    response.headers["Cache-Control"] = FOREVER
    return response


@dashboard.before_request
def _guard() -> None:
    g.nonce = secrets.token_urlsafe(16)
    request.max_content_length = 16 * 1024
    if request.method == "POST" and not _from_our_own_page():
        raise Forbidden("This form was sent from another site; open the page here and try again.")


def _from_our_own_page() -> bool:
    """Browsers say where a POST comes from, and no page can make them lie. `Sec-Fetch-Site` is
    sent to trustworthy origins only (https, localhost), `Origin` to all."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin", "").partition("://")[2] == request.host


@dashboard.after_request
def _protect(response: Response) -> Response:
    headers = response.headers
    headers["Content-Security-Policy"] = POLICY.format(nonce=g.nonce)
    headers["X-Content-Type-Options"] = "nosniff"
    # Not "no-referrer": under it browsers send `Origin: null` with our own forms.
    headers["Referrer-Policy"] = "same-origin"
    headers.setdefault("Cache-Control", "no-store")
    return response


@dashboard.context_processor
def _words() -> dict[str, Any]:
    root = request.script_root  # where the server stands below a path of its host
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
"""Read by our script, which acts on the status itself."""
