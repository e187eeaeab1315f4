"""Surveys and their immutable versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, delete, exists, func, select, update

from sayso_server.storage.columns import new_id
from sayso_server.storage.tables import invitations, surveys, versions
from sayso_server.storage.transaction import Transaction, mine

DRAFT, LIVE, PAUSED, ENDED = "draft", "live", "paused", "ended"


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey as its editors see it; `definition` is the draft, `version` the latest published
    one, 0 before the first."""

    id: UUID
    name: str
    state: str
    definition: dict[str, Any]
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Published:
    """One immutable version of a survey."""

    survey_id: UUID
    version: int
    definition: dict[str, Any]
    name: str = ""
    live_since: datetime | None = None
    target_reached: bool = False


def create(
    tx: Transaction,
    name: str,
    definition: Mapping[str, Any],
) -> Survey:
    """A new draft."""
    row: dict[str, Any] = {
        "id": new_id(),
        "name": name,
        "state": DRAFT,
        "definition": dict(definition),
        "version": 0,
        "created_at": tx.now,
        "updated_at": tx.now,
    }
    tx.put_one(surveys.insert(), **row)
    return Survey(**row)


def get(tx: Transaction, survey_id: UUID) -> Survey | None:
    """One survey, or None."""
    row = tx.run(select(surveys).where(mine(surveys), surveys.c.id == survey_id)).first()
    return _survey(row) if row else None


def all_of(tx: Transaction) -> list[Survey]:
    """Every survey of the project, in order of creation."""
    rows = tx.run(select(surveys).where(mine(surveys)).order_by(surveys.c.id))
    return [_survey(row) for row in rows]


def live_of(tx: Transaction) -> list[Published]:
    """The published versions that may be asked now, in order of creation."""
    first = versions.alias("first")
    since = (
        select(func.min(first.c.published_at))
        .where(first.c.project_id == versions.c.project_id, first.c.survey_id == surveys.c.id)
        .scalar_subquery()
    )
    rows = tx.run(
        select(
            versions.c.survey_id,
            versions.c.version,
            versions.c.definition,
            surveys.c.name,
            surveys.c.target_reached_at,
            since.label("live_since"),
        )
        .join(
            surveys,
            and_(
                surveys.c.project_id == versions.c.project_id,
                surveys.c.id == versions.c.survey_id,
                surveys.c.version == versions.c.version,
            ),
        )
        .where(mine(versions), surveys.c.state == LIVE)
        .order_by(versions.c.survey_id)
    )
    return [
        Published(
            row.survey_id,
            row.version,
            row.definition,
            row.name,
            row.live_since,
            row.target_reached_at is not None,
        )
        for row in rows
    ]


def version_of(tx: Transaction, survey_id: UUID, version: int) -> Published | None:
    """One published version, or None."""
    definition = tx.run(
        select(versions.c.definition).where(
            mine(versions),
            versions.c.survey_id == survey_id,
            versions.c.version == version,
        )
    ).scalar()
    return None if definition is None else Published(survey_id, version, definition)


def change(
    tx: Transaction,
    survey_id: UUID,
    name: str,
    definition: Mapping[str, Any],
) -> None:
    """Replace the draft. What is live stays as published until the next publication."""
    tx.run(
        update(surveys)
        .where(mine(surveys), surveys.c.id == survey_id)
        .values(name=name, definition=dict(definition), updated_at=tx.now)
    )


def publish(tx: Transaction, survey: Survey) -> int:
    """Make the draft the live version. An unchanged draft keeps its version."""
    latest = version_of(tx, survey.id, survey.version)
    version = survey.version
    if latest is None or latest.definition != survey.definition:
        version += 1
        tx.put_one(
            versions.insert(),
            survey_id=survey.id,
            version=version,
            definition=survey.definition,
            published_at=tx.now,
        )
    tx.run(
        update(surveys)
        .where(mine(surveys), surveys.c.id == survey.id)
        .values(state=LIVE, version=version, updated_at=tx.now, target_reached_at=None)
    )
    return version


def set_state(tx: Transaction, survey_id: UUID, state: str) -> None:
    """Pause or end the survey."""
    tx.run(
        update(surveys)
        .where(mine(surveys), surveys.c.id == survey_id)
        .values(state=state, updated_at=tx.now)
    )


def reach_target(tx: Transaction, survey_id: UUID) -> None:
    """The survey has what it wanted; the next publication lets it ask again."""
    tx.run(
        update(surveys)
        .where(mine(surveys), surveys.c.id == survey_id)
        .values(target_reached_at=tx.now)
    )


def was_asked(tx: Transaction, survey_id: UUID) -> bool:
    """Whether anyone was ever invited to it."""
    return bool(
        tx.run(
            select(exists().where(mine(invitations), invitations.c.survey_id == survey_id))
        ).scalar()
    )


def remove(tx: Transaction, survey_id: UUID) -> None:
    """Delete a survey nobody was invited to, with its versions."""
    tx.run(delete(versions).where(mine(versions), versions.c.survey_id == survey_id))
    tx.run(delete(surveys).where(mine(surveys), surveys.c.id == survey_id))


def _survey(row: Row[Any]) -> Survey:
    return Survey(
        id=row.id,
        name=row.name,
        state=row.state,
        definition=row.definition,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
