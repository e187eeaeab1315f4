"""For random rules and events, a simulation makes the same decisions as calls over HTTP."""

import heapq
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, note, settings
from hypothesis import strategies as st
from sqlalchemy import select

from sayso_server.asking.project_cache import LiveSurveys
from sayso_server.background import Background
from sayso_server.decision.facts import OPEN_FOR
from sayso_server.decision.simulation import ComesOf, Simulation
from sayso_server.storage.database.tables import decisions, invitations
from sayso_server.storage.database.transaction import Transaction, in_project
from sayso_server.storage.history.replay import Span, replayed
from tests.product import NOON, Clock, Product, Visitor, make_product

NAMES = ("ordered", "paid", "left")
USERS = ("u_1", "u_2")

# Seconds between events: while a popup is open, within and after a wait, after days.
STEPS = (20, 70, 600, 3_600, 86_400, 8 * 86_400)

filters = st.lists(
    st.sampled_from(
        [
            {"property": "total", "op": "gte", "value": 2},
            {"property": "total", "op": "in", "value": [1, 3]},
            {"property": "gift", "op": "exists", "value": False},
        ]
    ),
    max_size=1,
)
events_done = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {"event": st.sampled_from(NAMES), "at_least": st.integers(1, 3)},
            optional={"within_days": st.integers(1, 10)},
        ),
        st.fixed_dictionaries(
            {"event": st.sampled_from(NAMES), "at_most": st.integers(1, 3)},
            optional={"within_days": st.integers(1, 10)},
        ),
    ),
    max_size=1,
)
answers = st.lists(
    st.fixed_dictionaries(
        {"kind": st.just("csat"), "group": st.sampled_from(["positive", "negative"])},
        optional={"holds": st.booleans()},
    ),
    max_size=1,
)
audiences = st.fixed_dictionaries(
    {},
    optional={
        "attributes": st.just([{"property": "plan", "op": "eq", "value": "pro"}]),
        "events": events_done,
        "answers": answers,
        "percent": st.sampled_from([50, 90]),
    },
)
days = st.sampled_from([0, 0.01, 1, 5])
waits = st.fixed_dictionaries(
    {}, optional={"answered": days, "dismissed": days, "ignored": days, "snoozed": st.none()}
)
throttles = st.fixed_dictionaries({}, optional={"cool_down_days": days, "again_after_days": waits})


@st.composite
def triggers(draw: st.DrawFn) -> dict[str, Any]:
    event = draw(st.sampled_from(NAMES[:2]))
    others = [name for name in NAMES if name != event]
    trigger = draw(
        st.fixed_dictionaries(
            {"event": st.just(event)},
            optional={
                "filters": filters,
                "from": st.sampled_from(["page", "backend"]),
                "delay": st.sampled_from([30, 600]),
                "after": st.fixed_dictionaries(
                    {
                        "event": st.sampled_from(NAMES),
                        "within": st.sampled_from([100, 4_000]),
                        "filters": filters,
                    }
                ),
                "unless": st.fixed_dictionaries(
                    {"event": st.sampled_from(others), "within": st.sampled_from([60, 700])}
                ),
                "cancel_on": st.just(others[:1]),
            },
        )
    )
    return {**trigger, **draw(st.sampled_from([{}, {}, {"every": 2}, {"nth": 2}]))}


definitions = st.fixed_dictionaries(
    {"trigger": triggers()},
    optional={
        "audience": audiences,
        "throttle": throttles,
        "priority": st.integers(-1, 1),
        "ask_within": st.sampled_from([60, 900, 200_000]),
    },
)


@dataclass(frozen=True)
class Happened:
    """An event, `after` seconds after the previous one."""

    after: int
    user: str
    name: str
    source: Literal["page", "backend"]
    total: int


histories = st.lists(
    st.builds(
        Happened,
        st.sampled_from(STEPS),
        st.sampled_from(USERS),
        st.sampled_from(NAMES),
        st.sampled_from(["page", "page", "page", "backend"]),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=10,
)

Moment = tuple[UUID, datetime]
Decided = dict[Moment, Counter[tuple[UUID, str]]]


@dataclass
class Course:
    """The decisions and the shown surveys, by person and time."""

    decided: Decided = field(default_factory=lambda: defaultdict(Counter))
    shown: set[tuple[UUID, UUID, datetime]] = field(default_factory=set)
    people: set[UUID] = field(default_factory=set)

    def since(self, when: datetime, people: set[UUID]) -> "Course":
        """Only entries for these people: a replay skips people without events in the span."""
        return Course(
            {
                key: found
                for key, found in self.decided.items()
                if found and key[1] >= when and key[0] in people
            },
            {one for one in self.shown if one[0] in people and one[2] >= when},
        )


class People:
    """Browsers with open pages. They request a waiting invitation as soon as it is available. They
    show every popup at once and give each the same outcome."""

    def __init__(self, product: Product, comes_of: ComesOf) -> None:
        self.product = product
        self.comes_of = comes_of
        self.visitors = {user: product.visitor() for user in USERS}
        self.course = Course()
        self._persons: dict[UUID, str] = {}
        self._looks: list[tuple[datetime, bool, UUID]] = []
        """Times when an invitation to the person expires or, if True, can be requested."""
        self._hints: list[tuple[datetime, str]] = []
        """Times, from the server's replies, when a user's page requests its invitation again."""
        self._busy_until = dict.fromkeys(USERS, product.clock.now)
        """When each user's open popup ends; until then the page requests nothing."""
        self._background = Background(product.dependencies)
        self._known: set[UUID] = set()
        self._ledger: Counter[tuple[UUID, UUID, str]] = Counter()
        for user in USERS:
            attributes = {"plan": "pro" if user == "u_1" else "free"}
            product.ok(
                "POST", "/v1/people", {"people": [{"user_id": user, "attributes": attributes}]}
            )

    def live_through(self, events: list[Happened]) -> None:
        clock = self.product.clock
        for event in events:
            at = clock.now + timedelta(seconds=event.after)
            self._offer(at)
            clock.now = at
            self._do(event)
            self._look(at)
            self._offer(at)

    def rest(self, until: datetime) -> None:
        self._offer(until)
        self.product.clock.now = until

    def _do(self, event: Happened) -> None:
        properties = {"total": event.total}
        if event.source == "backend":
            self.product.track(event.user, event.name, properties=properties)
            return
        visitor = self._visitor(event.user)
        self._see(event.user, visitor.decide("event", name=event.name, properties=properties))

    def _visitor(self, user: str) -> Visitor:
        visitor = self.visitors[user]
        visitor.token = self.product.token(user)
        return visitor

    def _see(self, user: str, reply: Any) -> None:
        self._expect(user, reply)
        ask = reply["ask"]
        if ask is None:
            return
        visitor = self.visitors[user]
        shown = visitor.state(ask["invitation"], "shown").json
        self._expect(user, shown)
        if self.comes_of == "answered":
            visitor.answer(ask["invitation"], ("score", 4), complete=True)
        elif self.comes_of == "dismissed":
            visitor.state(ask["invitation"], "dismissed")
        else:
            self._busy_until[user] = self.product.clock.now + OPEN_FOR

    def _expect(self, user: str, reply: Any) -> None:
        if "waiting" in reply:
            seconds = timedelta(seconds=reply["waiting"]["in"])
            self._hints.append((self.product.clock.now + seconds, user))

    def _offer(self, until: datetime) -> None:
        while self._looks and self._looks[0][0] <= until:
            at, available, person = look = heapq.heappop(self._looks)
            while self._looks and self._looks[0] == look:
                heapq.heappop(self._looks)
            self.product.clock.now = at
            self._background.run_once()
            user = self._persons[person]
            if available and at < self._busy_until[user]:
                heapq.heappush(self._looks, (self._busy_until[user], True, person))
            elif available:
                self._see(user, self._visitor(user).decide("invitation"))
            self._look(at)

    def _look(self, at: datetime) -> None:
        """Records the changes in the ledger and the invitations since the last call."""
        parts, clock = self.product.dependencies, self.product.clock
        parts.silences.flush(parts.store, clock.now)
        with parts.store.view(self.product.project_id, clock.now) as tx:
            ledger = _ledger(tx)
            rows = tx.run(select(invitations).where(in_project(invitations))).all()
        for (person, survey, reason), n in (ledger - self._ledger).items():
            self.course.decided[person, at][survey, reason] += n
        self._ledger = ledger
        for row in rows:
            if row.state == "queued" and row.id not in self._known:
                heapq.heappush(self._looks, (row.expires_at, False, row.person_id))
                if row.source == "backend":
                    heapq.heappush(self._looks, (row.available_at, True, row.person_id))
            if row.shown_at == at:
                self.course.shown.add((row.person_id, row.survey_id, at))
            self._known.add(row.id)
            self._name(row.person_id)
        persons = {user: person for person, user in self._persons.items()}
        for look_at, user in self._hints:
            heapq.heappush(self._looks, (look_at, True, persons[user]))
        self._hints.clear()

    def _name(self, person: UUID) -> None:
        if person not in self._persons:
            for user in USERS:
                found = self.product.call("GET", f"/v1/people?user_id={user}").json["person"]
                self._persons[UUID(found["id"])] = user


_LEDGER = select(
    decisions.c.person_id,
    decisions.c.survey_id,
    decisions.c.reason,
    decisions.c["count"].label("times"),
).where(in_project(decisions))


def _ledger(tx: Transaction) -> Counter[tuple[UUID, UUID, str]]:
    found: Counter[tuple[UUID, UUID, str]] = Counter()
    for row in tx.run(_LEDGER):
        found[row.person_id, row.survey_id, row.reason] += row.times
    return found


def replay(product: Product, live: LiveSurveys, since: datetime, comes_of: ComesOf) -> Course:
    simulation = Simulation(live.rules, live.policy, comes_of)
    now = product.clock.now
    span = Span(since, now, simulation.names, simulation.needs, live.policy)
    course = Course()
    with product.dependencies.store.view(product.project_id, now) as tx:
        for history, events in replayed(tx, span, lambda _done, _of: None):
            person = UUID(history.bucket_key)
            course.people.add(person)
            for taken in simulation.replay(history, events, now):
                decision = taken.decision
                said = course.decided[person, taken.at]
                said[decision.survey_id, decision.reason.value] += 1
                if decision.asked and not taken.offered:
                    said[decision.survey_id, "queued"] += 1
                if taken.shown:
                    course.shown.add((person, decision.survey_id, taken.at))
    return course


def check(
    app: Flask,
    clock: Clock,
    of: list[dict[str, Any]],
    events: list[Happened],
    split: int,
    comes_of: ComesOf,
) -> None:
    clock.now = NOON
    product = make_product(app, clock)
    for definition in of:
        product.publish({"template": "csat", **definition})
    people = People(product, comes_of)
    people.live_through(events[:split])
    since = clock.now + timedelta(seconds=1)
    people.live_through(events[split:])
    people.rest(clock.now + timedelta(days=2))
    project = product.dependencies.project_cache.by_secret_key(product.secret_key, clock.now)
    assert project is not None
    live = product.dependencies.project_cache.live(project, clock.now)
    simulated = replay(product, live, since, comes_of)
    decided = people.course.since(since, simulated.people)
    note(f"decided {decided.decided}")
    assert simulated.decided == decided.decided
    assert simulated.shown == decided.shown


comes = st.sampled_from(["answered", "dismissed", "ignored"])

ORDERED: dict[str, Any] = {"trigger": {"event": "ordered"}}
LATER: dict[str, Any] = {"trigger": {"event": "ordered", "delay": 30}}
HAPPENED = Happened(after=20, user="u_1", name="ordered", source="page", total=1)


@pytest.mark.parametrize("examples", [30, pytest.param(1_000, marks=pytest.mark.proof)])
def test_a_replay_makes_the_same_decisions(app: Flask, clock: Clock, examples: int) -> None:
    @settings(max_examples=examples, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(definitions, min_size=1, max_size=3), histories, st.integers(0, 4), comes)
    @example([ORDERED, ORDERED], [HAPPENED, HAPPENED], 1, "ignored")  # open when the span begins
    @example([ORDERED, ORDERED, ORDERED], [HAPPENED], 0, "ignored")  # shown one after the other
    @example([ORDERED, LATER], [HAPPENED], 0, "ignored")  # due while another is open
    def attempt(of: list[dict[str, Any]], events: list[Happened], split: int, end: ComesOf) -> None:
        check(app, clock, of, events, split, end)

    attempt()
