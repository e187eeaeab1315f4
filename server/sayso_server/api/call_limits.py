"""Every call is counted before anything else is done with it, whatever its route, and waits for its
address's turn.

A route belongs to the class of its blueprint. One that names no class, and an address that does not
exist, count as calls of the site.
"""

from flask import Flask, g, request

from sayso_server.addresses import counted_as
from sayso_server.limits import Charge
from sayso_server.parts import parts

SITE = "site_calls_per_minute"
PAGE = "page_calls_per_minute"
BY_KEY = None  # counted by the secret key, and by the address where that is wrong
CLASSES = {"page": PAGE, "answer": PAGE, "widget": PAGE, "backend": BY_KEY}


def register(app: Flask) -> None:
    """Count every call of the application."""
    app.before_request(_count)
    app.teardown_request(_end_turn)


def caller() -> str:
    """The address that called, as limits count it."""
    return counted_as(request.remote_addr or "")


def _count() -> None:
    """Raises TooMany."""
    name = CLASSES.get(request.blueprint or "", SITE)
    found = parts()
    if name is BY_KEY:
        return
    per_minute = getattr(found.settings, name)
    if per_minute:
        address = caller()
        found.limits.spend(Charge(name, address))
        g.end_turn = found.turns.take(name, address, per_minute)


def _end_turn(_error: BaseException | None) -> None:
    end = g.pop("end_turn", None)
    if end is not None:
        end()
