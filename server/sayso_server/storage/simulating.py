"""A draft among the live surveys of its project, over the events that the project has collected."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sayso_server.decision.assumptions import (
    assumptions,
    events_needed,
    missing_events,
    refusal,
)
from sayso_server.decision.eligibility import in_order
from sayso_server.decision.facts import Moment
from sayso_server.decision.rules import SurveyRules
from sayso_server.decision.simulation import ComesOf, History, Simulation
from sayso_server.decision.tally import Summary, Tally
from sayso_server.errors import Invalid
from sayso_server.scoring.needed import Estimate
from sayso_server.storage import segments, surveys
from sayso_server.storage.directory import Live, compile_live
from sayso_server.storage.estimating import estimate_of
from sayso_server.storage.projects import Project
from sayso_server.storage.replay import Progress, Span, names_seen, replayed
from sayso_server.storage.surveys import Published, Survey
from sayso_server.storage.transaction import Transaction

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be found out: over how many days, what comes of each ask, and for the estimate
    the share of popups that is answered and the interval's half-width (None: as measured, and as
    the project tolerates)."""

    days: int = 30
    answers: ComesOf = "answered"
    response_rate: float | None = None
    margin: float | None = None


@dataclass(frozen=True, slots=True)
class Other:
    """Another live survey; it goes first where both start at one moment, or does not."""

    id: UUID
    name: str
    goes_first: bool


@dataclass(frozen=True, slots=True)
class Simulated:
    """What was found. `days` is as much of the span as the project has existed or has events of;
    `missing` the events that the draft needs and that were not collected."""

    since: datetime
    until: datetime
    days: float
    events: int
    people: int
    summary: Summary
    others: list[Other]
    estimate: Estimate | None
    missing: list[dict[str, str]]
    assumes: list[str]


def simulate(
    tx: Transaction, project: Project, survey: Survey, wanted: Wanted, progress: Progress
) -> Simulated:
    """Replay the last days with the survey's draft live beside the project's live surveys. Raises
    Invalid where what starts the draft is not stored."""
    since = tx.now - timedelta(days=wanted.days)
    live = _live(tx, project, survey, since)
    draft = next(rules for rules in live.rules if rules.id == survey.id)
    _check(draft)
    simulation = Simulation(live.rules, live.policy, wanted.answers)
    span = Span(since, tx.now, simulation.names, simulation.needs, live.policy)
    replay = _Replay(simulation, draft, wanted)
    replay.run(replayed(tx, span, progress), tx.now)
    summary = replay.tally.summary()
    days = _covered(project.created_at, replay.first_at, span)
    needed = events_needed(draft, simulation)
    others = _others(live, draft)
    return Simulated(
        since=since,
        until=tx.now,
        days=days,
        events=replay.events,
        people=replay.people,
        summary=summary,
        others=others,
        estimate=estimate_of(
            tx, survey, summary.asked.decisions / days, wanted.response_rate, wanted.margin
        ),
        missing=missing_events(str(project.id), needed - names_seen(tx, needed, since)),
        assumes=assumptions(draft, _named(live, others), live.policy, wanted.answers, simulation),
    )


class _Replay:
    """The people of the span, run through the simulation and counted."""

    def __init__(self, simulation: Simulation, draft: SurveyRules, wanted: Wanted) -> None:
        self._simulation = simulation
        self.tally = Tally(draft.id, draft.quota, answered=wanted.answers == "answered")
        self.events = 0
        self.people = 0
        self.first_at: datetime | None = None

    def run(self, people: Iterator[tuple[History, Iterator[Moment]]], until: datetime) -> None:
        for history, events in people:
            self.people += 1
            self.tally.add(self._simulation.replay(history, self._counted(events), until))

    def _counted(self, events: Iterator[Moment]) -> Iterator[Moment]:
        for event in events:
            self.events += 1
            if self.first_at is None or event.at < self.first_at:
                self.first_at = event.at
            yield event


def _live(tx: Transaction, project: Project, survey: Survey, since: datetime) -> Live:
    """The draft in the place of what is live of the survey, everything live since the span's
    beginning at the latest."""
    published = surveys.live_of(tx)
    mine = next((one for one in published if one.survey_id == survey.id), None)
    since_when = mine.live_since if mine else since
    draft = Published(survey.id, survey.version, survey.definition, survey.name, since_when)
    those = [draft, *(one for one in published if one.survey_id != survey.id)]
    early = [replace(one, live_since=min(one.live_since or since, since)) for one in those]
    return compile_live(early, project.policy, segments.all_of(tx))


def _check(draft: SurveyRules) -> None:
    problem = refusal(draft)
    if problem is not None:
        raise Invalid(problem, errors={"trigger.kind": [problem]})


def _covered(created: datetime, first_at: datetime | None, span: Span) -> float:
    begins = max(span.since, min(created, first_at or created))
    return max((span.until - begins) / DAY, 1.0)


def _others(live: Live, draft: SurveyRules) -> list[Other]:
    order = in_order(live.rules)
    place = order.index(draft)
    return [
        Other(one.id, live.published[one.id].name, goes_first=rank < place)
        for rank, one in enumerate(order)
        if one.id != draft.id
    ]


def _named(live: Live, others: list[Other]) -> list[tuple[str, SurveyRules]]:
    rules = {one.id: one for one in live.rules}
    return [(other.name, rules[other.id]) for other in others]
