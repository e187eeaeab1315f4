"""Whether the process lives, and whether it can do its work."""

import sys
from typing import Any

from flask import Blueprint

from sayso_server.parts import Parts, parts

health = Blueprint("health", __name__)


@health.route("/healthz")
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@health.route("/readyz")
def readyz() -> dict[str, Any]:
    """The process answers and its database can be written, or 503. `degraded` names what is away
    and costs no answer: `redis`, `background` (work behind the requests), `log`."""
    found = parts()
    found.probe.check()
    return {"status": "ok", "degraded": degraded(found)}


def degraded(found: Parts) -> list[str]:
    """What does not work as it should, while calls are answered all the same."""
    trouble = {
        "redis": found.limits.away or found.hub.alone,
        "background": found.failing.is_set(),
        "log": any(getattr(stream, "losing", False) for stream in (sys.stdout, sys.stderr)),
    }
    return [name for name, is_so in trouble.items() if is_so]
