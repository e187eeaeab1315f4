"""A call of *decide*: who asks, with the person held until the transaction ends, and what comes of
it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from sayso_server.decision.decisions import Decision
from sayso_server.decision.facts import EMBED, Moment, Page, Situation
from sayso_server.decision.rules import SurveyRules
from sayso_server.storage import invitations, inviting, people, quotas, situations
from sayso_server.storage.directory import Live
from sayso_server.storage.inviting import LEASE, Claim
from sayso_server.storage.situations import Met
from sayso_server.storage.transaction import Transaction

ADDRESS_SHARE = "share_of_address"  # of a quota, in an hour, for callers without proof


@dataclass(frozen=True, slots=True)
class Caller:
    """The page that asks. `user_id` is set only when a valid token proves it."""

    visitor: str
    user_id: str | None
    claim: Claim
    page: Page


@dataclass(frozen=True, slots=True)
class Asked:
    """A claimed invitation: the secret its page holds it by, and what is asked. `seen` when an
    earlier page of the tab has shown it."""

    secret: str
    survey_id: UUID
    version: int
    variant: str | None
    seen: bool = False


@dataclass(frozen=True, slots=True)
class Waits:
    """An invitation that may be asked for from a moment on."""

    invitation: UUID
    until: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a page gets: a claimed invitation, one that waits, or nothing; and the noes that go into
    the ledger behind the request."""

    person: UUID
    noes: tuple[Decision, ...] = ()
    asked: Asked | None = None
    waits: Waits | None = None

    def waiting(self, waits: Waits) -> "Outcome":
        """Of several that wait, the page hears of the one whose time comes first."""
        earlier = self.waits is not None and self.waits.until <= waits.until
        return self if earlier else replace(self, waits=waits)


@dataclass(frozen=True, slots=True)
class Call:
    """What a call is decided with."""

    tx: Transaction
    live: Live
    caller: Caller
    met: Met

    @property
    def person(self) -> UUID:
        """Whom it is about."""
        return self.met.known.id

    @property
    def test(self) -> bool:
        """Whether the person is one of the project's testers."""
        return self.live.policy.tests(self.met.known.user_id)

    def situation(self, surveys: Sequence[SurveyRules], moment: Moment | None = None) -> Situation:
        """What deciding about these surveys needs to know."""
        return situations.situation(self.tx, self.met, self.live, surveys, moment, self.caller.page)

    def reserve(self, survey: SurveyRules, invitation: UUID) -> str | None:
        """Take a place in the survey's quota; the name of the quota that has none left."""
        if survey.quota is None or self.test:
            return None
        budget = self.tx.budget
        if budget is not None and not budget.place(survey.id, survey.quota.smallest):
            return ADDRESS_SHARE
        until = self.tx.now + LEASE
        return quotas.reserve(self.tx, survey.id, survey.quota, invitation, until)

    def earlier(self) -> Row[Any] | None:
        """The invitation that this very call, sent before, has claimed or made. The id of a
        backend's event is none of a page's, and what a proven page did is repeated to proven pages
        alone."""
        sent = self.caller.claim
        rows = [
            row
            for row in self.met.rows
            if (row.claim_id == sent.id or (row.trigger_id == sent.id and row.source == "page"))
            and (sent.proven or not (row.proven or row.needs_proof))
        ]
        return min(rows, key=lambda row: row.claim_id != sent.id, default=None)

    def standing(self, survey: SurveyRules) -> Row[Any] | None:
        """The invitation by which the survey stands in the person's pages and is not answered."""
        proven = self.caller.claim.proven
        found = (
            row
            for row in self.met.rows
            if (row.survey_id, row.version, row.proven) == (survey.id, survey.version, proven)
            and row.trigger_kind == EMBED
            and row.state in ("claimed", "shown")
        )
        return next(found, None)

    def stands_again(self, row: Row[Any]) -> Outcome:
        """One invitation however often its page is viewed, in how many tabs: held by one secret, so
        that an answer counts once."""
        secret = invitations.secret_of(self.tx, row.id, row.claim_id)
        return Outcome(self.person, asked=Asked(secret, row.survey_id, row.version, row.variant))

    def again(self, row: Row[Any]) -> Outcome:
        """The same call asked again gets the same answer."""
        ask = invitations.as_ask(row)
        if row.claim_id is None and ask.waits(self.tx.now):
            return Outcome(self.person, waits=Waits(row.id, row.available_at))
        if row.claim_id != self.caller.claim.id or row.state != "claimed":
            return Outcome(self.person)
        if ask.held(self.tx.now):
            secret = invitations.secret_of(self.tx, row.id, row.claim_id)
            asked = Asked(secret, row.survey_id, row.version, row.variant)
            return Outcome(self.person, asked=asked)
        survey = self.survey(row.survey_id)
        if not (ask.waits(self.tx.now) or ask.embedded):
            return Outcome(self.person)
        if survey is None or self.reserve(survey, row.id) is not None:
            return Outcome(self.person)
        return Outcome(self.person, asked=self.claim(row.id, replace(survey, version=row.version)))

    def row(self, invitation: UUID) -> Row[Any]:
        """One of the person's earlier invitations, as it was when the call began."""
        return next(row for row in self.met.rows if row.id == invitation)

    def survey(self, survey_id: UUID) -> SurveyRules | None:
        """The survey, if it is live."""
        return next((one for one in self.live.rules if one.id == survey_id), None)

    def claim(self, invitation: UUID, survey: SurveyRules) -> Asked:
        """Claim one of the person's earlier invitations."""
        row = self.row(invitation)
        secret = inviting.claim(self.tx, row.id, survey, self.caller.claim, test=self.test)
        return Asked(secret, survey.id, survey.version, row.variant)


def held_call(tx: Transaction, live: Live, caller: Caller) -> Call:
    """With the person made when new, and held until the transaction ends."""
    known = people.page_person(tx, caller.visitor, caller.user_id)
    return Call(tx, live, caller, situations.meet(tx, known))


def seen_call(tx: Transaction, live: Live, caller: Caller) -> Call | None:
    """Without holding anybody; None for a person never seen."""
    known = people.find_page_person(tx, caller.visitor, caller.user_id)
    return Call(tx, live, caller, situations.meet(tx, known)) if known else None
