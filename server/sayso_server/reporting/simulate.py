"""Simulate a draft alongside the project's live surveys, on the events collected so far."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sayso_server.asking.project_cache import LiveSurveys, compile_live
from sayso_server.decision.assumptions import (
    assumptions,
    events_needed,
    missing_events,
    refusal,
)
from sayso_server.decision.eligibility import in_order
from sayso_server.decision.facts import Moment
from sayso_server.decision.replayed_person import History
from sayso_server.decision.rules import SurveyRules
from sayso_server.decision.simulation import ComesOf, Simulation
from sayso_server.decision.tally import Summary, Tally
from sayso_server.errors import Invalid
from sayso_server.reporting.estimate import estimate_of
from sayso_server.scoring.needed import Estimate
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.history.replay import Progress, Span, names_seen, replayed
from sayso_server.storage.projects.projects import Project
from sayso_server.storage.surveys import segments, surveys
from sayso_server.storage.surveys.surveys import Published, Survey

DAY = timedelta(days=1)
LONGEST_DAYS = 365


@dataclass(frozen=True, slots=True)
class SimulationRequest:
    """The parameters of a simulation: how many days to replay, and the assumed outcome of each ask.
    For the estimate: the response rate (None: as measured) and the interval's half-width (None: the
    project's)."""

    days: int = 30
    answers: ComesOf = "answered"
    response_rate: float | None = None
    margin: float | None = None


@dataclass(frozen=True, slots=True)
class OtherSurvey:
    """Another live survey. `goes_first`: it outranks the draft when one moment starts both."""

    id: UUID
    name: str
    goes_first: bool


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """The result of a simulation. `days` is the part of the span for which the project has existed
    or has events; `missing` lists events that the draft needs but that were not collected."""

    since: datetime
    until: datetime
    days: float
    events: int
    people: int
    summary: Summary
    others: list[OtherSurvey]
    estimate: Estimate | None
    missing: list[dict[str, str]]
    assumes: list[str]


def simulate(
    tx: Transaction,
    project: Project,
    survey: Survey,
    request: SimulationRequest,
    progress: Progress,
) -> SimulationResult:
    """Replay the last days as if the draft were live alongside the project's live surveys. Raises
    Invalid when the draft's trigger is not an event, because only events are stored."""
    since = tx.now - timedelta(days=request.days)
    live = _live(tx, project, survey, since)
    draft = next(rules for rules in live.rules if rules.id == survey.id)
    _check(draft)
    simulation = Simulation(live.rules, live.policy, request.answers)
    span = Span(since, tx.now, simulation.names, simulation.needs, live.policy)
    replay = _Replay(simulation, draft, request)
    replay.run(replayed(tx, span, progress), tx.now)
    summary = replay.tally.summary()
    days = _covered(project.created_at, replay.first_at, span)
    needed = events_needed(draft, simulation)
    others = _others(live, draft)
    return SimulationResult(
        since=since,
        until=tx.now,
        days=days,
        events=replay.events,
        people=replay.people,
        summary=summary,
        others=others,
        estimate=estimate_of(
            tx, survey, summary.asked.decisions / days, request.response_rate, request.margin
        ),
        missing=missing_events(str(project.id), needed - names_seen(tx, needed, since)),
        assumes=assumptions(draft, _named(live, others), live.policy, request.answers, simulation),
    )


class _Replay:
    """Runs the people of the span through the simulation, and counts people and events."""

    def __init__(
        self, simulation: Simulation, draft: SurveyRules, request: SimulationRequest
    ) -> None:
        self._simulation = simulation
        self.tally = Tally(draft.id, draft.quota, answered=request.answers == "answered")
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


def _live(tx: Transaction, project: Project, survey: Survey, since: datetime) -> LiveSurveys:
    """The live surveys, with the draft in place of the survey's published version. All are treated
    as live since the start of the span or earlier."""
    published = surveys.live_of(tx)
    own = next((version for version in published if version.survey_id == survey.id), None)
    live_since = own.live_since if own else since
    draft = Published(survey.id, survey.version, survey.definition, survey.name, live_since)
    versions = [draft, *(version for version in published if version.survey_id != survey.id)]
    early = [
        replace(version, live_since=min(version.live_since or since, since)) for version in versions
    ]
    return compile_live(early, project.policy, segments.all_of(tx))


def _check(draft: SurveyRules) -> None:
    problem = refusal(draft)
    if problem is not None:
        raise Invalid(problem, errors={"trigger.kind": [problem]})


def _covered(created: datetime, first_at: datetime | None, span: Span) -> float:
    begins = max(span.since, min(created, first_at or created))
    return max((span.until - begins) / DAY, 1.0)


def _others(live: LiveSurveys, draft: SurveyRules) -> list[OtherSurvey]:
    order = in_order(live.rules)
    rank_of_draft = order.index(draft)
    return [
        OtherSurvey(survey.id, live.published[survey.id].name, goes_first=rank < rank_of_draft)
        for rank, survey in enumerate(order)
        if survey.id != draft.id
    ]


def _named(live: LiveSurveys, others: list[OtherSurvey]) -> list[tuple[str, SurveyRules]]:
    rules = {survey.id: survey for survey in live.rules}
    return [(other.name, rules[other.id]) for other in others]
