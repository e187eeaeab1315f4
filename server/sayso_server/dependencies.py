"""The objects that requests use; `create_app` makes them once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import BoundedSemaphore, Event
from typing import cast

from flask import Flask, current_app

from sayso_server.asking.project_cache import ProjectCache
from sayso_server.limits import Limits
from sayso_server.live.closed_popups import ClosedPopups
from sayso_server.live.hub import Hub
from sayso_server.live.stream_limit import StreamLimit
from sayso_server.reporting.fold import Folding
from sayso_server.settings import Settings
from sayso_server.storage.database.probe import Probe
from sayso_server.storage.database.store import Store
from sayso_server.storage.decisions.ledger import Silences
from sayso_server.storage.members.refused_logins import RefusedLogins
from sayso_server.storage.projects.key_use import KeyUse
from sayso_server.turns import Turns

KEY = "sayso"


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Everything that the edges (HTTP, commands, background work) may use."""

    settings: Settings
    store: Store
    probe: Probe
    project_cache: ProjectCache
    hub: Hub
    streams: StreamLimit
    closed_popups: ClosedPopups
    silences: Silences
    refused_logins: RefusedLogins
    folding: Folding
    key_use: KeyUse
    limits: Limits
    turns: Turns
    simulations: BoundedSemaphore
    clock: Callable[[], datetime]
    failing: Event = field(default_factory=Event)
    """Set while background work fails."""


def dependencies(app: Flask | None = None) -> Dependencies:
    """The dependencies of `app`, or of the application that serves the current request."""
    return cast(Dependencies, (app or current_app).extensions[KEY])
