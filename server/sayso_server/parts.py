"""The parts a request works with, made once by `create_app`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import BoundedSemaphore, Event
from typing import cast

from flask import Flask, current_app

from sayso_server.limits import Limits
from sayso_server.live.freed import Freed
from sayso_server.live.hub import Hub
from sayso_server.live.places import Places
from sayso_server.settings import Settings
from sayso_server.storage.directory import Directory
from sayso_server.storage.folding import Folding
from sayso_server.storage.key_use import KeyUse
from sayso_server.storage.ledger import Silences
from sayso_server.storage.probe import Probe
from sayso_server.storage.refused_logins import RefusedLogins
from sayso_server.storage.store import Store
from sayso_server.turns import Turns

KEY = "sayso"


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything an edge may use."""

    settings: Settings
    store: Store
    probe: Probe
    directory: Directory
    hub: Hub
    streams: Places
    freed: Freed
    silences: Silences
    refused_logins: RefusedLogins
    folding: Folding
    key_use: KeyUse
    limits: Limits
    turns: Turns
    simulations: BoundedSemaphore
    clock: Callable[[], datetime]
    failing: Event = field(default_factory=Event)
    """Set while the work behind the requests fails."""


def parts(app: Flask | None = None) -> Parts:
    """The parts of `app`, or of the application that serves the current request."""
    return cast(Parts, (app or current_app).extensions[KEY])
