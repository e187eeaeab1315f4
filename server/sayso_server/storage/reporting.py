"""A survey's report, read for one span of days."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sayso_server.questionnaire.templates import SCORES
from sayso_server.scoring.report import Report, report
from sayso_server.storage import reports
from sayso_server.storage.reports import Counts
from sayso_server.storage.tail import answer_measure
from sayso_server.storage.transaction import Transaction

SPAN = timedelta(days=90)


def report_of(
    tx: Transaction,
    survey_id: UUID,
    definition: Mapping[str, Any],
    first: date | None = None,
    last: date | None = None,
    variant: str | None = None,
) -> Report:
    """The report from `first` to `last`, both included, by default the last 90 days; of all
    variants or of one."""
    last = last or tx.now.date()
    first = first or last - SPAN
    counts = reports.counts(tx, survey_id, first, last, variant)
    return _scored(definition, counts)


def report_of_testers(
    tx: Transaction,
    survey_id: UUID,
    definition: Mapping[str, Any],
    first: date | None = None,
    last: date | None = None,
) -> Report:
    """What testers answered while test mode was on, apart from everything else."""
    last = last or tx.now.date()
    return _scored(definition, reports.of_testers(tx, survey_id, first or last - SPAN, last))


def _scored(definition: Mapping[str, Any], counts: Counts) -> Report:
    question = next(q for q in definition["questions"] if q["kind"] in SCORES)
    measure = answer_measure(question["kind"], question["id"])
    return report(
        question["kind"],
        counts.by_day.get(measure, {}),
        counts.measures,
        counts.unproven.get(measure, 0),
    )
