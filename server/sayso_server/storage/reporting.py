"""A survey's report, of versions that ask the same, within a span of days."""

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
from sayso_server.storage import reports
from sayso_server.storage.reports import Counts, Scope
from sayso_server.storage.tail import answer_measure
from sayso_server.storage.transaction import Transaction

SPAN = timedelta(days=90)


def report_of(
    tx: Transaction, survey_id: UUID, definition: Mapping[str, Any], scope: Scope
) -> Report:
    """The report of the survey's answers within the scope, whose versions ask what `definition`
    asks."""
    return _report(definition, reports.counts(tx, survey_id, scope))


def lately(tx: Transaction, versions: tuple[int, ...]) -> Scope:
    """The last 90 days of these versions."""
    today = tx.now.date()
    return Scope(versions, today - SPAN, today)


def _report(definition: Mapping[str, Any], counts: Counts) -> Report:
    questions = definition["questions"]
    score = score_of(questions)
    others = [
        _result(one, counts) for one in questions if one is not score and one["kind"] != "comment"
    ]
    scored = _scored(score, counts) if score else None
    return report(scored, counts.measures, others)


def _scored(question: Mapping[str, Any], counts: Counts) -> Scored:
    scale = scale_of(question)
    measure = answer_measure(question["kind"], question["id"], scale)
    by_day, unproven = counts.by_day.get(measure, {}), counts.unproven.get(measure, 0)
    return Scored(question["kind"], scale, by_day, unproven)


def _result(question: Mapping[str, Any], counts: Counts) -> QuestionResult:
    measure = answer_measure(question["kind"], question["id"])
    own = {measure: "", **{f"{measure}:{part}": part for part in parts_of(question)}}
    given = {part: _added_up(counts.by_day.get(name, {})) for name, part in own.items()}
    return result(question, given, _gaps(question, counts) if perceives(question) else None)


def _gaps(question: Mapping[str, Any], counts: Counts) -> dict[str, dict[int, int]]:
    measures = {
        row: answer_measure(gaps.KIND, gaps.ID, points(question), row) for row in parts_of(question)
    }
    return {row: _added_up(counts.by_day.get(name, {})) for row, name in measures.items()}


def _added_up(by_day: Mapping[date, Mapping[int, int]]) -> dict[int, int]:
    total: Counter[int] = Counter()
    for distribution in by_day.values():
        total.update(distribution)
    return dict(total)
