"""The data that a survey may show to its respondent: attributes and the triggering event."""

from typing import Any

from sqlalchemy import and_, bindparam, select

from sayso_server.decision.conditions import Clock
from sayso_server.decision.facts import Person
from sayso_server.decision.rules import Policy
from sayso_server.questionnaire.known import Respondent
from sayso_server.storage.database.secret_hash import digest
from sayso_server.storage.database.tables import events, invitations, people
from sayso_server.storage.database.transaction import Transaction, in_project
from sayso_server.storage.history import person_history

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
    .where(in_project(invitations), invitations.c.secret_hash == bindparam("hash"))
)


def reader(
    tx: Transaction, secret: str, bucket_key: str, page_zone: str | None, policy: Policy
) -> Respondent:
    """The respondent of the invitation with this secret. Properties of a proven event are withheld
    from a page that has not proven its user."""
    row = tx.run(_READER, hash=digest(secret)).first()
    if row is None:
        return Respondent(bucket_key)
    attributes: dict[str, Any] = {**row.unproven_attributes, **row.attributes}
    may_see = row.properties is not None and (row.proven or not row.of_proven)
    zone = person_history.zone_of(Person(bucket_key, attributes=attributes), page_zone, policy)
    return Respondent(
        bucket_key, attributes, row.properties if may_see else {}, Clock(tx.now, zone)
    )
