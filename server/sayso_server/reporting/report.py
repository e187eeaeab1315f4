"""A survey's report on comparable versions, for a span of days."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sayso_server.questionnaire import gaps
from sayso_server.questionnaire.kinds.matrix import points
from sayso_server.questionnaire.kinds.scale import scale_of
from sayso_server.questionnaire.results import parts_of, perceives, result
from sayso_server.questionnaire.templates import score_of
from sayso_server.scoring.parts import QuestionResult
from sayso_server.scoring.report import Report, Scored, report
from sayso_server.storage.counts import report_counts
from sayso_server.storage.counts.count_deltas import answer_measure
from sayso_server.storage.counts.report_counts import ReportCounts, Scope
from sayso_server.storage.database.transaction import Transaction

SPAN = timedelta(days=90)


def report_of(
    tx: Transaction, survey_id: UUID, definition: Mapping[str, Any], scope: Scope
) -> Report:
    """The survey's report within the scope, whose versions are all comparable with `definition`."""
    return _report(definition, report_counts.counts(tx, survey_id, scope))


def lately(tx: Transaction, versions: tuple[int, ...]) -> Scope:
    """The scope of these versions over the last 90 days."""
    today = tx.now.date()
    return Scope(versions, today - SPAN, today)


def _report(definition: Mapping[str, Any], counts: ReportCounts) -> Report:
    questions = definition["questions"]
    score = score_of(questions)
    others = [
        _result(question, counts)
        for question in questions
        if question is not score and question["kind"] != "comment"
    ]
    scored = _scored(score, counts) if score else None
    return report(scored, counts.measures, others)


def _scored(question: Mapping[str, Any], counts: ReportCounts) -> Scored:
    scale = scale_of(question)
    measure = answer_measure(question["kind"], question["id"], scale)
    by_day, unproven = counts.by_day.get(measure, {}), counts.unproven.get(measure, 0)
    return Scored(question["kind"], scale, by_day, unproven)


def _result(question: Mapping[str, Any], counts: ReportCounts) -> QuestionResult:
    measure = answer_measure(question["kind"], question["id"])
    measures = {"": measure, **{part: f"{measure}:{part}" for part in parts_of(question)}}
    given = {part: _total(counts.by_day.get(name, {})) for part, name in measures.items()}
    return result(question, given, _gaps(question, counts) if perceives(question) else None)


def _gaps(question: Mapping[str, Any], counts: ReportCounts) -> dict[str, dict[int, int]]:
    measures = {
        row: answer_measure(gaps.KIND, gaps.ID, points(question), row) for row in parts_of(question)
    }
    return {row: _total(counts.by_day.get(name, {})) for row, name in measures.items()}


def _total(by_day: Mapping[date, Mapping[int, int]]) -> dict[int, int]:
    total: Counter[int] = Counter()
    for distribution in by_day.values():
        total.update(distribution)
    return dict(total)
