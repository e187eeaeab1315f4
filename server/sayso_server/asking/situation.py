"""Load the facts about a person that a decision needs. The number of statements does not grow with
the number of surveys."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sayso_server.asking.project_cache import LiveSurveys
from sayso_server.decision.facts import Invitation, Moment, Page, Situation
from sayso_server.decision.rules import SurveyRules
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.history import person_history
from sayso_server.storage.invitations import invitations, quotas
from sayso_server.storage.invitations.invitations import InvitationRow
from sayso_server.storage.people.people import KnownPerson

NOBODY = KnownPerson(UUID(int=0), None, refused=False, new=True)  # an unknown person


@dataclass(frozen=True, slots=True)
class LoadedPerson:
    """A person, with the rows of their latest invitations, oldest first."""

    known: KnownPerson
    rows: list[InvitationRow]

    @property
    def invitations(self) -> tuple[Invitation, ...]:
        """The rows in the form that decisions read."""
        return tuple(invitations.as_invitation(row) for row in self.rows)


def load_person(tx: Transaction, known: KnownPerson) -> LoadedPerson:
    """Load the person's invitations; a person created in this transaction has none."""
    return LoadedPerson(known, [] if known.new else invitations.latest_of(tx, known.id))


def load_people(tx: Transaction, known: Collection[KnownPerson]) -> dict[UUID, LoadedPerson]:
    """`load_person` for many people in one statement. Returns them by person id."""
    rows = invitations.latest_of_each(tx, {person.id for person in known}) if known else {}
    return {person.id: LoadedPerson(person, rows.get(person.id, [])) for person in known}


def situation_of(
    tx: Transaction,
    loaded: LoadedPerson,
    live: LiveSurveys,
    surveys: Sequence[SurveyRules],
    moment: Moment | None = None,
    page: Page | None = None,
) -> Situation:
    """The facts for a decision about these surveys. Quotas do not apply to testers."""
    person = person_history.read(tx, loaded.known, loaded.invitations, live.needs(surveys))
    return Situation(
        person,
        tx.now,
        moment,
        page,
        zone=person_history.zone_of(person, page.zone if page else None, live.policy),
        full={} if live.policy.tests(person.user_id) else quotas.full(tx, surveys),
    )
