"""A one-time link opens the results of one project for half a day.

The link's secret stands in the fragment (`/login#…`), which no browser sends and no log holds; the
page posts it, so that a mere GET, as link previews make it, opens nothing and spends nothing.

Where a session is open already, the page asks before it is replaced: nobody is moved to another
project because somebody sent a link.
"""

from datetime import timedelta
from typing import Any

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from sayso_server.api.call_limits import caller
from sayso_server.dashboard.blueprint import Answer, dashboard
from sayso_server.dashboard.browsers import browser_of
from sayso_server.dashboard.session import drop, keep, kept_session
from sayso_server.limits import Charge
from sayso_server.parts import parts
from sayso_server.storage import login_links, sessions
from sayso_server.storage.sessions import IDLE_FOR, OPEN_FOR, Session

LONGEST_ADDRESS = 64  # characters kept of what a proxy says; an IPv6 address with a zone fits


@dashboard.route("/login")
def login_page() -> str:
    """Where a login link leads, and whoever has no open session: it says why."""
    return _page(kept_session())


@dashboard.route("/login", methods=["POST"])
def log_in() -> Answer:
    """Use the link and open its project; first ask whether to end a session that is open."""
    found = parts()
    found.limits.spend(Charge("logins_per_minute", caller()))
    now = found.clock()
    secret = request.form.get("secret", "").strip().rpartition("#")[2]
    kept = kept_session()
    replaced = kept if kept and kept.is_open(now) else None
    with found.store.read() as connection:
        project = login_links.project_of(connection, secret, now)
    if project is not None and replaced and request.form.get("instead_of") != str(replaced.id):
        return _ask(replaced, project, secret), 409
    token = None if project is None else _start(secret, replaced)
    if token is None:
        found.refused_logins.note(_address(), now)
        return _page(kept, refused=True), 403
    response = redirect(f"{request.script_root}/results", 303)
    keep(response, token)
    return response


@dashboard.route("/logout", methods=["POST"])
def log_out() -> Response:
    """End the session, on the server as well."""
    session, now = kept_session(), parts().clock()
    if session is not None:
        actor = sessions.actor_of(session.id)
        parts().store.write(lambda connection: sessions.end(connection, session.id, actor, now))
    response = redirect(f"{request.script_root}/login?logged-out", 303)
    drop(response)
    return response


def _ask(session: Session, opens: str, secret: str) -> str:
    """Whether the link's project is to be opened in place of the session's."""
    return render_template(
        "replace.html", session=session, project=session.project_name, opens=opens, secret=secret
    )


def _start(secret: str, replaced: Session | None) -> str | None:
    found = parts()
    now, address = found.clock(), _address()
    browser = browser_of(request.headers.get("User-Agent", ""))
    return found.store.write(
        lambda connection: sessions.log_in(
            connection, secret, now, browser=browser, address=address, instead_of=replaced
        )
    )


def _address() -> str:
    return (request.remote_addr or "")[:LONGEST_ADDRESS]


def _page(session: Session | None, *, refused: bool = False) -> str:
    standing = session and session.standing(parts().clock())
    shown: dict[str, Any] = {
        "session": session,
        "standing": standing,
        "project": session.project_name if session and standing == "open" else None,
        "refused": refused,
        "logged_out": "logged-out" in request.args,
        "open_for": _hours(OPEN_FOR),
        "idle_for": _hours(IDLE_FOR),
    }
    return render_template("login.html", **shown)


def _hours(span: timedelta) -> int:
    return int(span.total_seconds() // 3600)
