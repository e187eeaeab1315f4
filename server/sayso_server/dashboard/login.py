"""Login by a one-time link, which opens the results of one project for half a day.

The link's secret is in the fragment (`/login#…`), which browsers do not send and logs do not
contain. The page posts it, so that a GET from a link preview does not use up the link.

If a session is already open, the page asks before replacing it, so that a link from somebody else
cannot move the reader to another project.
"""

from datetime import timedelta
from typing import Any

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from sayso_server.addresses import counted_as
from sayso_server.dashboard.blueprint import Answer, dashboard
from sayso_server.dashboard.browsers import browser_of
from sayso_server.dashboard.session import drop, keep, kept_session
from sayso_server.dependencies import dependencies
from sayso_server.limits import Charge
from sayso_server.storage.members import login_links, sessions
from sayso_server.storage.members.sessions import IDLE_FOR, OPEN_FOR, Session

LONGEST_ADDRESS = 64  # characters that are stored; an IPv6 address with a zone fits


@dashboard.route("/login")
def login_page() -> str:
    """The login page. Visitors without an open session are redirected here; it says why."""
    return _page(kept_session())


@dashboard.route("/login", methods=["POST"])
def log_in() -> Answer:
    """Use the link and start a session; ask first if another session is open."""
    current = dependencies()
    current.limits.spend(Charge("logins_per_minute", counted_as(request.remote_addr or "")))
    now = current.clock()
    secret = request.form.get("secret", "").strip().rpartition("#")[2]
    session = kept_session()
    replaced = session if session and session.is_open(now) else None
    with current.store.read() as connection:
        project = login_links.project_of(connection, secret, now)
    if project is not None and replaced and request.form.get("instead_of") != str(replaced.id):
        return _ask(replaced, project, secret), 409
    token = None if project is None else _start(secret, replaced)
    if token is None:
        current.refused_logins.note(_address(), now)
        return _page(session, refused=True), 403
    response = redirect(f"{request.script_root}/results", 303)
    keep(response, token)
    return response


@dashboard.route("/logout", methods=["POST"])
def log_out() -> Response:
    """End the session, in the browser and on the server."""
    session, now = kept_session(), dependencies().clock()
    if session is not None:
        actor = sessions.actor_of(session.id)
        dependencies().store.write(
            lambda connection: sessions.end(connection, session.id, actor, now)
        )
    response = redirect(f"{request.script_root}/login?logged-out", 303)
    drop(response)
    return response


def _ask(session: Session, opens: str, secret: str) -> str:
    """The page that asks whether to replace the open session."""
    return render_template(
        "replace.html", session=session, project=session.project_name, opens=opens, secret=secret
    )


def _start(secret: str, replaced: Session | None) -> str | None:
    current = dependencies()
    now, address = current.clock(), _address()
    browser = browser_of(request.headers.get("User-Agent", ""))
    return current.store.write(
        lambda connection: sessions.log_in(
            connection, secret, now, browser=browser, address=address, instead_of=replaced
        )
    )


def _address() -> str:
    return (request.remote_addr or "")[:LONGEST_ADDRESS]


def _page(session: Session | None, *, refused: bool = False) -> str:
    standing = session and session.state(dependencies().clock())
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
