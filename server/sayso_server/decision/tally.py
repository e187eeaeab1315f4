"""Sum up a simulation: popups shown, reasons for not asking, and conflicts between surveys."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TypeVar
from uuid import UUID

from sayso_server.decision.decisions import Decision
from sayso_server.decision.reasons import Reason
from sayso_server.decision.rules import Quota
from sayso_server.decision.simulation import ReplayedDecision

K = TypeVar("K", UUID, Reason)


@dataclass(slots=True)
class Times:
    """How many decisions, about how many people."""

    decisions: int = 0
    people: int = 0


@dataclass(slots=True)
class Summary:
    """The result for one survey. `by_day`: popups shown on each day (UTC) that had any.
    `held_back_by`: decisions against it because of another survey's cool-down or priority.
    `holds_back`: decisions against another survey because of this one. Both by the other's id."""

    asked: Times = field(default_factory=Times)
    by_day: dict[date, int] = field(default_factory=dict)
    held_back: dict[Reason, Times] = field(default_factory=dict)
    held_back_by: dict[UUID, Times] = field(default_factory=dict)
    holds_back: dict[UUID, Times] = field(default_factory=dict)


class Tally:
    """Counts the decisions about one survey, person after person.

    Quotas span people, so a second pass applies them: the popups of the first pass get the places
    in order of time. A person left out by the quota is not replayed again,
    though another survey might then be asked. Memory: 16 bytes for each popup, and the decisions
    of one person.
    """

    def __init__(self, survey: UUID, quota: Quota | None, *, answered: bool) -> None:
        self._survey = survey
        self._quota = quota
        self._answered = answered
        self._summary = Summary()
        self._people = 0
        self._of_person: set[tuple[str, object]] = set()
        self._asked_at = array("d")
        self._asked_whom = array("L")

    def add(self, decisions: Iterable[ReplayedDecision]) -> None:
        """Count the decisions about one more person."""
        self._people += 1
        self._of_person.clear()
        for taken in decisions:
            if taken.decision.survey_id == self._survey:
                self._add(taken)
            elif _blocking_survey(taken.decision) == self._survey:
                self._count(self._summary.holds_back, taken.decision.survey_id)

    def summary(self) -> Summary:
        """Apply the quota and return the result. Call it once."""
        asked: set[int] = set()
        refused: set[int] = set()
        for at, person, has_place in self._places():
            (asked if has_place else refused).add(person)
            if has_place:
                self._summary.asked.decisions += 1
                day = datetime.fromtimestamp(at, UTC).date()
                self._summary.by_day[day] = self._summary.by_day.get(day, 0) + 1
        self._summary.asked.people = len(asked)
        held = len(self._asked_at) - self._summary.asked.decisions
        if held:
            self._summary.held_back[Reason.QUOTA_REACHED] = Times(held, len(refused))
        return self._summary

    def _add(self, taken: ReplayedDecision) -> None:
        decision = taken.decision
        if taken.shown:
            self._asked_at.append(taken.at.timestamp())
            self._asked_whom.append(self._people)
        elif not decision.yes:
            self._count(self._summary.held_back, decision.reason)
            other = _blocking_survey(decision)
            if other is not None:
                self._count(self._summary.held_back_by, other)

    def _count(self, of: dict[K, Times], key: K) -> None:
        times = of.setdefault(key, Times())
        times.decisions += 1
        seen = (str(id(of)), key)
        if seen not in self._of_person:
            self._of_person.add(seen)
            times.people += 1

    def _places(self) -> Iterator[tuple[float, int, bool]]:
        """Each possible popup in order of time: when, for whom, and whether the quota allows it."""
        order = sorted(range(len(self._asked_at)), key=self._asked_at.__getitem__)
        quota = self._quota or Quota()
        total = [quota.shown, quota.responses if self._answered else None]
        most = min((n for n in total if n is not None), default=None)
        taken, days = 0, Counter[int]()
        for index in order:
            at = self._asked_at[index]
            day = int(at // 86_400)
            a_day = quota.shown_a_day is None or days[day] < quota.shown_a_day
            has_place = a_day and (most is None or taken < most)
            taken += has_place
            days[day] += has_place
            yield at, self._asked_whom[index], has_place


def _blocking_survey(decision: Decision) -> UUID | None:
    """The survey that kept this one from being asked."""
    reason = decision.saw.get("held_back_by", decision.reason.value)
    other = {Reason.COOLING_DOWN.value: "survey", Reason.OUTRANKED.value: "asked"}.get(str(reason))
    survey_id = decision.saw.get(other) if other else None
    return survey_id if isinstance(survey_id, UUID) else None
