"""Liveness and readiness checks."""

import sys
from typing import Any

from flask import Blueprint

from sayso_server.dependencies import Dependencies, dependencies

health = Blueprint("health", __name__)


@health.route("/healthz")
def healthz() -> dict[str, str]:
    """Liveness: the process answers."""
    return {"status": "ok"}


@health.route("/readyz")
def readyz() -> dict[str, Any]:
    """Readiness: 503 unless the database can be written. `degraded` lists the parts that fail
    while requests still succeed: `redis`, `background` (background work), `log`."""
    current = dependencies()
    current.probe.check()
    return {"status": "ok", "degraded": degraded(current)}


def degraded(current: Dependencies) -> list[str]:
    """The parts that fail while requests are still answered."""
    failing = {
        "redis": current.limits.away or current.hub.bus_down,
        "background": current.failing.is_set(),
        "log": any(getattr(stream, "losing", False) for stream in (sys.stdout, sys.stderr)),
    }
    return [name for name, fails in failing.items() if fails]
