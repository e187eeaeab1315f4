"""The shop's pages and its backend. It uses Sayso in three places: the client below,
`client.track(…)` for events worth asking about, and `client.tag(…)` in the base template."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

import sayso
from demo.shop import visitor
from demo.shop.catalogue import QUESTIONS, TEAS
from demo.shop.settings import Settings, from_environment

SECONDS_ON_THE_PHONE = 72
STAMPS = 10

Track = Callable[[str, dict[str, Any]], str]


def create_app(settings: Settings | None = None) -> Flask:
    """The shop, as gunicorn serves it."""
    settings = settings or from_environment()
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=settings.session_key,
        # Cookies are shared between ports of a host, so the name must differ from Sayso's.
        SESSION_COOKIE_NAME="teahouse",
        SESSION_COOKIE_SAMESITE="Lax",
    )
    client = sayso.Client(
        settings.sayso_secret_key,
        host=settings.sayso_host,
        public_key=settings.sayso_public_key,
        identity_secret=settings.sayso_identity_secret,
    )

    def track(event: str, properties: dict[str, Any]) -> str:
        """Track an event. Returns the line of Python that did it, for display."""
        user = visitor.user_id()
        client.track(user, event, properties)
        return f"client.track({user!r}, {event!r}, {properties!r})".replace("'", '"')

    _guard(app, settings.sayso_host)
    _add_template_context(app, client)
    _add_pages(app)
    _add_basket(app, track)
    _add_phone(app, track)
    _add_regulars(app, track)
    return app


def _guard(app: Flask, sayso_host: str) -> None:
    """Set the strictest policy: Sayso's tag needs only a nonce and one host to connect to."""

    @app.before_request
    def new_nonce() -> None:
        g.nonce = secrets.token_urlsafe(16)

    @app.after_request
    def protect(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.headers["Content-Security-Policy"] = (
                f"default-src 'none'; script-src 'nonce-{g.nonce}'; style-src 'self'; "
                f"img-src 'self' data:; connect-src 'self' {sayso_host}; form-action 'self'; "
                "base-uri 'none'; frame-ancestors 'none'"
            )
            response.headers["Cache-Control"] = "no-store"  # it contains a token
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def _add_template_context(app: Flask, client: sayso.Client) -> None:
    @app.context_processor
    def everywhere() -> dict[str, Any]:
        return {
            "client": client,
            "user_id": visitor.user_id(),
            "nonce": g.nonce,
            "basket_count": sum(visitor.basket().values()),
        }

    app.add_template_filter("€ {:.2f}".format, "euro")


def _add_pages(app: Flask) -> None:
    @app.get("/")
    def teas() -> str:
        return render_template("teas.html", teas=TEAS.values())

    @app.post("/someone-else")
    def someone_else() -> ResponseReturnValue:
        visitor.become_someone()
        return redirect(url_for("teas"), 303)

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}


def _add_basket(app: Flask, track: Track) -> None:
    @app.get("/basket")
    def basket() -> str:
        return render_template("basket.html", basket=visitor.basket(), total=visitor.total())

    @app.post("/basket")
    def add() -> ResponseReturnValue:
        sku = request.form.get("sku", "")
        if sku not in TEAS:
            return "There is no such tea.", 404
        visitor.put_in_basket(sku)
        return _reply("basket", f"{TEAS[sku].name} is in your basket.")

    @app.post("/order")
    def order() -> ResponseReturnValue:
        total = visitor.total()
        if not total:
            return _reply("basket", "Your basket is empty.")
        visitor.empty_basket()
        line = track("order_completed", {"total": float(total), "currency": "EUR"})
        return _reply("basket", "Thank you. Your tea leaves with the next post.", line)


def _add_phone(app: Flask, track: Track) -> None:
    @app.get("/support")
    def support() -> str:
        return render_template("support.html", questions=QUESTIONS)

    @app.post("/support")
    def call() -> ResponseReturnValue:
        topic = request.form.get("topic", "")
        if topic not in QUESTIONS:
            return "Nobody at the counter knows about that.", 404
        line = track("support_called", {"topic": topic, "seconds": SECONDS_ON_THE_PHONE})
        return _reply("support", QUESTIONS[topic].answered, line)


def _add_regulars(app: Flask, track: Track) -> None:
    @app.get("/regulars")
    def regulars() -> str:
        return render_template("regulars.html", visits=visitor.visits(), stamps=STAMPS)

    @app.post("/regulars")
    def came_back() -> ResponseReturnValue:
        visits = visitor.come_back()
        line = track("came_back", {"visits": visits})
        message = (
            "Good to see you again." if visits % STAMPS else "The card is full: this one is on us."
        )
        return _reply("regulars", message, line)


def _reply(page: str, message: str, line: str | None = None) -> ResponseReturnValue:
    """JSON for the page's script, so that the page stays open; without script, a redirect."""
    if request.accept_mimetypes.best == "application/json":
        count = sum(visitor.basket().values())
        return {"said": message, "line": line, "basket": count, "visits": visitor.visits()}
    flash(message, "said")
    if line:
        flash(line, "line")
    return redirect(url_for(page), 303)
