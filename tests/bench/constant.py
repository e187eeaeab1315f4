"""A plain Flask application, served exactly like the product: the baseline for every ratio.

`/constant` returns the same few bytes; `/stream` stays open like a page's stream. Import this only
after gevent has patched the standard library, as `python -m tests.bench.serve_constant` does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Flask, Response
from werkzeug.routing import Map

from sayso_server import listening, logs
from sayso_server.live.hub import Hub, Listener
from sayso_server.live.stream import LONGEST, stream
from sayso_server.serve import Server
from sayso_server.settings import Settings

PROJECT = UUID(int=1)
THREADS = 1_000  # for a gthread worker: each open stream occupies one


def create_app() -> Flask:
    """An application with only these two endpoints."""
    app = Flask(__name__, static_folder=None)
    hub = Hub()

    @app.get("/constant")
    def constant() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/stream")
    def open_stream() -> Response:
        listener = Listener(PROJECT, uuid4(), proven=False)
        return Response(stream(hub, listener, list, LONGEST), content_type="text/event-stream")

    return app


class PlainServer(Server):
    """The product's own gunicorn settings; only the worker class may differ."""

    def __init__(self, port: int, workers: int, worker_class: str) -> None:
        self._worker_class = worker_class
        taken = listening.take("127.0.0.1", port)
        listening.begin(taken)
        logger = logs.logger_of(Map(), access_log=False)
        settings = Settings(Path(), "sqlite://", "")
        super().__init__(settings, taken.detach(), "", workers, logger)

    def load_config(self) -> None:
        super().load_config()
        self.cfg.set("worker_class", self._worker_class)
        self.cfg.set("threads", THREADS if self._worker_class == "gthread" else 1)

    def load(self) -> Any:
        return create_app()

    def _start_worker(self, _worker: Any) -> None:
        """Start no background work."""
