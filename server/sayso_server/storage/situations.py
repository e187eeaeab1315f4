"""What a decision sees of a person, here and now: a bounded number of statements, however many
surveys there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from sayso_server.decision.facts import Ask, Moment, Page, Situation
from sayso_server.decision.rules import SurveyRules
from sayso_server.storage import invitations, past, quotas
from sayso_server.storage.directory import Live
from sayso_server.storage.people import Known
from sayso_server.storage.transaction import Transaction

NOBODY = Known(UUID(int=0), None, refused=False, new=True)  # somebody who was never seen


@dataclass(frozen=True, slots=True)
class Met:
    """A person, with the row of every earlier ask."""

    known: Known
    rows: list[Row[Any]]

    @property
    def asks(self) -> tuple[Ask, ...]:
        """The rows, as decisions read them."""
        return tuple(invitations.as_ask(row) for row in self.rows)


def meet(tx: Transaction, known: Known) -> Met:
    """The person with every ask made so far; one made just now has none."""
    return Met(known, [] if known.new else invitations.asks_of(tx, known.id))


def situation(
    tx: Transaction,
    met: Met,
    live: Live,
    surveys: Sequence[SurveyRules],
    moment: Moment | None = None,
    page: Page | None = None,
) -> Situation:
    """What deciding about these surveys needs to know. No quota holds a tester back."""
    person = past.read(tx, met.known, met.asks, live.needs(surveys))
    return Situation(
        person,
        tx.now,
        moment,
        page,
        zone=past.zone_of(person, page.zone if page else None, live.policy),
        full={} if live.policy.tests(person.user_id) else quotas.full(tx, surveys),
    )
