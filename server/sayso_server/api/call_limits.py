"""Counts every request against its limit before anything else, then waits for its address's turn.

The limit depends on the blueprint. Unlisted blueprints and unknown URLs count as calls to the site.
"""

from flask import Flask, g, request

from sayso_server.addresses import counted_as
from sayso_server.dependencies import dependencies
from sayso_server.limits import Charge

SITE = "site_calls_per_minute"
PAGE = "page_calls_per_minute"
BY_KEY = None  # `check_backend` counts by the secret key, or by the address if the key is wrong
CLASSES = {"page": PAGE, "answer": PAGE, "widget": PAGE, "backend": BY_KEY}


def register(app: Flask) -> None:
    """Count every request of the application."""
    app.before_request(_count)
    app.teardown_request(_end_turn)


def caller() -> str:
    """The client's address, in the form that limits count by."""
    return counted_as(request.remote_addr or "")


def _count() -> None:
    """Raises TooMany."""
    name = CLASSES.get(request.blueprint or "", SITE)
    current = dependencies()
    if name is BY_KEY:
        return
    per_minute = getattr(current.settings, name)
    if per_minute:
        address = caller()
        current.limits.spend(Charge(name, address))
        g.end_turn = current.turns.take(name, address, per_minute)


def _end_turn(_error: BaseException | None) -> None:
    end = g.pop("end_turn", None)
    if end is not None:
        end()
