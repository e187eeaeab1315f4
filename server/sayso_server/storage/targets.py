"""Sample targets: a survey that has as many answers, or as narrow an interval, as was wanted asks
nobody any more. Looked at behind the requests, after answers were counted."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sayso_server.scoring.report import Report
from sayso_server.storage import projects, surveys
from sayso_server.storage.reporting import report_of
from sayso_server.storage.reports import Scope
from sayso_server.storage.store import Store
from sayso_server.storage.surveys import Published
from sayso_server.storage.transaction import Transaction

BEGINNING = date(2000, 1, 1)


def close_reached(store: Store, project_id: UUID, now: datetime) -> None:
    """Close every live survey of the project whose target is reached."""
    with store.view(project_id, now) as tx:
        wanting = [one for one in surveys.live_of(tx) if _target(one) and not one.target_reached]
        reached = [one.survey_id for one in wanting if _reached(tx, one)]
    if reached:
        store.transact(project_id, now, lambda tx: _close(tx, reached))


def _close(tx: Transaction, reached: list[UUID]) -> None:
    for survey_id in reached:
        surveys.reach_target(tx, survey_id)
    projects.raise_rules_version(tx.connection, tx.project_id)


def _target(survey: Published) -> dict[str, Any]:
    target: dict[str, Any] = survey.definition.get("target", {})
    return target


def _reached(tx: Transaction, survey: Published) -> bool:
    target = _target(survey)
    scope = Scope(survey.comparable_versions, BEGINNING, tx.now.date())
    report = report_of(tx, survey.survey_id, survey.definition, scope)
    enough = "responses" in target and report.n >= target["responses"]
    return enough or ("margin" in target and _margin(report) <= target["margin"])


def _margin(report: Report) -> float:
    """Half the interval's width, in points of the score."""
    interval = report.score.interval if report.score else None
    return float("inf") if interval is None else (interval[1] - interval[0]) / 2
