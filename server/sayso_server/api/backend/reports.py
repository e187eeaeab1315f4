"""The score of a survey, with what is needed to trust it."""

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
from sayso_server.scoring import Score
from sayso_server.scoring.report import Report
from sayso_server.storage import surveys
from sayso_server.storage.reporting import report_of
from sayso_server.storage.reports import Scope
from sayso_server.storage.survey_versions import Covered, covered
from sayso_server.storage.transaction import Transaction


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
        metadata={"description": "Percent of who answered, or the mean rating or place"},
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
        metadata={"description": "Mean of perception − expectation; below 0 it fell short"},
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
        metadata={"description": "Of SERVQUAL's perception: how far from what was expected"},
    )


class ReportOutput(Schema):
    kind = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "nps, csat or ces; null where the survey asks no score"},
    )
    direction = fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf(["higher_is_better", "lower_is_better"]),
    )
    n = fields.Integer(
        required=True, metadata={"description": "Scores given; without one, who began to answer"}
    )
    score = fields.Float(required=True, allow_none=True)
    interval = fields.List(fields.Float(), required=True, allow_none=True)
    enough = fields.Boolean(required=True)
    missing = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "About how many more answers make it enough"},
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
        metadata={"description": "Answers from pages whose visitor's identity was not proven"},
    )


class WholeReportOutput(ReportOutput):
    versions = fields.List(
        fields.Integer(),
        required=True,
        metadata={
            "description": "The versions that it is of; by default the latest ones whose questions "
            "are the same. Empty before the first publication"
        },
    )
    other_versions = fields.List(
        fields.Integer(),
        required=True,
        metadata={"description": "Published as well, and not counted here: ask by `version`"},
    )
    proven = fields.Boolean(
        required=True,
        allow_none=True,
        metadata={"description": "As asked for; null: whether people were proven or not"},
    )
    variants = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(ReportOutput),
        metadata={"description": "With `by=variant`: the report of each"},
    )


@blueprint.route("/surveys/<uuid:survey_id>/report")
@blueprint.arguments(ReportQuery(), location="query")
@blueprint.response(200, WholeReportOutput)
def get_report(query: dict[str, Any], survey_id: UUID) -> dict[str, Any]:
    """Score, number of answers, interval, rates, distribution and trend between two days, both
    included; by default the last 90 days of the latest versions that ask the same. Answers to other
    words, scales or options are never counted together."""
    backend = backend_call("read")
    first, last = span_of(query, backend.now.date())
    with backend.parts.store.view(backend.project.id, backend.now) as tx:
        survey = surveys.get(tx, survey_id)
        if survey is None:
            raise NotFound(UNKNOWN)
        of = covered(tx, backend.parts.directory, survey, query["version"])
        scope = Scope(of.versions, first, last, proven=query["proven"], test=query["test"])
        named = {
            "versions": of.versions,
            "other_versions": sorted(one for group in of.others for one in group),
            "proven": scope.proven,
        }
        whole = {**named, **serialise(report_of(tx, survey_id, of.definition, scope))}
        if query["by"] is None:
            return whole
        return {**whole, "variants": _by_variant(tx, survey_id, of, scope)}


def _by_variant(
    tx: Transaction, survey_id: UUID, of: Covered, scope: Scope
) -> dict[str, dict[str, Any]]:
    names = [one["name"] for one in of.definition.get("variants", ())]
    parts = {
        name: report_of(tx, survey_id, of.definition, replace(scope, variant=name))
        for name in names
    }
    return {name: serialise(one) for name, one in parts.items()}


def serialise(report: Report) -> dict[str, Any]:
    """The wire's report."""
    return {
        **_score(report.score),
        "n": report.n,
        "rates": asdict(report.rates),
        "counts": report.counts,
        "distribution": {str(value): n for value, n in report.distribution.items()},
        "series": [{"day": d.day, "n": d.n, "score": d.value} for d in report.series],
        "questions": [asdict(one) for one in report.questions],
        "unproven": report.unproven,
    }


def _score(score: Score | None) -> dict[str, Any]:
    if score is None:
        nothing = ("kind", "direction", "score", "interval", "missing")
        return {**dict.fromkeys(nothing), "enough": False}
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
