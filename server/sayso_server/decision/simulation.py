"""What would have been decided: a person's past events, replayed through the same decision.

Every event is taken to arrive when it happened, with the person's page open: an invitation that a
backend asks for, or that waits, is offered the moment it is available, and whatever is asked is
shown and answered (or closed, or ignored) at once. Nothing here draws luck but what sticks to the
person, so the same events give the same decisions.
"""

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo
from typing import Any, Literal
from uuid import UUID

from sayso_server.decision.decisions import Decision
from sayso_server.decision.eligibility import (
    decide_to_ask,
    decide_to_claim,
    decide_to_queue,
)
from sayso_server.decision.facts import (
    Ask,
    Did,
    Moment,
    Past,
    Person,
    Said,
    Situation,
    State,
)
from sayso_server.decision.needs import needs_of
from sayso_server.decision.reasons import Reason
from sayso_server.decision.rules import Needs, Policy, SurveyRules
from sayso_server.decision.trigger_rules import expiry

ComesOf = Literal["answered", "dismissed", "ignored"]

_STATES: dict[ComesOf, State] = {
    "answered": "completed",
    "dismissed": "dismissed",
    "ignored": "shown",
}
_ALWAYS = datetime.min.replace(tzinfo=UTC)
_MADE_HERE = 0xFFFF << 112  # above every UUIDv7, so that what the replay makes is the youngest


@dataclass(frozen=True, slots=True)
class History:
    """A person as the span begins (`since`): earlier asks, counts and latest events of the names
    that `Simulation.needs` mentions. `said` are all real answers, also those in the span."""

    luck: str
    user_id: str | None = None
    refused_at: datetime | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    zone: tzinfo = UTC
    asks: tuple[Ask, ...] = ()
    done: Mapping[str, Did] = field(default_factory=dict)
    recent: Mapping[str, tuple[Past, ...]] = field(default_factory=dict)
    said: tuple[Said, ...] = ()
    since: datetime = _ALWAYS


@dataclass(frozen=True, slots=True)
class Taken:
    """One decision. `shown` when it made the popup appear, `offered` when it is not about a moment
    but about an invitation that waited."""

    at: datetime
    decision: Decision
    shown: bool = False
    offered: bool = False


class Simulation:
    """The live surveys of one project, with every ask ending as `comes_of`.

    It holds nothing of a person once their replay has ended.
    """

    def __init__(
        self, surveys: Iterable[SurveyRules], policy: Policy, comes_of: ComesOf = "answered"
    ) -> None:
        # In order of creation, as storage has them: of equals, the elder's invitation is older.
        self._surveys = {one.id: one for one in sorted(surveys, key=lambda one: one.id)}
        self._policy = replace(policy, live=frozenset(self._surveys), testers=frozenset())
        self._state = _STATES[comes_of]
        self._started_by: dict[str, list[SurveyRules]] = {}
        for survey in self._surveys.values():
            if survey.trigger.event is not None:
                self._started_by.setdefault(survey.trigger.event, []).append(survey)
        self._cancelled_by: dict[str, list[UUID]] = {}
        for survey in self._surveys.values():
            for name in survey.trigger.cancelled_by:
                self._cancelled_by.setdefault(name, []).append(survey.id)
        self._cadences = [one for one in self._surveys.values() if one.trigger.lifecycle]
        self._needs = {name: self.needs_of(those) for name, those in self._started_by.items()}
        self.needs = self.needs_of(self._surveys.values())

    @property
    def names(self) -> frozenset[str] | None:
        """The events to replay; None for all, since a cadence looks at every day with an event."""
        if self._cadences:
            return None
        return frozenset({*self._started_by, *self.needs.counts, *self.needs.recent})

    def needs_of(self, surveys: Iterable[SurveyRules]) -> Needs:
        """What of a person these surveys read."""
        return needs_of(surveys, self._policy)

    def replay(
        self, history: History, events: Iterable[Moment], until: datetime
    ) -> Iterator[Taken]:
        """Every decision about one person, in order of time. `events` are theirs, oldest first, of
        kind "event"; what waits is offered up to `until`."""
        one = _Replayed(history, self.needs)
        self._wake(one, history.since)
        for event in events:
            yield from self._offer(one, event.at)
            yield from self._visit(one, event)
            one.remember(event)
            yield from self._cancel(one, event)
            yield from self._decide(one, event)
        yield from self._offer(one, until)

    def _cancel(self, one: "_Replayed", event: Moment) -> Iterator[Taken]:
        """What the event cancels is over."""
        surveys = self._cancelled_by.get(event.name or "", ())
        saw = {"event": event.name, "at": event.at}
        for ask in one.cancel(surveys, event.at):
            yield Taken(event.at, Decision(ask.survey_id, Reason.CANCELLED, ask.version, saw))

    def _decide(self, one: "_Replayed", event: Moment) -> Iterator[Taken]:
        surveys = self._started_by.get(event.name or "")
        if not surveys:
            return
        at = one.situation(event.at, self._needs[event.name or ""], event)
        if event.source == "page":
            yield from self._ask(one, surveys, at)
            return
        for decision in decide_to_queue(surveys, at, self._policy):
            if decision.invites:
                one.queue(self._surveys[decision.survey_id], event, decision)
            yield Taken(event.at, decision)

    def _visit(self, one: "_Replayed", event: Moment) -> Iterator[Taken]:
        """A cadence is looked at when a page is viewed: here once on each day (UTC) on which the
        person did anything."""
        if self._cadences and one.first_of_day(event.at.date()):
            seen = Moment("page_view", "page", event.at, proven=event.proven)
            yield from self._ask(one, self._cadences, one.situation(event.at, self.needs, seen))

    def _ask(
        self, one: "_Replayed", surveys: Sequence[SurveyRules], at: Situation
    ) -> Iterator[Taken]:
        moment = at.moment
        assert moment is not None  # noqa: S101  # invitations are made for moments
        shown = False
        for decision in decide_to_ask(surveys, at, self._policy):
            survey = self._surveys[decision.survey_id]
            if decision.invites:
                ask = one.queue(survey, moment, decision, offered=not decision.asked)
                if decision.asked:
                    self._show(one, survey, ask, at.now)
            shown = shown or decision.asked
            yield Taken(at.now, decision, shown=decision.asked)
        if shown:
            self._go_on(one, at.now)

    def _offer(self, one: "_Replayed", until: datetime) -> Iterator[Taken]:
        """What waits is offered once it has become available, and over when its time ends."""
        while (look := one.next_look(until)) is not None:
            now, available = look
            for ask in one.expire(now):
                yield Taken(now, Decision(ask.survey_id, Reason.EXPIRED, ask.version))
            busy_until = self._busy_until(one, now)
            if available and busy_until is not None:
                one.look_at(busy_until)
            elif available:
                yield from self._claim_waiting(one, now)

    def _claim_waiting(self, one: "_Replayed", now: datetime) -> Iterator[Taken]:
        """The page asks once for all that is available, as `claim_waiting` answers it."""
        waiting = self._ranked(one.waiting(now))
        asking = {a.survey_id: s for a in waiting if (s := self._surveys.get(a.survey_id))}
        at = one.situation(now, self.needs_of(asking.values()))
        for ask in waiting:
            survey = asking.get(ask.survey_id)
            decision = decide_to_claim(survey, ask, at, self._policy)
            yield Taken(now, decision, shown=decision.asked, offered=True)
            if survey is not None and decision.asked:
                self._show(one, survey, ask, now)
                self._go_on(one, now)
                return
            self._look_again(one, decision)

    def _wake(self, one: "_Replayed", since: datetime) -> None:
        """What was available before the span was offered before it, and held back: it is offered
        again when what holds it back has passed."""
        for ask in one.waiting(since):
            survey = self._surveys.get(ask.survey_id)
            at = one.situation(since, self.needs_of([survey] if survey else []))
            self._look_again(one, decide_to_claim(survey, ask, at, self._policy))

    def _ranked(self, waiting: list[Ask]) -> list[Ask]:
        """By priority, then by age."""
        priority = {survey.id: survey.priority for survey in self._surveys.values()}
        return sorted(waiting, key=lambda ask: (-priority.get(ask.survey_id, 0), ask.id))

    def _show(self, one: "_Replayed", survey: SurveyRules, ask: Ask, now: datetime) -> None:
        if survey.trigger.lifecycle is None:
            one.forget_shown(survey.id)
        one.put(replace(ask, state=self._state, version=survey.version, shown_at=now))

    def _go_on(self, one: "_Replayed", now: datetime) -> None:
        """A popup that is over makes room for what waits."""
        if one.waiting(now):
            one.look_at(now)

    def _look_again(self, one: "_Replayed", held_back: Decision) -> None:
        """The page asks again once what holds an invitation back has passed."""
        if held_back.waits_until is not None:
            one.look_at(held_back.waits_until)

    def _busy_until(self, one: "_Replayed", now: datetime) -> datetime | None:
        """Until when the page has a popup of its own open, and asks nothing."""
        popups = (a for a in one.asks if a.survey_id in self._surveys and not a.embedded)
        return max((end for a in popups if (end := a.open_until(now))), default=None)


class _Replayed:
    """One person while their events are replayed: what decisions may read, and no more."""

    def __init__(self, history: History, needs: Needs) -> None:
        self._history = history
        self._needs = needs
        self._asks = {ask.id: ask for ask in history.asks}
        self._done = dict(history.done)
        self._recent = dict(history.recent)
        queued = [ask for ask in history.asks if ask.state == "queued"]
        offers = [(a.available_at, True) for a in queued if a.available_at >= history.since]
        self._looks = [*offers, *((ask.expires_at, False) for ask in queued)]
        heapq.heapify(self._looks)
        self._made = 0
        self._day: date | None = None

    def situation(self, now: datetime, needs: Needs, moment: Moment | None = None) -> Situation:
        """What a decision sees at this moment. What the person really said or refused counts from
        when they did."""
        known = self._history
        person = Person(
            luck=known.luck,
            user_id=known.user_id,
            asks=tuple(self.asks),
            refused=known.refused_at is not None and known.refused_at < now,
            attributes=known.attributes if needs.attributes else {},
            done=self._done,
            recent=self._recent,
            said=tuple(said for said in known.said if said.at < now) if needs.said else (),
        )
        return Situation(person, now, moment, zone=known.zone)

    @property
    def asks(self) -> Collection[Ask]:
        """Every earlier ask, as it stands now."""
        return self._asks.values()

    def remember(self, event: Moment) -> None:
        """The event is stored before anything is decided about it."""
        name = event.name or ""
        if name in self._needs.counts:
            before = self._done.get(name)
            self._done[name] = Did(before.count + 1 if before else 1, event.at)
        kept = self._needs.recent.get(name)
        if kept:
            latest = Past(event.at, event.properties, event.source)
            self._recent[name] = (latest, *self._recent.get(name, ()))[:kept]

    def queue(
        self, survey: SurveyRules, moment: Moment, decision: Decision, *, offered: bool = True
    ) -> Ask:
        """A new invitation, as storage makes it."""
        self._made += 1
        due_at = moment.at + survey.trigger.delay
        look_at = max(due_at, decision.waits_until or due_at)
        ask = Ask(
            id=UUID(int=_MADE_HERE + self._made),
            survey_id=survey.id,
            version=survey.version,
            state="queued",
            available_at=due_at if decision.behind else look_at,
            expires_at=expiry(survey, moment),
            happened_at=moment.at,
        )
        self.put(ask)
        if offered:
            heapq.heappush(self._looks, (look_at, True))
            heapq.heappush(self._looks, (ask.expires_at, False))
        return ask

    def look_at(self, when: datetime) -> None:
        """The page asks then for what waits."""
        heapq.heappush(self._looks, (when, True))

    def put(self, ask: Ask) -> None:
        """The ask as it stands now."""
        self._asks[ask.id] = ask

    def next_look(self, until: datetime) -> tuple[datetime, bool] | None:
        """When something next becomes available (True) or comes to its end, if by `until`. A page
        asks once for all that is available at one moment."""
        if not self._looks or self._looks[0][0] > until:
            return None
        look = heapq.heappop(self._looks)
        while self._looks and self._looks[0] == look:
            heapq.heappop(self._looks)
        return look

    def expire(self, now: datetime) -> list[Ask]:
        """Those whose time to ask has ended, which are no more."""
        return self._drop(a for a in self._queued() if now >= a.expires_at)

    def cancel(self, surveys: Collection[UUID], at: datetime) -> list[Ask]:
        """Those of these surveys that wait since before then, which are no more."""
        return self._drop(
            a for a in self._queued() if a.survey_id in surveys and a.happened_at < at
        )

    def _queued(self) -> list[Ask]:
        return [ask for ask in self._asks.values() if ask.state == "queued"]

    def _drop(self, gone: Iterable[Ask]) -> list[Ask]:
        return [self._asks.pop(ask.id) for ask in gone]

    def waiting(self, now: datetime) -> list[Ask]:
        """What may be claimed now."""
        return [ask for ask in self._asks.values() if ask.waits(now) and ask.available_at <= now]

    def forget_shown(self, survey_id: UUID) -> None:
        """Of the asks that the replay itself has shown, rules look at a survey's latest only: all
        ended alike."""
        gone = [
            ask.id
            for ask in self._asks.values()
            if ask.survey_id == survey_id and ask.shown_at and ask.id.int > _MADE_HERE
        ]
        for made in gone:
            del self._asks[made]

    def first_of_day(self, day: date) -> bool:
        """Whether nothing of this day was replayed yet."""
        first, self._day = day != self._day, day
        return first
