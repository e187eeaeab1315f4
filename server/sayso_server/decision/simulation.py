"""Simulate surveys: replay a person's past events through the same decisions as in production.

Every event is assumed to arrive when it happens, with the person's page open. Invitations from a
backend and waiting invitations are offered as soon as they are available. Every popup is shown and
answered (or closed, or ignored) at once. The only randomness is each person's sticky bucket, so the
same events give the same decisions.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from sayso_server.decision.decisions import Decision
from sayso_server.decision.eligibility import (
    decide_to_ask,
    decide_to_claim,
    decide_to_queue,
)
from sayso_server.decision.facts import Invitation, Moment, Situation, State
from sayso_server.decision.needs import needs_of
from sayso_server.decision.reasons import Reason
from sayso_server.decision.replayed_person import History, ReplayedPerson
from sayso_server.decision.rules import Needs, Policy, SurveyRules

ComesOf = Literal["answered", "dismissed", "ignored"]

_STATES: dict[ComesOf, State] = {
    "answered": "completed",
    "dismissed": "dismissed",
    "ignored": "shown",
}


@dataclass(frozen=True, slots=True)
class ReplayedDecision:
    """One decision of a replay. `shown`: the popup appeared. `offered`: the decision was about a
    waiting invitation, not about a moment."""

    at: datetime
    decision: Decision
    shown: bool = False
    offered: bool = False


class Simulation:
    """The live surveys of one project; every popup ends as `comes_of`.

    It keeps no state about people, so each replay is independent.
    """

    def __init__(
        self, surveys: Iterable[SurveyRules], policy: Policy, comes_of: ComesOf = "answered"
    ) -> None:
        # Ordered by creation, as in storage: of equal surveys, the older gets the older invitation.
        by_age = sorted(surveys, key=lambda survey: survey.id)
        self._surveys = {survey.id: survey for survey in by_age}
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
        self._cadences = [s for s in self._surveys.values() if s.trigger.lifecycle]
        self._needs = {name: self.needs_of(started) for name, started in self._started_by.items()}
        self.needs = self.needs_of(self._surveys.values())

    @property
    def names(self) -> frozenset[str] | None:
        """The events to replay; None for all, since cadences need every day with events."""
        if self._cadences:
            return None
        return frozenset({*self._started_by, *self.needs.counts, *self.needs.recent})

    def needs_of(self, surveys: Iterable[SurveyRules]) -> Needs:
        """The parts of a person's past that these surveys read."""
        return needs_of(surveys, self._policy)

    def replay(
        self, history: History, events: Iterable[Moment], until: datetime
    ) -> Iterator[ReplayedDecision]:
        """Every decision about one person, in order of time. `events`: the person's events, of kind
        "event", oldest first. Waiting invitations are offered up to `until`."""
        person = ReplayedPerson(history, self.needs)
        self._reschedule(person, history.since)
        for event in events:
            yield from self._offer(person, event.at)
            yield from self._visit(person, event)
            person.remember(event)
            yield from self._cancel(person, event)
            yield from self._decide(person, event)
        yield from self._offer(person, until)

    def _cancel(self, person: ReplayedPerson, event: Moment) -> Iterator[ReplayedDecision]:
        """Remove the invitations that the event cancels."""
        surveys = self._cancelled_by.get(event.name or "", ())
        saw = {"event": event.name, "at": event.at}
        for invitation in person.cancel(surveys, event.at):
            yield ReplayedDecision(
                event.at, Decision(invitation.survey_id, Reason.CANCELLED, invitation.version, saw)
            )

    def _decide(self, person: ReplayedPerson, event: Moment) -> Iterator[ReplayedDecision]:
        surveys = self._started_by.get(event.name or "")
        if not surveys:
            return
        at = person.situation(event.at, self._needs[event.name or ""], event)
        if event.source == "page":
            yield from self._ask(person, surveys, at)
            return
        for decision in decide_to_queue(surveys, at, self._policy):
            if decision.invites:
                person.queue(self._surveys[decision.survey_id], event, decision)
            yield ReplayedDecision(event.at, decision)

    def _visit(self, person: ReplayedPerson, event: Moment) -> Iterator[ReplayedDecision]:
        """Decide about cadences, which are checked when a page is viewed: here once on each day
        (UTC) with an event."""
        if self._cadences and person.first_of_day(event.at.date()):
            seen = Moment("page_view", "page", event.at, proven=event.proven)
            yield from self._ask(
                person, self._cadences, person.situation(event.at, self.needs, seen)
            )

    def _ask(
        self, person: ReplayedPerson, surveys: Sequence[SurveyRules], at: Situation
    ) -> Iterator[ReplayedDecision]:
        moment = at.moment
        assert moment is not None  # noqa: S101  # invitations are made for moments
        shown = False
        for decision in decide_to_ask(surveys, at, self._policy):
            survey = self._surveys[decision.survey_id]
            if decision.invites:
                invitation = person.queue(survey, moment, decision, offered=not decision.asked)
                if decision.asked:
                    self._show(person, survey, invitation, at.now)
            shown = shown or decision.asked
            yield ReplayedDecision(at.now, decision, shown=decision.asked)
        if shown:
            self._offer_next(person, at.now)

    def _offer(self, person: ReplayedPerson, until: datetime) -> Iterator[ReplayedDecision]:
        """Offer waiting invitations when they become available, and expire them."""
        while (check := person.next_check(until)) is not None:
            now, available = check
            for invitation in person.expire(now):
                yield ReplayedDecision(
                    now, Decision(invitation.survey_id, Reason.EXPIRED, invitation.version)
                )
            busy_until = self._busy_until(person, now)
            if available and busy_until is not None:
                person.check_at(busy_until)
            elif available:
                yield from self._claim_waiting(person, now)

    def _claim_waiting(self, person: ReplayedPerson, now: datetime) -> Iterator[ReplayedDecision]:
        """The page requests available invitations; show the first that may be asked, as
        `claim_waiting` does."""
        waiting = self._ranked(person.waiting(now))
        asking = {i.survey_id: s for i in waiting if (s := self._surveys.get(i.survey_id))}
        at = person.situation(now, self.needs_of(asking.values()))
        for invitation in waiting:
            survey = asking.get(invitation.survey_id)
            decision = decide_to_claim(survey, invitation, at, self._policy)
            yield ReplayedDecision(now, decision, shown=decision.asked, offered=True)
            if survey is not None and decision.asked:
                self._show(person, survey, invitation, now)
                self._offer_next(person, now)
                return
            self._offer_again(person, decision)

    def _reschedule(self, person: ReplayedPerson, since: datetime) -> None:
        """Invitations available before the span were already offered and held back. Offer them
        again when the reason has passed."""
        for invitation in person.waiting(since):
            survey = self._surveys.get(invitation.survey_id)
            at = person.situation(since, self.needs_of([survey] if survey else []))
            self._offer_again(person, decide_to_claim(survey, invitation, at, self._policy))

    def _ranked(self, waiting: list[Invitation]) -> list[Invitation]:
        """By priority, then by age."""
        priority = {survey.id: survey.priority for survey in self._surveys.values()}
        return sorted(
            waiting, key=lambda invitation: (-priority.get(invitation.survey_id, 0), invitation.id)
        )

    def _show(
        self, person: ReplayedPerson, survey: SurveyRules, invitation: Invitation, now: datetime
    ) -> None:
        if survey.trigger.lifecycle is None:
            person.forget_shown(survey.id)
        person.put(replace(invitation, state=self._state, version=survey.version, shown_at=now))

    def _offer_next(self, person: ReplayedPerson, now: datetime) -> None:
        """After a popup has ended, check for waiting invitations at once."""
        if person.waiting(now):
            person.check_at(now)

    def _offer_again(self, person: ReplayedPerson, held_back: Decision) -> None:
        """Offer the invitation again when the reason that held it back has passed."""
        if held_back.waits_until is not None:
            person.check_at(held_back.waits_until)

    def _busy_until(self, person: ReplayedPerson, now: datetime) -> datetime | None:
        """Until when the page shows a popup, and does not ask for others."""
        live = (i for i in person.invitations if i.survey_id in self._surveys and not i.embedded)
        return max((end for i in live if (end := i.open_until(now))), default=None)
