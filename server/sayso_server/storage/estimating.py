"""When a survey's score can be read, by what is measured of the survey or of its project."""

from collections.abc import Mapping
from typing import Any, cast

from sayso_server.questionnaire.templates import SCORES
from sayso_server.scoring import MINIMUM_ANSWERS
from sayso_server.scoring.needed import ASSUMED_RESPONSE_RATE, Estimate, RateFrom, estimate
from sayso_server.scoring.report import Report
from sayso_server.scoring.result import Kind
from sayso_server.storage import reports, surveys
from sayso_server.storage.reporting import SPAN, report_of
from sayso_server.storage.surveys import Survey
from sayso_server.storage.transaction import Transaction

SHOWN_AT_LEAST = MINIMUM_ANSWERS  # popups from which a response rate counts as measured


def estimate_of(
    tx: Transaction,
    survey: Survey,
    asks_a_day: float,
    response_rate: float | None = None,
    margin: float | None = None,
) -> Estimate:
    """The estimate for the draft. The response rate (0…1) is the one given, else the survey's own,
    else the project's, of the last 90 days; where neither is measured it is assumed."""
    report = _report(tx, survey)
    rate, rate_from = (response_rate, "given") if response_rate is not None else _rate(tx, report)
    return estimate(
        _kind(survey.definition),
        report.distribution if report else {},
        asks_a_day,
        rate,
        cast(RateFrom, rate_from),
        margin,
    )


def _report(tx: Transaction, survey: Survey) -> Report | None:
    """What was answered so far, if the draft asks the score that its published version asks."""
    published = surveys.version_of(tx, survey.id, survey.version) if survey.version else None
    if published is None or _score(published.definition) != _score(survey.definition):
        return None
    return report_of(tx, survey.id, published.definition)


def _rate(tx: Transaction, report: Report | None) -> tuple[float, RateFrom]:
    if report and report.counts["shown"] >= SHOWN_AT_LEAST and report.rates.response is not None:
        return report.rates.response, "survey"
    today = tx.now.date()
    shown, scored = reports.shown_and_scored(tx, today - SPAN, today, SCORES)
    if shown >= SHOWN_AT_LEAST:
        return scored / shown, "project"
    return ASSUMED_RESPONSE_RATE, "assumed"


def _score(definition: Mapping[str, Any]) -> tuple[str, str]:
    return next((q["id"], q["kind"]) for q in definition["questions"] if q["kind"] in SCORES)


def _kind(definition: Mapping[str, Any]) -> Kind:
    return cast(Kind, _score(definition)[1])
