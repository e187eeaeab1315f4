"""Create an invitation, and claim it for the one page that shows it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sayso_server.decision.decisions import Decision
from sayso_server.decision.facts import Moment
from sayso_server.decision.reasons import Reason
from sayso_server.decision.rules import SurveyRules
from sayso_server.decision.trigger_rules import expiry
from sayso_server.decision.variants import variant_of
from sayso_server.storage.database.secret_hash import digest
from sayso_server.storage.database.tables import invitations as table
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.decisions import ledger
from sayso_server.storage.invitations import due_work, invitations
from sayso_server.storage.people.people import KnownPerson

LEASE = timedelta(seconds=15)  # time for a page to show the popup after the claim


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """An invitation to create: the person, the survey, and the moment that triggered it. `test` is
    True when the person is one of the project's testers."""

    id: UUID
    person: KnownPerson
    survey: SurveyRules
    decision: Decision
    moment: Moment
    trigger_id: str
    needs_proof: bool
    test: bool

    @property
    def variant(self) -> str | None:
        """The person's variant of the survey."""
        return variant_of(self.survey, self.person.bucket_key)


@dataclass(frozen=True, slots=True)
class AddedInvitation:
    """An invitation just created. Pages may claim it from `available_at` on; `secret` is set when
    it was claimed at once."""

    id: UUID
    available_at: datetime
    secret: str | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim on an invitation: the id of the call, and the page it comes from."""

    id: str
    language: str
    page_url: str
    proven: bool


_INSERT = table.insert()


def add(tx: Transaction, new: NewInvitation, by: Claim | None = None) -> AddedInvitation:
    """Create an invitation. It is claimed at once if a page asks (`by`) and it is available now;
    otherwise it is queued. A yes is recorded in the ledger."""
    if new.decision.yes:
        queued = replace(new.decision, reason=Reason.QUEUED)
        ledger.record(tx, new.person.id, queued, new.trigger_id)
    row = _row(tx, new)
    available_at = row["available_at"]
    if by is not None and available_at <= tx.now:
        secret = invitations.secret_of(tx, new.id, by.id)
        tx.put_one(_INSERT, **row, **_claimed(tx, new.survey, by, secret, test=new.test))
        due_work.add(tx, due_work.LOOK, new.id, tx.now + LEASE)
        return AddedInvitation(new.id, available_at, secret)
    version = new.survey.version
    tx.put_one(_INSERT, **row, state="queued", version=version, proven=False, reserved=False)
    next_look = available_at if available_at > tx.now else row["expires_at"]
    due_work.add(tx, due_work.LOOK, new.id, next_look)
    return AddedInvitation(new.id, available_at, None)


def claim(tx: Transaction, invitation: UUID, survey: SurveyRules, by: Claim, *, test: bool) -> str:
    """Lease a waiting invitation to one page and return the claim's secret."""
    secret = invitations.secret_of(tx, invitation, by.id)
    invitations.change(tx, invitation, **_claimed(tx, survey, by, secret, test=test))
    due_work.add(tx, due_work.LOOK, invitation, tx.now + LEASE)
    return secret


def _row(tx: Transaction, new: NewInvitation) -> dict[str, Any]:
    moment = new.moment
    # Behind another popup there is no fixed wait: that popup may be closed at any moment.
    waits_until = None if new.decision.behind else new.decision.waits_until
    return {
        "id": new.id,
        "survey_id": new.survey.id,
        "person_id": new.person.id,
        "source": moment.source,
        "trigger_kind": moment.kind,
        "trigger_id": new.trigger_id,
        "needs_proof": new.needs_proof,
        "variant": new.variant,
        "test": new.test,
        "happened_at": moment.at,
        "created_at": tx.now,
        "available_at": max(tx.now, moment.at + new.survey.trigger.delay, waits_until or tx.now),
        "expires_at": expiry(new.survey, moment),
    }


def _claimed(
    tx: Transaction, survey: SurveyRules, by: Claim, secret: str, *, test: bool
) -> dict[str, Any]:
    return {
        "state": "claimed",
        "version": survey.version,
        "claim_id": by.id,
        "secret_hash": digest(secret),
        "lease_until": tx.now + LEASE,
        "language": by.language,
        "page_url": by.page_url,
        "proven": by.proven,
        "reserved": survey.quota is not None and not test,
    }
