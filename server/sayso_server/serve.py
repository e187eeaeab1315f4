"""`sayso serve`: gunicorn with gevent workers.

gevent, because every open page may hold a stream: a greenlet costs about 20 kB where a thread costs
its stack, and one worker holds thousands (the measurement stands in ARCHITECTURE.md). This module
is imported only after `monkey.patch_all()`.
"""

import fcntl
import logging
import os
import resource
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import gevent
from gevent.threadpool import ThreadPool
from gunicorn.app.base import BaseApplication

from sayso_server import gevent_wait, output
from sayso_server.app import CONNECTIONS, create_app
from sayso_server.background import Background
from sayso_server.errors import Misconfigured
from sayso_server.live.hub import Hub
from sayso_server.live.redis_bus import RedisBus
from sayso_server.parts import parts
from sayso_server.printable import PrintableFormatter
from sayso_server.settings import Settings
from sayso_server.slow_refusals import SlowRefusals
from sayso_server.storage import connecting, schema
from sayso_server.worker import Worker

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # gunicorn makes a file there and unlinks it
FILES_KEPT = 200  # file descriptors not spent on connections
REFUSED_AT_ONCE = 1 / 8  # of the connections, for callers who wait for their refusal


class Server(BaseApplication):
    """One gunicorn, configured from our settings and nothing else."""

    def __init__(self, settings: Settings, host: str, port: int, workers: int) -> None:
        self._settings = settings
        self._bind = f"{host}:{port}"
        self._workers = workers
        self._connections = min(CONNECTIONS, _raise_file_limit() - FILES_KEPT)
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": self._bind,
            "workers": self._workers,
            "worker_class": Worker,
            "worker_connections": self._connections,
            "preload_app": True,
            "keepalive": self._settings.request_seconds,
            "timeout": 60,
            "graceful_timeout": 10,
            "loglevel": "warning",
            "proc_name": "sayso",
            "control_socket_disable": True,
            "worker_tmp_dir": _memory_folder(),  # a worker's heartbeat must not wait for the disk
            "post_worker_init": self._start_worker,
            "worker_exit": self._stop_worker,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        app = create_app(self._settings, offload=_offload(), connections=self._connections)
        waiting = int(self._connections * REFUSED_AT_ONCE)
        app.wsgi_app = SlowRefusals(app.wsgi_app, waiting)  # type: ignore[method-assign]  # Flask's own recipe
        return app

    def _start_worker(self, worker: Any) -> None:
        found = parts(worker.wsgi)
        worker.behind_proxies = self._settings.trusted_proxies > 0
        if self._settings.redis_url:
            worker.sayso_bus = RedisBus(self._settings.redis_url, found.hub)
            found.hub.use(worker.sayso_bus)
            worker.sayso_bus.listen()
        gevent.spawn(_end_streams_with, worker, found.hub)
        worker.sayso_background = Background(found)
        worker.sayso_background.start()

    def _stop_worker(self, _arbiter: Any, worker: Any) -> None:
        background = getattr(worker, "sayso_background", None)
        if background is not None:
            background.stop()
        bus = getattr(worker, "sayso_bus", None)
        if bus is not None:
            bus.close()


def serve(settings: Settings, host: str, port: int, workers: int) -> None:
    """Bring the schema up and serve until stopped. Raises Misconfigured."""
    _check_workers(settings, workers)
    lock = _only_server(settings.data_dir) if settings.embedded else None
    if not settings.embedded:
        gevent_wait.install()
    app = create_app(settings)
    store = parts(app).store
    schema.upgrade(store.engine)
    store.engine.dispose()
    gevent_wait.give_up_after(connecting.answer_within(settings))
    output.install()
    _log_to_standard_error()
    logging.getLogger("alembic").setLevel(logging.WARNING)
    Server(settings, host, port, workers).run()
    if lock is not None:
        lock.close()


def _log_to_standard_error() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(PrintableFormatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def _check_workers(settings: Settings, workers: int) -> None:
    if workers > 1 and settings.embedded:
        raise Misconfigured(
            "SQLite means exactly one worker; for more, set SAYSO_DATABASE_URL to a PostgreSQL "
            "database (and SAYSO_REDIS_URL to a Redis or Valkey)"
        )
    if workers > 1 and not settings.redis_url:
        raise Misconfigured(
            "Several workers tell each other's pages by Redis or Valkey; set SAYSO_REDIS_URL"
        )


def _only_server(data_dir: Path) -> Any:
    lock = (data_dir / "serve.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise Misconfigured(
            f"Another `sayso serve` uses {data_dir}; stop it, or name another SAYSO_DATA_DIR"
        ) from error
    return lock


def _raise_file_limit() -> int:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = hard if hard != resource.RLIM_INFINITY else CONNECTIONS + FILES_KEPT
    most = min(most, CONNECTIONS + FILES_KEPT)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most


def _memory_folder() -> str | None:
    return str(SHARED_MEMORY) if os.access(SHARED_MEMORY, os.W_OK) else None


def _end_streams_with(worker: Any, hub: Hub) -> None:
    """Streams never end by themselves; a worker that is leaving must not wait for them."""
    while worker.alive:
        gevent.sleep(0.2)
    hub.close()


def _offload() -> Callable[[Callable[[], None]], None]:
    """Runs commits in a thread of their own, so that other requests go on meanwhile. gevent's usual
    pool also looks up names, and a commit must not wait for a name server."""
    pool = cache(lambda: ThreadPool(1))  # made by the worker, after the fork

    def run(commit: Callable[[], None]) -> None:
        running = pool().spawn(commit)
        interruption: BaseException | None = None
        while not running.ready():
            try:
                running.wait()
            except BaseException as error:  # noqa: BLE001  # raised once the commit has ended
                interruption = error
        if interruption is not None:
            raise interruption

    return run
