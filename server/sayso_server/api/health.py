"""Whether the process lives, and whether it can do its work."""

from flask import Blueprint

from sayso_server.parts import parts

health = Blueprint("health", __name__)


@health.route("/healthz")
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@health.route("/readyz")
def readyz() -> dict[str, str]:
    """The process and its database answer; 503 while the database is away."""
    parts().store.check()
    return {"status": "ok"}
