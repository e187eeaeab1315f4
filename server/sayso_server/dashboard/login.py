"""A one-time link opens the results of one project for half a day.

The link's secret stands in the fragment (`/login#…`), which no browser sends and no log holds; the
page posts it, so that a mere GET, as link previews make it, opens nothing and spends nothing.
"""

from datetime import timedelta
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
    session.clear()
    if project is None:
        return render_template("login.html", refused=True), 403
    session["project"] = str(project)
    session["since"] = now.timestamp()
    return redirect("/results", 303)


@dashboard.route("/logout", methods=["POST"])
def log_out() -> Response:
    """Forget the session."""
    session.clear()
    return redirect("/login", 303)


def open_project() -> UUID:
    """The project this browser has opened. Raises Unauthorized when there is none any more."""
    now = parts().clock().timestamp()
    if not 0 <= now - session.get("since", float("-inf")) < OPEN_FOR.total_seconds():
        raise Unauthorized("Open the results by a login link.")
    return UUID(session["project"])
