"""*decide* and `POST responses`, durable, as ratios to a constant endpoint under the same workers.

Sixteen keep-alive clients. Each burst runs between two bursts on the constant endpoint, so that
other load on the machine affects both sides. The ratio by the workers' CPU time is steadier than
the ratio by requests per second, because it excludes other processes' load.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field

from tests import servers
from tests.bench import project as bench_project
from tests.bench.cores import OTHERS, SERVER, on_core
from tests.bench.load import CONNECTIONS, Result, burst
from tests.bench.processes import cpu_seconds
from tests.bench.project import BenchProject
from tests.bench.server import BEHIND_A_PROXY, Sayso, Server, constant, sayso
from tests.bench.tables import Figure, NotMeasured, at_least, at_most, median, said, spread

ROUNDS = 6
CONSTANT_SECONDS = 1.5
WORK_SECONDS = 2.5
WARM_SECONDS = 1.0
PEOPLE = 4_000  # prepared for one burst; far more than a burst uses
BATCHES = 500  # event batches, likewise
ADDRESSES = 1_000  # client addresses in one burst
EVENTS_SECONDS = 1.5

LIMITED = BEHIND_A_PROXY | {"SAYSO_BACKEND_CALLS_PER_MINUTE": "1000000"}  # one key for all

BUDGET_RESPONSES, BUDGET_P99, BUDGET_DECIDE = (0.33, 0.28), (30.0, 60.0), (0.18, 0.14)
"""Budgets for SQLite and PostgreSQL; P99 in milliseconds, the others as ratios."""
BUDGET_EVENTS = 0.10

NOTES = (
    f"{CONNECTIONS} keep-alive clients; median of {ROUNDS} rounds, in turns with the constant one.",
    f"1 worker: it is on core {SERVER}, load and PostgreSQL on core {OTHERS}. 2 workers: unpinned.",
    "SQLite with synchronous=FULL; PostgreSQL with fsync and synchronous_commit on.",
    "decide: an event of a new person → stored, decided, claimed, rendered.",
    "responses: the first answer to a claimed invitation. 100 events: one POST of a backend.",
    "Limits are in use; each call comes from another address.",
)


@dataclass(frozen=True, slots=True)
class Burst:
    """One burst: its result, and the workers' CPU seconds per request."""

    result: Result
    cpu: float


@dataclass
class Rounds:
    """All bursts by name, with the constant bursts before and after each."""

    bursts: defaultdict[str, list[Burst]] = field(default_factory=lambda: defaultdict(list))
    around: defaultdict[str, list[tuple[Burst, Burst]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def ratios(self, name: str) -> list[float]:
        """Requests per second, relative to the constant endpoint before and after."""
        return [
            one.result.per_second * 2 / (before.result.per_second + after.result.per_second)
            for one, (before, after) in zip(self.bursts[name], self.around[name], strict=True)
        ]

    def cpu_ratios(self, name: str) -> list[float]:
        """The constant endpoint's CPU time per request, relative to this burst's."""
        return [
            (before.cpu + after.cpu) / 2 / one.cpu
            for one, (before, after) in zip(self.bursts[name], self.around[name], strict=True)
        ]

    def median(self, name: str, of: Callable[[Burst], float]) -> float:
        return median([of(one) for one in self.bursts[name]])


def measure() -> Iterator[Figure]:
    """SQLite and PostgreSQL with one worker, then PostgreSQL with two workers and a Valkey."""
    with sayso(core=SERVER, limits=LIMITED) as server, constant(core=SERVER) as plain:
        yield from _figures("SQLite", server, plain, pinned=True)
    with ExitStack() as running:
        with on_core(OTHERS):
            database, valkey = _shared_servers(running)
        with ExitStack() as one:
            server = one.enter_context(sayso(_database(one, database), core=SERVER, limits=LIMITED))
            plain = one.enter_context(constant(core=SERVER))
            yield from _figures("PostgreSQL", server, plain, pinned=True)
        with ExitStack() as two:
            url = _database(two, database)
            server = two.enter_context(sayso(url, workers=2, redis_url=valkey, limits=LIMITED))
            plain = two.enter_context(constant(workers=2))
            yield from _figures("PostgreSQL, 2 workers", server, plain, pinned=False)


def _database(running: ExitStack, database: servers.Postgres) -> str:
    return running.enter_context(database.database())


def _shared_servers(running: ExitStack) -> tuple[servers.Postgres, str]:
    try:
        database = running.enter_context(servers.postgres(servers.DURABLE_SETTINGS))
        return database, running.enter_context(servers.valkey())
    except servers.ServerUnavailable as error:
        raise NotMeasured(str(error)) from error


def _figures(where: str, server: Sayso, plain: Server, *, pinned: bool) -> Iterator[Figure]:
    project = bench_project.prepare(server)
    with closing(project.client):
        rounds = _rounds(project, server, plain, OTHERS if pinned else None)
    kind = int(server.postgres)
    yield from _ratio(rounds, where, "responses", BUDGET_RESPONSES[kind], BUDGET_P99[kind])
    yield from _ratio(rounds, where, "decide", BUDGET_DECIDE[kind])
    yield from _ratio(rounds, where, "100 events", BUDGET_EVENTS)
    yield from _ratio(rounds, where, "healthz")


def _ratio(
    rounds: Rounds, where: str, name: str, budget: float | None = None, p99_budget: float = 0
) -> Iterator[Figure]:
    ratios, unit = rounds.ratios(name), "× constant"
    rate = rounds.median(name, lambda one: one.result.per_second)
    own, constants = (
        1_000 * rounds.median(which, lambda one: one.cpu) for which in (name, "constant")
    )
    besides = f"{rate:,.0f}/s; {spread(ratios, '×')}"
    what, ratio = f"{where}: {name}", median(ratios)
    if budget is None:
        yield Figure(what, said(ratio, unit), besides=besides)
    else:
        yield at_least(what, ratio, budget, unit, besides)
    by_cpu = said(median(rounds.cpu_ratios(name)), unit)
    besides = f"{said(own, 'ms')} a request, constant {said(constants, 'ms')}"
    yield Figure("  by time on a core", by_cpu, besides=besides)
    p50, p99 = (
        rounds.median(name, of) for of in (lambda one: one.result.p50, lambda one: one.result.p99)
    )
    besides = f"p50 {said(p50, 'ms')}"
    if p99_budget:
        yield at_most("  p99", p99, p99_budget, "ms", besides)
    else:
        yield Figure("  p99", said(p99, "ms"), besides=besides)


def _rounds(project: BenchProject, server: Sayso, plain: Server, core: int | None) -> Rounds:
    rounds = Rounds()

    def beside(which: Server, path: str, seconds: float = CONSTANT_SECONDS) -> Burst:
        calls = [bench_project.get(path) for _ in range(ADDRESSES)]
        return _burst(which, calls, seconds, core, again=True)

    def people() -> list[str]:
        return [bench_project.decide(project) for _ in range(PEOPLE)]

    def constant_then(name: str, work: Burst, before: Burst) -> Burst:
        after = beside(plain, "/constant")
        rounds.bursts[name].append(work)
        rounds.bursts["constant"].append(after)
        rounds.around[name].append((before, after))
        return after

    beside(plain, "/constant", WARM_SECONDS)
    _burst(server, people(), WARM_SECONDS, core)
    before = beside(plain, "/constant")
    for _ in range(ROUNDS):
        asked = _burst(server, people(), WORK_SECONDS, core, keep=True)
        before = constant_then("decide", asked, before)
        held = bench_project.invitations(asked.result.bodies)
        given = [bench_project.answer(project, invitation) for invitation in held]
        before = constant_then("responses", _burst(server, given, WORK_SECONDS, core), before)
        sent = [bench_project.events(project) for _ in range(BATCHES)]
        before = constant_then("100 events", _burst(server, sent, EVENTS_SECONDS, core), before)
        before = constant_then("healthz", beside(server, "/healthz"), before)
    return rounds


def _burst(
    server: Server,
    requests: Sequence[str],
    seconds: float,
    core: int | None,
    *,
    again: bool = False,
    keep: bool = False,
) -> Burst:
    workers = server.workers
    before = cpu_seconds(workers)
    result = burst(server.port, requests, seconds, again=again, keep=keep, core=core)
    if result.failed:
        raise RuntimeError(f"{result.failed} of {result.count} requests were refused")
    return Burst(result, (cpu_seconds(workers) - before) / result.count)
