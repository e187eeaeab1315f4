"""Surveys and their immutable versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, delete, exists, func, select, update

from sayso_server.questionnaire.comparable import comparable
from sayso_server.questionnaire.differences import same
from sayso_server.storage.database.columns import new_id
from sayso_server.storage.database.tables import invitations, surveys, versions
from sayso_server.storage.database.transaction import Transaction, in_project

DRAFT, LIVE, PAUSED, ENDED = "draft", "live", "paused", "ended"


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey as its editors see it. `definition` is the draft, `revision` counts its changes,
    `version` is the latest published version (0 before the first), `published` its definition, and
    `comparable_since` the first version comparable with it."""

    id: UUID
    name: str
    state: str
    definition: dict[str, Any]
    version: int
    created_at: datetime
    updated_at: datetime
    revision: int
    published: dict[str, Any] | None = None
    comparable_since: int | None = None

    @property
    def draft_differs(self) -> bool:
        """Whether publishing would create a new version."""
        return self.published is None or not same(self.definition, self.published)


@dataclass(frozen=True, slots=True)
class Published:
    """One immutable version of a survey. Its answers may be counted together with those of every
    version from `comparable_since` on."""

    survey_id: UUID
    version: int
    definition: dict[str, Any]
    name: str = ""
    live_since: datetime | None = None
    target_reached: bool = False
    comparable_since: int = 1

    @property
    def comparable_versions(self) -> tuple[int, ...]:
        """This version and the comparable ones before it."""
        return tuple(range(self.comparable_since, self.version + 1))


@dataclass(frozen=True, slots=True)
class VersionNote:
    """A version without its definition."""

    version: int
    published_at: datetime
    comparable_since: int


def create(
    tx: Transaction,
    name: str,
    definition: Mapping[str, Any],
) -> Survey:
    """Add a survey as a draft."""
    row: dict[str, Any] = {
        "id": new_id(),
        "name": name,
        "state": DRAFT,
        "definition": dict(definition),
        "version": 0,
        "created_at": tx.now,
        "updated_at": tx.now,
        "revision": 1,
    }
    tx.put_one(surveys.insert(), **row)
    return Survey(**row)


_LATEST = and_(
    versions.c.project_id == surveys.c.project_id,
    versions.c.survey_id == surveys.c.id,
    versions.c.version == surveys.c.version,
)
_SURVEYS = (
    select(surveys, versions.c.definition.label("published"), versions.c.comparable_since)
    .select_from(surveys.outerjoin(versions, _LATEST))
    .where(in_project(surveys))
)


def get(tx: Transaction, survey_id: UUID, *, locked: bool = False) -> Survey | None:
    """One survey, or None. With `locked`, its row is locked until the transaction ends."""
    this = surveys.c.id == survey_id
    if locked:
        # Lock before reading: a single statement would join the version from a snapshot taken
        # before PostgreSQL got the lock.
        tx.run(select(surveys.c.id).where(in_project(surveys), this).with_for_update())
    row = tx.run(_SURVEYS.where(this)).first()
    return _survey(row) if row else None


def all_of(tx: Transaction) -> list[Survey]:
    """Every survey of the project, in order of creation."""
    return [_survey(row) for row in tx.run(_SURVEYS.order_by(surveys.c.id))]


def any_paused(tx: Transaction) -> bool:
    """Whether any survey is paused."""
    paused = tx.run(
        select(surveys.c.id).where(in_project(surveys), surveys.c.state == PAUSED).limit(1)
    )
    return paused.first() is not None


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
            versions.c.comparable_since,
            surveys.c.name,
            surveys.c.target_reached_at,
            since.label("live_since"),
        )
        .join(surveys, _LATEST)
        .where(in_project(versions), surveys.c.state == LIVE)
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
            row.comparable_since,
        )
        for row in rows
    ]


def version_of(tx: Transaction, survey_id: UUID, version: int) -> Published | None:
    """One published version, or None."""
    row = tx.run(
        select(versions.c.definition, versions.c.comparable_since).where(
            in_project(versions),
            versions.c.survey_id == survey_id,
            versions.c.version == version,
        )
    ).first()
    if row is None:
        return None
    return Published(survey_id, version, row.definition, comparable_since=row.comparable_since)


def versions_of(tx: Transaction, survey_id: UUID) -> list[VersionNote]:
    """All versions of a survey, oldest first."""
    columns = (versions.c.version, versions.c.published_at, versions.c.comparable_since)
    rows = tx.run(
        select(*columns)
        .where(in_project(versions), versions.c.survey_id == survey_id)
        .order_by(versions.c.version)
    )
    return [VersionNote(row.version, row.published_at, row.comparable_since) for row in rows]


def change(tx: Transaction, survey: Survey, name: str, definition: Mapping[str, Any]) -> None:
    """Replace the draft with its next revision; an equal draft changes nothing. The live version
    does not change until the next publication."""
    if name == survey.name and same(definition, survey.definition):
        return
    tx.run(
        update(surveys)
        .where(in_project(surveys), surveys.c.id == survey.id)
        .values(
            name=name,
            definition=dict(definition),
            updated_at=tx.now,
            revision=surveys.c.revision + 1,
        )
    )


def publish(tx: Transaction, survey: Survey) -> int:
    """Make the draft the live version. An unchanged draft keeps its version."""
    version = survey.version
    if survey.draft_differs:
        version += 1
        tx.put_one(
            versions.insert(),
            survey_id=survey.id,
            version=version,
            definition=survey.definition,
            published_at=tx.now,
            comparable_since=_comparable_since(tx, survey.id, survey.definition, version),
        )
    tx.run(
        update(surveys)
        .where(in_project(surveys), surveys.c.id == survey.id)
        .values(state=LIVE, version=version, updated_at=tx.now, target_reached_at=None)
    )
    return version


def _comparable_since(
    tx: Transaction, survey_id: UUID, definition: Mapping[str, Any], version: int
) -> int:
    """The first version of the unbroken run of comparable versions that ends with this one."""
    earlier = tx.run(
        select(versions.c.version, versions.c.definition)
        .where(in_project(versions), versions.c.survey_id == survey_id)
        .order_by(versions.c.version.desc())
    )
    since = version
    for row in earlier:
        if not comparable(row.definition, definition):
            break
        since = row.version
    return since


def set_state(tx: Transaction, survey_id: UUID, state: str) -> None:
    """Pause, resume or end the survey. The draft is not changed."""
    tx.run(
        update(surveys)
        .where(in_project(surveys), surveys.c.id == survey_id)
        .values(state=state, updated_at=tx.now)
    )


def mark_target_reached(tx: Transaction, survey_id: UUID) -> None:
    """Mark the survey's target as reached, so that it stops asking until the next publication."""
    tx.run(
        update(surveys)
        .where(in_project(surveys), surveys.c.id == survey_id)
        .values(target_reached_at=tx.now)
    )


def was_asked(tx: Transaction, survey_id: UUID) -> bool:
    """Whether the survey has any invitations."""
    return bool(
        tx.run(
            select(exists().where(in_project(invitations), invitations.c.survey_id == survey_id))
        ).scalar()
    )


def remove(tx: Transaction, survey_id: UUID) -> None:
    """Delete a survey that has no invitations, and its versions."""
    tx.run(delete(versions).where(in_project(versions), versions.c.survey_id == survey_id))
    tx.run(delete(surveys).where(in_project(surveys), surveys.c.id == survey_id))


def _survey(row: Row[Any]) -> Survey:
    return Survey(
        id=row.id,
        name=row.name,
        state=row.state,
        definition=row.definition,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        revision=row.revision,
        published=row.published,
        comparable_since=row.comparable_since,
    )
