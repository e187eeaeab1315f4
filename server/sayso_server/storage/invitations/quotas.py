"""Quotas. A claim reserves a place; it is used when the popup is shown or answered, and given back
when the claim lapses or the popup is closed. So a quota is never exceeded.

Reserving locks the survey's row, so two claims cannot take the same place. Only surveys with a
quota are locked.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Insert, bindparam, delete, select

from sayso_server.decision.rules import Quota, SurveyRules
from sayso_server.errors import Conflict
from sayso_server.storage.database.tables import quota_use, reservations, surveys
from sayso_server.storage.database.transaction import Transaction, in_project, insert_into

ANSWERABLE_FOR = timedelta(minutes=30)  # how long a shown popup keeps its reservation
RESPONSES, SHOWN = "responses", "shown"
FULL = "As many as were wanted have answered; nothing more is asked."

_SURVEYS: BindParameter[Any] = bindparam("surveys", expanding=True)
_USED = select(quota_use.c.survey_id, quota_use.c.quota, quota_use.c.used).where(
    in_project(quota_use), quota_use.c.survey_id.in_(_SURVEYS)
)
_RESERVED = select(
    reservations.c.survey_id, reservations.c.invitation_id, reservations.c.shown
).where(
    in_project(reservations),
    reservations.c.survey_id.in_(_SURVEYS),
    reservations.c.until > bindparam("now"),
)
_LOCK = (
    select(surveys.c.id)
    .where(in_project(surveys), surveys.c.id == bindparam("survey"))
    .with_for_update()
)
_LAPSED = delete(reservations).where(
    in_project(reservations),
    reservations.c.survey_id == bindparam("survey"),
    reservations.c.until <= bindparam("now"),
)
_OF_INVITATION = (
    in_project(reservations),
    reservations.c.survey_id == bindparam("survey"),
    reservations.c.invitation_id == bindparam("invitation"),
)
_GIVE_BACK = delete(reservations).where(*_OF_INVITATION).returning(reservations.c.invitation_id)


def full(tx: Transaction, of: Iterable[SurveyRules]) -> dict[UUID, str]:
    """The surveys with a full quota, and the name of that quota."""
    limited = {survey.id: survey.quota for survey in of if survey.quota is not None}
    if not limited:
        return {}
    used = _used(tx, limited)
    reserved = _reserved(tx, limited, besides=None)
    names = {
        survey: _first_full(tx.now, quota, used.get(survey, {}), reserved.get(survey, []))
        for survey, quota in limited.items()
    }
    return {survey: name for survey, name in names.items() if name is not None}


def reserve(
    tx: Transaction, survey: UUID, quota: Quota, invitation: UUID, until: datetime
) -> str | None:
    """Reserve a place for a claim until the given time. Returns the name of the full quota, or None
    on success."""
    full_quota = _lock_and_check(tx, survey, quota, invitation)
    if full_quota is None:
        _reserve(tx, survey, invitation, shown=False, until=until)
    return full_quota


def use_shown(tx: Transaction, survey: UUID, quota: Quota, invitation: UUID) -> None:
    """Count a popup as shown, and keep its reservation for the answer. Raises Conflict when the
    claim had lapsed and the quota is full."""
    if _lock_and_check(tx, survey, quota, invitation) is not None:
        raise Conflict(FULL, code="quota_reached")
    _reserve(tx, survey, invitation, shown=True, until=tx.now + ANSWERABLE_FOR)
    _use(tx, survey, SHOWN, tx.now.date().isoformat())


def use_response(
    tx: Transaction, survey: UUID, quota: Quota, invitation: UUID, *, shown: bool
) -> None:
    """Count a first answer as a response, and the popup as shown unless it was already counted
    (`shown`). Raises Conflict when the reservation had lapsed and the quota is full."""
    checked = Quota(responses=quota.responses) if shown else quota
    if _lock_and_check(tx, survey, checked, invitation) is not None:
        raise Conflict(FULL, code="quota_reached")
    give_back(tx, survey, invitation)
    _use(tx, survey, RESPONSES, *(() if shown else (SHOWN, tx.now.date().isoformat())))


def give_back(tx: Transaction, survey: UUID, invitation: UUID) -> None:
    """Delete the reservation, after the popup was closed or its place was used."""
    tx.run(_GIVE_BACK, survey=survey, invitation=invitation)


def _lock_and_check(tx: Transaction, survey: UUID, quota: Quota, invitation: UUID) -> str | None:
    """Lock the survey's row, and return the name of the full quota, if any. Ignores this
    invitation's own reservation."""
    tx.run(_LOCK, survey=survey)
    tx.run(_LAPSED, survey=survey, now=tx.now)
    used = _used(tx, [survey]).get(survey, {})
    reserved = _reserved(tx, [survey], besides=invitation).get(survey, [])
    return _first_full(tx.now, quota, used, reserved)


def _reserve(
    tx: Transaction, survey: UUID, invitation: UUID, *, shown: bool, until: datetime
) -> None:
    row = {"survey_id": survey, "invitation_id": invitation, "shown": shown, "until": until}
    tx.put_one(_upsert_reservation(tx.dialect), **row)


def _first_full(
    now: datetime, quota: Quota, used: dict[str, int], reserved: list[bool]
) -> str | None:
    """`reserved` contains, for each reservation, whether its popup was already shown."""
    to_show = sum(not shown for shown in reserved)
    today = now.date().isoformat()
    taken = (
        (RESPONSES, quota.responses, used.get(RESPONSES, 0) + len(reserved)),
        (SHOWN, quota.shown, used.get(SHOWN, 0) + to_show),
        ("shown_a_day", quota.shown_a_day, used.get(today, 0) + to_show),
    )
    return next((name for name, most, n in taken if most is not None and n >= most), None)


def _used(tx: Transaction, of: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    by_survey: dict[UUID, dict[str, int]] = {}
    for row in tx.run(_USED, surveys=list(of)):
        by_survey.setdefault(row.survey_id, {})[row.quota] = row.used
    return by_survey


def _reserved(
    tx: Transaction, of: Iterable[UUID], *, besides: UUID | None
) -> dict[UUID, list[bool]]:
    by_survey: dict[UUID, list[bool]] = {}
    for row in tx.run(_RESERVED, surveys=list(of), now=tx.now):
        if row.invitation_id != besides:
            by_survey.setdefault(row.survey_id, []).append(row.shown)
    return by_survey


def _use(tx: Transaction, survey: UUID, *quotas: str) -> None:
    rows: list[dict[str, Any]] = [
        {"survey_id": survey, "quota": quota, "used": 1} for quota in quotas
    ]
    tx.put(_upsert_use(tx.dialect), *rows)


@cache
def _upsert_use(dialect: str) -> Insert:
    statement = insert_into(dialect, quota_use)
    upsert: Insert = statement.on_conflict_do_update(
        index_elements=["project_id", "survey_id", "quota"],
        set_={"used": quota_use.c.used + statement.excluded.used},
    )
    return upsert


@cache
def _upsert_reservation(dialect: str) -> Insert:
    statement = insert_into(dialect, reservations)
    new = statement.excluded
    upsert: Insert = statement.on_conflict_do_update(
        index_elements=["project_id", "survey_id", "invitation_id"],
        set_={"shown": new.shown, "until": new.until},
    )
    return upsert
