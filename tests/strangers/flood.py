"""Honest visitors, and a stranger who floods every route at the same time."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from uuid import uuid4

from werkzeug.routing import Rule

from sayso_server.app import create_app
from sayso_server.dashboard.examples import EXAMPLES, VISITOR
from sayso_server.settings import Settings
from tests.faults.project import ORIGIN, SCALES, Project
from tests.faults.server import HOST, Server
from tests.product import SECRET_KEY
from tests.strangers.attack import FRESH, Job

ROOT = Path(__file__).resolve().parents[2]
STRANGER = "203.0.113.66"
HONEST_A_SECOND = 20
CALLERS, STREAMS, UNFINISHED = 128, 600, 520  # the stranger's, all at once
PATIENCE = 60.0
EVENT = next(iter(SCALES))


@dataclass(frozen=True, slots=True)
class Seen:
    """Results of the honest visitors: seconds for each *decide*, and the count of each status."""

    seconds: list[float]
    statuses: Counter[int]

    @property
    def p95(self) -> float:
        return sorted(self.seconds)[int(len(self.seconds) * 0.95)]


def honest_visits(server: Server, project: Project, seconds: float) -> Seen:
    """New visitors call *decide* one after another, each from a new address and on a new
    connection, at HONEST_A_SECOND unless a call takes longer."""
    seen = Seen([], Counter())
    until = time.monotonic() + seconds
    for number in _numbers:
        began = time.monotonic()
        if began >= until:
            return seen
        status, took = _decide(server, project, f"198.18.{number // 250 % 250}.{number % 250 + 1}")
        seen.seconds.append(took)
        seen.statuses[status] += 1
        time.sleep(max(0.0, 1 / HONEST_A_SECOND - (time.monotonic() - began)))
    raise AssertionError("numbers do not end")


_numbers = count()


def _decide(server: Server, project: Project, address: str) -> tuple[int, float]:
    body = {
        "visitor": uuid4().hex,
        "trigger": {"kind": "event", "name": EVENT, "id": uuid4().hex},
        "page": {"url": f"{ORIGIN}/", "locale": "en"},
    }
    headers = {"Origin": ORIGIN, "Content-Type": "text/plain", "X-Forwarded-For": address}
    began = time.perf_counter()
    connection = http.client.HTTPConnection(HOST, server.port, timeout=PATIENCE)
    try:
        path = f"/v1/p/{project.public_key}/decide"
        connection.request("POST", path, json.dumps(body), headers)
        reply = connection.getresponse()
        reply.read()
        return reply.status, time.perf_counter() - began
    finally:
        connection.close()


@contextmanager
def attacked(server: Server, project: Project, seconds: float) -> Iterator[Counter[str]]:
    """Floods the server from one address while the block runs, at least `seconds` long. Afterwards
    the counter contains the number of responses by status."""
    requests = list(requests_of_every_route(project))
    stream = _request("POST", f"/v1/p/{project.public_key}/live", {"visitor": FRESH})
    job = Job(server.port, seconds, requests, stream, CALLERS, STREAMS, UNFINISHED)
    answered: Counter[str] = Counter()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.strangers.attack"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        process.stdin.write(json.dumps(asdict(job)))
        process.stdin.close()
        process.stdin = None
        try:
            yield answered
            said, _ = process.communicate(timeout=seconds + PATIENCE)
            answered.update(json.loads(said))
        finally:
            process.kill()


def requests_of_every_route(project: Project) -> Iterator[str]:
    """One request for each route and method of the application, as a page, a browser or a backend
    with a wrong key sends it; and requests to unknown paths."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(Path(folder), f"sqlite:///{folder}/none.db", SECRET_KEY))
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods or ()):
            yield _request(method, _path(rule, project), _body(method, rule))
    for path in ("/nothing", "/v1/nothing", f"/v1/p/{FRESH}/decide"):
        yield _request("GET", path, None)
        yield _request("POST", path, {"visitor": FRESH})


def _path(rule: Rule, project: Project) -> str:
    path = rule.rule
    for argument in rule.arguments:
        value = project.public_key if argument == "public_key" else FRESH
        value = str(uuid4()) if f"<uuid:{argument}>" in path else value
        path = path.replace(f"<string:{argument}>", value).replace(f"<uuid:{argument}>", value)
    return path


def _body(method: str, rule: Rule) -> object:
    documented = rule.rule.replace("<string:", "{").replace("<uuid:", "{").replace(">", "}")
    example = EXAMPLES.get(f"{method} {documented}")
    if example is None:
        return None if method in ("GET", "HEAD", "OPTIONS") else {"secret": FRESH}
    said = json.dumps(example).replace(VISITOR, FRESH)
    for own_id in ("t-1", "e-1", "order-981-completed"):
        said = said.replace(f'"id": "{own_id}"', f'"id": "{FRESH}"')
    return json.loads(said.replace("clicked_export", EVENT))


def _request(method: str, path: str, body: object) -> str:
    text = "" if body is None else json.dumps(body)
    return (
        f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-For: {STRANGER}\r\n"
        f"Origin: {ORIGIN}\r\nAuthorization: Bearer sk_{FRESH}\r\n"
        f"Content-Type: text/plain\r\nContent-Length: {len(text)}\r\n\r\n{text}"
    )
