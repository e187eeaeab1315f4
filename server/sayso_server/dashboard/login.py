"""A one-time link opens the results of one project for half a day.

The link's secret stands in the fragment (`/login#…`), which no browser sends and no log holds; the
page posts it, so that a mere GET, as link previews make it, opens nothing and spends nothing.
"""

from datetime import datetime, timedelta
from uuid import UUID

from flask import redirect, render_template, request, session
from werkzeug.wrappers import Response

from sayso_server.dashboard.blueprint import Answer, dashboard
from sayso_server.errors import Unauthorized
from sayso_server.parts import parts
from sayso_server.storage import login_links

OPEN_FOR = timedelta(hours=12)


@dashboard.route("/login")
def login_page() -> str:
    """Where a login link leads."""
    return render_template("login.html", refused=False)


@dashboard.route("/login", methods=["POST"])
def log_in() -> Answer:
    """Spend the link and open its project."""
    found = parts()
    now = found.clock()
    secret = request.form.get("secret", "").strip().rpartition("#")[2]
    project = found.store.write(lambda connection: login_links.use(connection, secret, now))
    if project is None:
        return render_template("login.html", refused=True, still_open=_is_open(now)), 403
    session.clear()
    session["project"] = str(project)
    session["since"] = now.timestamp()
    return redirect(f"{request.script_root}/results", 303)


@dashboard.route("/logout", methods=["POST"])
def log_out() -> Response:
    """Forget the session."""
    session.clear()
    return redirect(f"{request.script_root}/login", 303)


def open_project() -> UUID:
    """The project this browser has opened. Raises Unauthorized when there is none any more."""
    if not _is_open(parts().clock()):
        raise Unauthorized("Open the results by a login link.")
    return UUID(session["project"])


def _is_open(now: datetime) -> bool:
    since: float = session.get("since", float("-inf"))
    return 0 <= now.timestamp() - since < OPEN_FOR.total_seconds()
