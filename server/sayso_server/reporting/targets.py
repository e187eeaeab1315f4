"""Sample targets: a survey stops asking once it has enough answers or a narrow enough interval.
Checked in the background, after answers are counted."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sayso_server.reporting.report import report_of
from sayso_server.scoring.report import Report
from sayso_server.storage.counts.report_counts import Scope
from sayso_server.storage.database.store import Store
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.projects import projects
from sayso_server.storage.surveys import surveys
from sayso_server.storage.surveys.surveys import Published

BEGINNING = date(2000, 1, 1)


def close_reached(store: Store, project_id: UUID, now: datetime) -> None:
    """Close the project's live surveys that have reached their target."""
    with store.view(project_id, now) as tx:
        pending = [
            survey
            for survey in surveys.live_of(tx)
            if _target(survey) and not survey.target_reached
        ]
        reached = [survey.survey_id for survey in pending if _reached(tx, survey)]
    if reached:
        store.transact(project_id, now, lambda tx: _close(tx, reached))


def _close(tx: Transaction, reached: list[UUID]) -> None:
    for survey_id in reached:
        surveys.mark_target_reached(tx, survey_id)
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
