"""What is known of the person whom a claimed invitation asks."""

from typing import Any

from sqlalchemy import and_, bindparam, select

from sayso_server.decision.conditions import Clock
from sayso_server.decision.facts import Person
from sayso_server.decision.rules import Policy
from sayso_server.questionnaire.known import Known
from sayso_server.storage import past
from sayso_server.storage.invitations import digest
from sayso_server.storage.tables import events, invitations, people
from sayso_server.storage.transaction import Transaction, mine

_READER = (
    select(
        people.c.attributes,
        people.c.unproven_attributes,
        invitations.c.proven,
        events.c.properties,
        events.c.proven.label("of_proven"),
    )
    .select_from(
        invitations.join(
            people,
            and_(
                people.c.project_id == invitations.c.project_id,
                people.c.id == invitations.c.person_id,
            ),
        ).outerjoin(
            events,
            and_(
                events.c.project_id == invitations.c.project_id,
                events.c.id == invitations.c.trigger_id,
                events.c.source == invitations.c.source,
                events.c.person_id == invitations.c.person_id,
            ),
        )
    )
    .where(mine(invitations), invitations.c.secret_hash == bindparam("hash"))
)


def reader(tx: Transaction, secret: str, luck: str, page_zone: str | None, policy: Policy) -> Known:
    """Whom the invitation held by `secret` asks. What a proven person or a backend did is told to
    no page that has not proven who it is."""
    row = tx.run(_READER, hash=digest(secret)).first()
    if row is None:
        return Known(luck)
    attributes: dict[str, Any] = {**row.unproven_attributes, **row.attributes}
    may_see = row.properties is not None and (row.proven or not row.of_proven)
    zone = past.zone_of(Person(luck, attributes=attributes), page_zone, policy)
    return Known(luck, attributes, row.properties if may_see else {}, Clock(tx.now, zone))
