"""Quotas that are never passed: a place is reserved by the claim, used when the popup is shown or
answered, and given back when the claim lapses or the popup is closed.

Whoever takes a place holds the survey's row, so that two claims never see the same free place; only
surveys with a quota pay for it.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Insert, bindparam, delete, select

from sayso_server.decision.rules import Quota, SurveyRules
from sayso_server.errors import Conflict
from sayso_server.storage.tables import quota_use, reservations, surveys
from sayso_server.storage.transaction import Transaction, insert_into, mine

ANSWERABLE_FOR = timedelta(minutes=30)  # a popup that is open so long keeps its place for an answer
RESPONSES, SHOWN = "responses", "shown"
FULL = "As many as were wanted have answered; nothing more is asked."

QuotaOf = Callable[[UUID, int], Quota | None]

_SURVEYS: BindParameter[Any] = bindparam("surveys", expanding=True)
_USED = select(quota_use.c.survey_id, quota_use.c.quota, quota_use.c.used).where(
    mine(quota_use), quota_use.c.survey_id.in_(_SURVEYS)
)
_RESERVED = select(
    reservations.c.survey_id, reservations.c.invitation_id, reservations.c.shown
).where(
    mine(reservations),
    reservations.c.survey_id.in_(_SURVEYS),
    reservations.c.until > bindparam("now"),
)
_LOCK = (
    select(surveys.c.id).where(mine(surveys), surveys.c.id == bindparam("survey")).with_for_update()
)
_LAPSED = delete(reservations).where(
    mine(reservations),
    reservations.c.survey_id == bindparam("survey"),
    reservations.c.until <= bindparam("now"),
)
_MINE = (
    mine(reservations),
    reservations.c.survey_id == bindparam("survey"),
    reservations.c.invitation_id == bindparam("invitation"),
)
_GIVE_BACK = delete(reservations).where(*_MINE).returning(reservations.c.invitation_id)


def full(tx: Transaction, of: Iterable[SurveyRules]) -> dict[UUID, str]:
    """The surveys whose quota has no place left, and which quota that is."""
    limited = {survey.id: survey.quota for survey in of if survey.quota is not None}
    if not limited:
        return {}
    used = _used(tx, limited)
    reserved = _reserved(tx, limited, besides=None)
    found = {
        survey: _first_full(tx.now, quota, used.get(survey, {}), reserved.get(survey, []))
        for survey, quota in limited.items()
    }
    return {survey: name for survey, name in found.items() if name is not None}


def reserve(
    tx: Transaction, survey: UUID, quota: Quota, invitation: UUID, until: datetime
) -> str | None:
    """Take a place for a claim; the name of the quota that has none left."""
    lacking = _lacking(tx, survey, quota, invitation)
    if lacking is None:
        _keep(tx, survey, invitation, shown=False, until=until)
    return lacking


def use_shown(tx: Transaction, survey: UUID, quota: Quota, invitation: UUID) -> None:
    """The popup is shown: that place is used, and one is kept for the answer. Raises Conflict when
    the claim had lapsed and no place is left."""
    if _lacking(tx, survey, quota, invitation) is not None:
        raise Conflict(FULL, code="quota_reached")
    _keep(tx, survey, invitation, shown=True, until=tx.now + ANSWERABLE_FOR)
    _use(tx, survey, SHOWN, tx.now.date().isoformat())


def use_response(
    tx: Transaction, survey: UUID, quota: Quota, invitation: UUID, *, shown: bool
) -> None:
    """The first answer: that place is used; `shown` when the popup had been counted as shown
    before. Raises Conflict when the popup's place had lapsed and none is left."""
    wanted = Quota(responses=quota.responses) if shown else quota
    if _lacking(tx, survey, wanted, invitation) is not None:
        raise Conflict(FULL, code="quota_reached")
    give_back(tx, survey, invitation)
    _use(tx, survey, RESPONSES, *(() if shown else (SHOWN, tx.now.date().isoformat())))


def give_back(tx: Transaction, survey: UUID, invitation: UUID) -> None:
    """The popup was closed without an answer: its place is free again."""
    tx.run(_GIVE_BACK, survey=survey, invitation=invitation)


def _lacking(tx: Transaction, survey: UUID, quota: Quota, invitation: UUID) -> str | None:
    """Which quota has no place left beside those of others. The survey's row is held from here on,
    so that nobody takes a place in between."""
    tx.run(_LOCK, survey=survey)
    tx.run(_LAPSED, survey=survey, now=tx.now)
    used = _used(tx, [survey]).get(survey, {})
    reserved = _reserved(tx, [survey], besides=invitation).get(survey, [])
    return _first_full(tx.now, quota, used, reserved)


def _keep(tx: Transaction, survey: UUID, invitation: UUID, *, shown: bool, until: datetime) -> None:
    row = {"survey_id": survey, "invitation_id": invitation, "shown": shown, "until": until}
    tx.put_one(_reserve(tx.dialect), **row)


def _first_full(
    now: datetime, quota: Quota, used: dict[str, int], reserved: list[bool]
) -> str | None:
    """`reserved` tells of each place held whether its popup was shown already."""
    to_show = sum(not shown for shown in reserved)
    today = now.date().isoformat()
    taken = (
        (RESPONSES, quota.responses, used.get(RESPONSES, 0) + len(reserved)),
        (SHOWN, quota.shown, used.get(SHOWN, 0) + to_show),
        ("shown_a_day", quota.shown_a_day, used.get(today, 0) + to_show),
    )
    return next((name for name, most, n in taken if most is not None and n >= most), None)


def _used(tx: Transaction, of: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    found: dict[UUID, dict[str, int]] = {}
    for row in tx.run(_USED, surveys=list(of)):
        found.setdefault(row.survey_id, {})[row.quota] = row.used
    return found


def _reserved(
    tx: Transaction, of: Iterable[UUID], *, besides: UUID | None
) -> dict[UUID, list[bool]]:
    found: dict[UUID, list[bool]] = {}
    for row in tx.run(_RESERVED, surveys=list(of), now=tx.now):
        if row.invitation_id != besides:
            found.setdefault(row.survey_id, []).append(row.shown)
    return found


def _use(tx: Transaction, survey: UUID, *quotas: str) -> None:
    rows: list[dict[str, Any]] = [
        {"survey_id": survey, "quota": quota, "used": 1} for quota in quotas
    ]
    tx.put(_count(tx.dialect), *rows)


@cache
def _count(dialect: str) -> Insert:
    statement = insert_into(dialect, quota_use)
    upsert: Insert = statement.on_conflict_do_update(
        index_elements=["project_id", "survey_id", "quota"],
        set_={"used": quota_use.c.used + statement.excluded.used},
    )
    return upsert


@cache
def _reserve(dialect: str) -> Insert:
    statement = insert_into(dialect, reservations)
    new = statement.excluded
    upsert: Insert = statement.on_conflict_do_update(
        index_elements=["project_id", "survey_id", "invitation_id"],
        set_={"shown": new.shown, "until": new.until},
    )
    return upsert
