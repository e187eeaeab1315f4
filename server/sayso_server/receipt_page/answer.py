"""`/a#…`: the page on which respondents read, change or delete their answer.

The secret is in the fragment, which browsers do not send. The page's script posts it, so that a
GET from a mail scanner or a link preview reveals nothing.
"""

from functools import lru_cache

from flask import Blueprint, Response, render_template, request

from sayso_server import widget_build
from sayso_server.compressed import compressed
from sayso_server.texts import LANGUAGES, builtin, negotiate

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}

pages = Blueprint("receipt_page", __name__, template_folder="templates")


@pages.route("/a")
def answer() -> Response:
    """The page without the answer, which its script loads. It is the same for every link."""
    language = negotiate(list(request.accept_languages.values()), LANGUAGES)
    script = request.script_root + widget_build.path_of("answer")
    response = compressed(_page(language, script), "text/html; charset=utf-8", "no-store")
    response.headers.update(HEADERS)
    response.vary.add("Accept-Language")
    return response


@lru_cache(maxsize=2 * len(LANGUAGES))
def _page(language: str, script: str) -> str:
    return render_template("answer.html", texts=builtin(language), script=script)
