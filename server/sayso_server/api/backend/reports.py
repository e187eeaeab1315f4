"""The report of a survey: its score, and how far it can be trusted."""

from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from sayso_server.api.access import backend_call
from sayso_server.api.backend import blueprint
from sayso_server.api.backend.schemas import ReportQuery
from sayso_server.api.backend.span import span_of
from sayso_server.api.backend.surveys import UNKNOWN
from sayso_server.errors import NotFound
from sayso_server.reporting.covered_versions import Covered, covered
from sayso_server.reporting.report import report_of
from sayso_server.scoring import Score
from sayso_server.scoring.report import Report
from sayso_server.storage.counts.report_counts import Scope
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.surveys import surveys


class ShareOutput(Schema):
    value = fields.Float(required=True, allow_none=True)
    interval = fields.List(fields.Float(), required=True, allow_none=True)


class DayOutput(Schema):
    day = fields.Date(required=True)
    n = fields.Integer(required=True)
    score = fields.Float(required=True, allow_none=True)


class PartOutput(Schema):
    id = fields.String(required=True)
    measured = fields.String(required=True, validate=validate.OneOf(["share", "mean"]))
    n = fields.Integer(required=True)
    value = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "Percent of the people who answered; or the mean rating or rank"},
    )
    interval = fields.List(fields.Float(), required=True, allow_none=True)
    distribution = fields.Dict(
        keys=fields.String(), values=fields.Integer(), required=True, allow_none=True
    )


class GapOutput(Schema):
    id = fields.String(required=True)
    n = fields.Integer(required=True, metadata={"description": "People who rated it twice"})
    value = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "Mean of perception − expectation; negative: below expectations"},
    )
    interval = fields.List(fields.Float(), required=True, allow_none=True)
    missing = fields.Integer(required=True, allow_none=True)


class QuestionOutput(Schema):
    id = fields.String(required=True)
    kind = fields.String(required=True)
    n = fields.Integer(required=True)
    parts = fields.List(fields.Nested(PartOutput), required=True)
    gaps = fields.List(
        fields.Nested(GapOutput),
        required=True,
        metadata={"description": "For SERVQUAL's perception: the gaps to the expectation"},
    )


class ReportOutput(Schema):
    kind = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "nps, csat or ces; null if the survey asks no score"},
    )
    direction = fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf(["higher_is_better", "lower_is_better"]),
    )
    n = fields.Integer(
        required=True,
        metadata={"description": "Number of scores; of people who answered if there is no score"},
    )
    score = fields.Float(required=True, allow_none=True)
    interval = fields.List(fields.Float(), required=True, allow_none=True)
    enough = fields.Boolean(required=True)
    missing = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "About how many more answers are needed until it is enough"},
    )
    top_box = fields.Nested(
        ShareOutput, metadata={"description": "CSAT: share of the top ratings (4–5 of 5), percent"}
    )
    easy_share = fields.Nested(ShareOutput, metadata={"description": "CES: share of 1–2, percent"})
    rates = fields.Dict(keys=fields.String(), required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    distribution = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    series = fields.List(fields.Nested(DayOutput), required=True)
    questions = fields.List(fields.Nested(QuestionOutput), required=True)
    unproven = fields.Integer(
        required=True,
        metadata={"description": "Answers of people whose identity was not proven"},
    )


class WholeReportOutput(ReportOutput):
    versions = fields.List(
        fields.Integer(),
        required=True,
        metadata={
            "description": "The versions in the report; by default the latest ones with the same "
            "questions. Empty before the first publication"
        },
    )
    other_versions = fields.List(
        fields.Integer(),
        required=True,
        metadata={"description": "Other published versions, not counted here; see `version`"},
    )
    proven = fields.Boolean(
        required=True,
        allow_none=True,
        metadata={"description": "The filter of the call; null: proven and unproven people"},
    )
    variants = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(ReportOutput),
        metadata={"description": "With `by=variant`: the report of each variant"},
    )


@blueprint.route("/surveys/<uuid:survey_id>/report")
@blueprint.arguments(ReportQuery(), location="query")
@blueprint.response(200, WholeReportOutput)
def get_report(query: dict[str, Any], survey_id: UUID) -> dict[str, Any]:
    """Get the report of a survey: score, number of answers, confidence interval, rates,
    distribution and trend. By default for the last 90 days (`from` and `to` are included) and the
    latest versions with the same questions. Answers to questions with different wordings, scales or
    options are never counted together."""
    backend = backend_call("read")
    first, last = span_of(query, backend.now.date())
    with backend.dependencies.store.view(backend.project.id, backend.now) as tx:
        survey = surveys.get(tx, survey_id)
        if survey is None:
            raise NotFound(UNKNOWN)
        counted = covered(tx, backend.dependencies.project_cache, survey, query["version"])
        scope = Scope(counted.versions, first, last, proven=query["proven"], test=query["test"])
        coverage = {
            "versions": counted.versions,
            "other_versions": sorted(version for group in counted.others for version in group),
            "proven": scope.proven,
        }
        whole = {**coverage, **serialise(report_of(tx, survey_id, counted.definition, scope))}
        if query["by"] is None:
            return whole
        return {**whole, "variants": _by_variant(tx, survey_id, counted, scope)}


def _by_variant(
    tx: Transaction, survey_id: UUID, counted: Covered, scope: Scope
) -> dict[str, dict[str, Any]]:
    names = [variant["name"] for variant in counted.definition.get("variants", ())]
    reports = {
        name: report_of(tx, survey_id, counted.definition, replace(scope, variant=name))
        for name in names
    }
    return {name: serialise(report) for name, report in reports.items()}


def serialise(report: Report) -> dict[str, Any]:
    """The report as in the reply."""
    return {
        **_score(report.score),
        "n": report.n,
        "rates": asdict(report.rates),
        "counts": report.counts,
        "distribution": {str(value): n for value, n in report.distribution.items()},
        "series": [{"day": d.day, "n": d.n, "score": d.value} for d in report.series],
        "questions": [asdict(question) for question in report.questions],
        "unproven": report.unproven,
    }


def _score(score: Score | None) -> dict[str, Any]:
    if score is None:
        absent = ("kind", "direction", "score", "interval", "missing")
        return {**dict.fromkeys(absent), "enough": False}
    return {
        "kind": score.kind,
        "direction": score.direction,
        "score": score.value,
        "interval": score.interval,
        "enough": score.enough,
        "missing": score.missing,
        **_share(score),
    }


def _share(score: Score) -> dict[str, Any]:
    if score.share is None:
        return {}
    return {score.share.label: {"value": score.share.value, "interval": score.share.interval}}
