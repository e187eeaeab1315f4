"""`/a#…`: the page on which somebody reads, changes or deletes an answer.

The secret stands in the fragment, which no browser sends: the page's script posts it, so that a
mere GET, as mail scanners and link previews make it, opens nothing.
"""

from functools import lru_cache

from flask import Blueprint, Response, render_template, request

from sayso_server.api.page.script import further_url
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

pages = Blueprint("hosted", __name__, template_folder="templates")


@pages.route("/a")
def answer() -> Response:
    """The shell, the same for every link; only the words that need no answer are in it."""
    language = negotiate(list(request.accept_languages.values()), LANGUAGES)
    response = compressed(
        _page(language, further_url("answer")), "text/html; charset=utf-8", "no-store"
    )
    response.headers.update(HEADERS)
    response.vary.add("Accept-Language")
    return response


@lru_cache(maxsize=2 * len(LANGUAGES))
def _page(language: str, script: str) -> str:
    return render_template("answer.html", texts=builtin(language), script=script)
