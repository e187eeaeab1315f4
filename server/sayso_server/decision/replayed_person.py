"""One person while their past events are replayed: only the data that decisions may read."""

import heapq
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Any
from uuid import UUID

from sayso_server.decision.decisions import Decision
from sayso_server.decision.facts import (
    EarlierAnswer,
    EventCount,
    Invitation,
    Moment,
    PastEvent,
    Person,
    Situation,
)
from sayso_server.decision.rules import Needs, SurveyRules
from sayso_server.decision.trigger_rules import expiry

_ALWAYS = datetime.min.replace(tzinfo=UTC)
_REPLAYED_ID = 0xFFFF << 112  # above every UUIDv7: the replay's invitations sort as the youngest


@dataclass(frozen=True, slots=True)
class History:
    """A person at the start of the span (`since`): earlier invitations, and counts and latest
    events of the names in `Simulation.needs`. `answers` are all real answers, including those
    given within the span."""

    bucket_key: str
    user_id: str | None = None
    refused_at: datetime | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    zone: tzinfo = UTC
    invitations: tuple[Invitation, ...] = ()
    done: Mapping[str, EventCount] = field(default_factory=dict)
    recent: Mapping[str, tuple[PastEvent, ...]] = field(default_factory=dict)
    answers: tuple[EarlierAnswer, ...] = ()
    since: datetime = _ALWAYS


class ReplayedPerson:
    """Mutable; lives as long as the replay of this person."""

    def __init__(self, history: History, needs: Needs) -> None:
        self._history = history
        self._needs = needs
        self._invitations = {invitation.id: invitation for invitation in history.invitations}
        self._done = dict(history.done)
        self._recent = dict(history.recent)
        queued = self._queued()
        available = [i.available_at for i in queued if i.available_at >= history.since]
        # A heap of times to check invitations: True if one becomes available, False if one expires.
        self._checks = [
            *((at, True) for at in available),
            *((invitation.expires_at, False) for invitation in queued),
        ]
        heapq.heapify(self._checks)
        self._made = 0
        self._day: date | None = None

    def situation(self, now: datetime, needs: Needs, moment: Moment | None = None) -> Situation:
        """The facts for a decision at this moment. Real answers and refusals count only after they
        were given."""
        known = self._history
        answers = tuple(answer for answer in known.answers if answer.at < now)
        person = Person(
            bucket_key=known.bucket_key,
            user_id=known.user_id,
            invitations=tuple(self.invitations),
            refused=known.refused_at is not None and known.refused_at < now,
            attributes=known.attributes if needs.attributes else {},
            done=self._done,
            recent=self._recent,
            answers=answers if needs.answers else (),
        )
        return Situation(person, now, moment, zone=known.zone)

    @property
    def invitations(self) -> Collection[Invitation]:
        """Every invitation so far, in its current state."""
        return self._invitations.values()

    def remember(self, event: Moment) -> None:
        """Count and store an event, as storage does before deciding about it."""
        name = event.name or ""
        if name in self._needs.counts:
            before = self._done.get(name)
            self._done[name] = EventCount(before.count + 1 if before else 1, event.at)
        limit = self._needs.recent.get(name)
        if limit:
            latest = PastEvent(event.at, event.properties, event.source)
            self._recent[name] = (latest, *self._recent.get(name, ()))[:limit]

    def queue(
        self, survey: SurveyRules, moment: Moment, decision: Decision, *, offered: bool = True
    ) -> Invitation:
        """Make a new invitation, as storage does. `offered`: a page will check for it."""
        self._made += 1
        due_at = moment.at + survey.trigger.delay
        check_at = max(due_at, decision.waits_until or due_at)
        invitation = Invitation(
            id=UUID(int=_REPLAYED_ID + self._made),
            survey_id=survey.id,
            version=survey.version,
            state="queued",
            available_at=due_at if decision.behind else check_at,
            expires_at=expiry(survey, moment),
            happened_at=moment.at,
        )
        self.put(invitation)
        if offered:
            self.check_at(check_at)
            heapq.heappush(self._checks, (invitation.expires_at, False))
        return invitation

    def check_at(self, when: datetime) -> None:
        """Schedule a time when the page asks for waiting invitations."""
        heapq.heappush(self._checks, (when, True))

    def put(self, invitation: Invitation) -> None:
        """Add or replace an invitation."""
        self._invitations[invitation.id] = invitation

    def next_check(self, until: datetime) -> tuple[datetime, bool] | None:
        """The next scheduled time up to `until`, and whether something may become available then
        (else only expire). Equal entries are merged: a page asks once for all invitations."""
        if not self._checks or self._checks[0][0] > until:
            return None
        check = heapq.heappop(self._checks)
        while self._checks and self._checks[0] == check:
            heapq.heappop(self._checks)
        return check

    def expire(self, now: datetime) -> list[Invitation]:
        """Remove and return the queued invitations whose time to ask has ended."""
        return self._remove(i for i in self._queued() if now >= i.expires_at)

    def cancel(self, surveys: Collection[UUID], at: datetime) -> list[Invitation]:
        """Remove and return the queued invitations to these surveys from before `at`."""
        return self._remove(
            i for i in self._queued() if i.survey_id in surveys and i.happened_at < at
        )

    def waiting(self, now: datetime) -> list[Invitation]:
        """The invitations that may be claimed now."""
        return [i for i in self.invitations if i.waits(now) and i.available_at <= now]

    def forget_shown(self, survey_id: UUID) -> None:
        """Drop the survey's popups that the replay has shown, to bound memory. All ended the same
        way, so rules need only the latest, which is added next."""
        outdated = [
            i.id
            for i in self.invitations
            if i.survey_id == survey_id and i.shown_at and i.id.int > _REPLAYED_ID
        ]
        for invitation_id in outdated:
            del self._invitations[invitation_id]

    def first_of_day(self, day: date) -> bool:
        """Whether this is the first call for this day; days come in order."""
        first, self._day = day != self._day, day
        return first

    def _queued(self) -> list[Invitation]:
        return [i for i in self.invitations if i.state == "queued"]

    def _remove(self, ended: Iterable[Invitation]) -> list[Invitation]:
        return [self._invitations.pop(invitation.id) for invitation in ended]
