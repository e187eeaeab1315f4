"""How an invitation is made, and claimed by the one page that asks it."""

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
from sayso_server.storage import due, invitations, ledger
from sayso_server.storage.people import Known
from sayso_server.storage.tables import invitations as table
from sayso_server.storage.transaction import Transaction

LEASE = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class New:
    """An invitation to be made: whom a moment has decided to ask, and what brought it. `test`
    when the person is one of the project's testers."""

    id: UUID
    person: Known
    survey: SurveyRules
    decision: Decision
    moment: Moment
    trigger_id: str
    needs_proof: bool
    test: bool

    @property
    def variant(self) -> str | None:
        """The person's variant of the survey."""
        return variant_of(self.survey, self.person.luck)


@dataclass(frozen=True, slots=True)
class Added:
    """An invitation just made, which a page may ask for from `available_at` on; `secret` is set
    when it was claimed at once."""

    id: UUID
    available_at: datetime
    secret: str | None


@dataclass(frozen=True, slots=True)
class Claim:
    """Who takes an invitation: by which call, from which page, proven or not."""

    id: str
    language: str
    page_url: str
    proven: bool


_INSERT = table.insert()


def add(tx: Transaction, new: New, by: Claim | None = None) -> Added:
    """Make an invitation: claimed at once where a page asks (`by`) and nothing holds it back, else
    queued until its delay, or what held it back, is over. A yes is written into the ledger."""
    if new.decision.yes:
        made = replace(new.decision, reason=Reason.QUEUED)
        ledger.record(tx, new.person.id, made, new.trigger_id)
    row = _row(tx, new)
    available_at = row["available_at"]
    if by is not None and available_at <= tx.now:
        secret = invitations.secret_of(tx, new.id, by.id)
        tx.put_one(_INSERT, **row, **_claimed(tx, new.survey, by, secret, test=new.test))
        due.add(tx, due.LOOK, new.id, tx.now + LEASE)
        return Added(new.id, available_at, secret)
    version = new.survey.version
    tx.put_one(_INSERT, **row, state="queued", version=version, proven=False, reserved=False)
    due.add(tx, due.LOOK, new.id, available_at if available_at > tx.now else row["expires_at"])
    return Added(new.id, available_at, None)


def claim(tx: Transaction, invitation: UUID, survey: SurveyRules, by: Claim, *, test: bool) -> str:
    """Lease a waiting invitation to one page and return the secret that page holds it by."""
    secret = invitations.secret_of(tx, invitation, by.id)
    invitations.change(tx, invitation, **_claimed(tx, survey, by, secret, test=test))
    due.add(tx, due.LOOK, invitation, tx.now + LEASE)
    return secret


def _row(tx: Transaction, new: New) -> dict[str, Any]:
    moment = new.moment
    # What waits for another popup may be asked for at once: that may be over any moment.
    held_back = None if new.decision.behind else new.decision.waits_until
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
        "available_at": max(tx.now, moment.at + new.survey.trigger.delay, held_back or tx.now),
        "expires_at": expiry(new.survey, moment),
    }


def _claimed(
    tx: Transaction, survey: SurveyRules, by: Claim, secret: str, *, test: bool
) -> dict[str, Any]:
    return {
        "state": "claimed",
        "version": survey.version,
        "claim_id": by.id,
        "secret_hash": invitations.digest(secret),
        "lease_until": tx.now + LEASE,
        "language": by.language,
        "page_url": by.page_url,
        "proven": by.proven,
        "reserved": survey.quota is not None and not test,
    }
