"""A call to *decide*: the caller, the loaded person, and the outcome."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sayso_server.asking import invite
from sayso_server.asking.invite import LEASE, Claim
from sayso_server.asking.project_cache import LiveSurveys
from sayso_server.asking.situation import LoadedPerson, load_person, situation_of
from sayso_server.decision.decisions import Decision
from sayso_server.decision.facts import EMBED, Moment, Page, Situation
from sayso_server.decision.rules import SurveyRules
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.invitations import invitations, quotas
from sayso_server.storage.invitations.invitations import InvitationRow
from sayso_server.storage.people import people

# Reported as the full quota when an unproven address has used its hourly share.
ADDRESS_SHARE = "share_of_address"


@dataclass(frozen=True, slots=True)
class Caller:
    """The page that calls. `user_id` is set only when a valid token proves it."""

    visitor: str
    user_id: str | None
    claim: Claim
    page: Page


@dataclass(frozen=True, slots=True)
class Asked:
    """A claimed invitation: the secret that proves the page's claim, and the survey to show. `seen`
    is True when an earlier page in this tab has already shown it."""

    secret: str
    survey_id: UUID
    version: int
    variant: str | None
    seen: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """An invitation that the page may claim from `until` on."""

    invitation: UUID
    until: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result for the page: a claimed invitation, a waiting one, or nothing. The silences
    (decisions not to ask) are written to the ledger after the reply."""

    person: UUID
    silences: tuple[Decision, ...] = ()
    asked: Asked | None = None
    waits: Waiting | None = None

    def with_waiting(self, waits: Waiting) -> "Outcome":
        """Add a waiting invitation. Only the one that is available first is kept."""
        keep = self.waits is not None and self.waits.until <= waits.until
        return self if keep else replace(self, waits=waits)


@dataclass(frozen=True, slots=True)
class DecideCall:
    """One call: its transaction, the live surveys, the caller and the loaded person."""

    tx: Transaction
    live: LiveSurveys
    caller: Caller
    loaded: LoadedPerson

    @property
    def person(self) -> UUID:
        """The person's id."""
        return self.loaded.known.id

    @property
    def test(self) -> bool:
        """Whether the person is one of the project's testers."""
        return self.live.policy.tests(self.loaded.known.user_id)

    def situation(self, surveys: Sequence[SurveyRules], moment: Moment | None = None) -> Situation:
        """The facts for a decision about these surveys."""
        return situation_of(self.tx, self.loaded, self.live, surveys, moment, self.caller.page)

    def survey(self, survey_id: UUID) -> SurveyRules | None:
        """The survey, if it is live."""
        return next((survey for survey in self.live.rules if survey.id == survey_id), None)

    def row(self, invitation: UUID) -> InvitationRow:
        """One of the person's earlier invitations, as it was when the call began."""
        return next(row for row in self.loaded.rows if row.id == invitation)

    def reserve(self, survey: SurveyRules, invitation: UUID) -> str | None:
        """Reserve a place in the survey's quota. Returns the name of the full quota, or None on
        success."""
        if survey.quota is None or self.test:
            return None
        budget = self.tx.budget
        if budget is not None and not budget.place(survey.id, survey.quota.smallest):
            return ADDRESS_SHARE
        until = self.tx.now + LEASE
        return quotas.reserve(self.tx, survey.id, survey.quota, invitation, until)

    def claim(self, invitation: UUID, survey: SurveyRules) -> Asked:
        """Claim one of the person's earlier invitations."""
        row = self.row(invitation)
        secret = invite.claim(self.tx, row.id, survey, self.caller.claim, test=self.test)
        return Asked(secret, survey.id, survey.version, row.variant)

    def made_before(self) -> InvitationRow | None:
        """The invitation that an earlier attempt of this call claimed or created, if any. A backend
        event may have the same id, so a trigger id matches only with source `page`. An invitation
        that is proven or needs proof is returned only to a proven page."""
        sent = self.caller.claim
        rows = [
            row
            for row in self.loaded.rows
            if (row.claim_id == sent.id or (row.trigger_id == sent.id and row.source == "page"))
            and (sent.proven or not (row.proven or row.needs_proof))
        ]
        return min(rows, key=lambda row: row.claim_id != sent.id, default=None)

    def repeat(self, row: InvitationRow) -> Outcome:
        """Answer a retry like the first attempt: *decide* is idempotent."""
        invitation = invitations.as_invitation(row)
        if row.claim_id is None and invitation.waits(self.tx.now):
            return Outcome(self.person, waits=Waiting(row.id, row.available_at))
        if row.claim_id != self.caller.claim.id or row.state != "claimed":
            return Outcome(self.person)
        if invitation.held(self.tx.now):
            return Outcome(self.person, asked=self._claimed_before(row))
        survey = self.survey(row.survey_id)
        if not (invitation.waits(self.tx.now) or invitation.embedded):
            return Outcome(self.person)
        if survey is None or self.reserve(survey, row.id) is not None:
            return Outcome(self.person)
        return Outcome(self.person, asked=self.claim(row.id, replace(survey, version=row.version)))

    def embedded(self, survey: SurveyRules) -> InvitationRow | None:
        """The unanswered invitation with which the person's pages embed this survey."""
        proven = self.caller.claim.proven
        rows = (
            row
            for row in self.loaded.rows
            if (row.survey_id, row.version, row.proven) == (survey.id, survey.version, proven)
            and row.trigger_kind == EMBED
            and row.state in ("claimed", "shown")
        )
        return next(rows, None)

    def embed_again(self, row: InvitationRow) -> Outcome:
        """Return the same invitation and secret to every view and tab, so that an answer counts
        once."""
        return Outcome(self.person, asked=self._claimed_before(row))

    def _claimed_before(self, row: InvitationRow) -> Asked:
        secret = invitations.secret_of(self.tx, row.id, row.claim_id)
        return Asked(secret, row.survey_id, row.version, row.variant)


def locked_call(tx: Transaction, live: LiveSurveys, caller: Caller) -> DecideCall:
    """Load the person, or create a new one, and lock it until the transaction ends."""
    known = people.page_person(tx, caller.visitor, caller.user_id)
    return DecideCall(tx, live, caller, load_person(tx, known))


def unlocked_call(tx: Transaction, live: LiveSurveys, caller: Caller) -> DecideCall | None:
    """Load the person without a lock; None for an unknown person."""
    known = people.find_page_person(tx, caller.visitor, caller.user_id)
    return DecideCall(tx, live, caller, load_person(tx, known)) if known else None
