"""Latency from a backend's `track()` to the message on an open stream and the *decide* reply."""

from __future__ import annotations

import http.client
import json
import random
import time
from collections.abc import Iterator
from contextlib import closing
from uuid import uuid4

from tests.bench import project as bench_project
from tests.bench.cores import OTHERS, SERVER, on_core
from tests.bench.listeners import Listener, Listeners
from tests.bench.server import HOST, sayso
from tests.bench.tables import Figure, at_most, percentile, said
from tests.e2e.project import Project
from tests.user_agent import BROWSER

LISTENING = (120, 1_000)
LISTENING_FULL = 5_000
EVENTS = 120
LONGEST_GAP = 0.15  # seconds; some events fall into the SDK's pause of 50 ms between two batches
BUDGET = 100.0  # ms, at 5,000

NOTES = (
    f"SQLite, one worker on core {SERVER}; host and pages on core {OTHERS}.",
    f"{EVENTS} events of random listeners at random gaps; every listener is another proven user.",
)


def measure(*, full: bool = False) -> Iterator[Figure]:
    """Measure one server with more and more open pages."""
    with sayso(core=SERVER) as server, on_core(OTHERS):
        project = bench_project.prepare(server)
        with closing(project.client), Listeners(server.port, project) as listeners:
            for count in (*LISTENING, LISTENING_FULL) if full else LISTENING:
                began, known = time.perf_counter(), len(listeners.all)
                listeners.open(count - known)
                opened = time.perf_counter() - began
                # Nobody is asked the same survey twice, so use only this round's listeners.
                who = random.sample(listeners.all[known:], min(EVENTS, count - known))
                yield from _figures(project, listeners, who, server.port, opened)


def _figures(
    project: Project, listeners: Listeners, who: list[Listener], port: int, opened: float
) -> Iterator[Figure]:
    told: list[float] = []
    decided: list[float] = []
    with closing(http.client.HTTPConnection(HOST, port)) as connection:
        for listener in who:
            listeners.rest(random.uniform(0, LONGEST_GAP))
            listener.heard = b""
            began = time.perf_counter()
            project.client.track(listener.user_id, bench_project.EVENT, {"total": 99})
            told.append(1_000 * (listeners.wait_for(listener, b"event: invitation") - began))
            _decide(connection, project, listener)
            decided.append(1_000 * (time.perf_counter() - began))
    count = f"{len(listeners.all):,} listening"
    besides = f"p50 {said(percentile(told, 0.5), 'ms')}; the last of them opened in {opened:.1f} s"
    yield Figure(f"{count}: told, p95", said(percentile(told, 0.95), "ms"), besides=besides)
    besides = f"p50 {said(percentile(decided, 0.5), 'ms')}, of {len(who)}"
    p95 = percentile(decided, 0.95)
    yield at_most(f"{count}: decided, p95", p95, BUDGET, "ms", besides)


def _decide(connection: http.client.HTTPConnection, project: Project, listener: Listener) -> None:
    said_first = listener.heard.partition(b"event: invitation\ndata: ")[2].partition(b"\n")[0]
    body = {
        "visitor": listener.visitor,
        "token": listener.token,
        "trigger": {
            "kind": "invitation",
            "id": uuid4().hex,
            "invitation": json.loads(said_first)["invitation"],
        },
        "page": {"url": bench_project.ORIGIN, "locale": "en"},
    }
    connection.request(
        "POST",
        f"/v1/p/{project.public_key}/decide",
        json.dumps(body),
        {"Origin": bench_project.ORIGIN, "User-Agent": BROWSER, "Content-Type": "text/plain"},
    )
    reply = json.loads(connection.getresponse().read())
    if not reply.get("ask"):
        raise LookupError(f"the invitation was announced, and decide asked nothing: {reply}")
