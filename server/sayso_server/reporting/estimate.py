"""Estimate when a survey will have enough answers, from its own rates or its project's."""

from typing import cast

from sayso_server.questionnaire.comparable import comparable
from sayso_server.questionnaire.kinds.scale import scale_of
from sayso_server.questionnaire.templates import SCORES, score_of
from sayso_server.reporting.report import SPAN, lately, report_of
from sayso_server.scoring import MINIMUM_ANSWERS
from sayso_server.scoring.kinds import score
from sayso_server.scoring.needed import ASSUMED_RESPONSE_RATE, Estimate, RateFrom, estimate
from sayso_server.scoring.report import Report
from sayso_server.storage.counts import report_counts
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.surveys import surveys
from sayso_server.storage.surveys.surveys import Survey

SHOWN_AT_LEAST = MINIMUM_ANSWERS  # popups before a measured response rate is used


def estimate_of(
    tx: Transaction,
    survey: Survey,
    asks_a_day: float,
    response_rate: float | None = None,
    margin: float | None = None,
) -> Estimate | None:
    """The estimate for the draft; None when it asks no score. The response rate (0…1) is the given
    one, else the survey's, else the project's over the last 90 days, else an assumed one."""
    question = score_of(survey.definition["questions"])
    if question is None:
        return None
    report = _report(tx, survey)
    distribution = report.distribution if report else {}
    rate, rate_from = (response_rate, "given") if response_rate is not None else _rate(tx, report)
    return estimate(
        score(question["kind"], distribution, scale=scale_of(question)),
        distribution,
        asks_a_day,
        rate,
        cast(RateFrom, rate_from),
        margin,
    )


def _report(tx: Transaction, survey: Survey) -> Report | None:
    """The report so far, if the draft is comparable with its published version."""
    published = surveys.version_of(tx, survey.id, survey.version) if survey.version else None
    if published is None or not comparable(published.definition, survey.definition):
        return None
    scope = lately(tx, published.comparable_versions)
    return report_of(tx, survey.id, published.definition, scope)


def _rate(tx: Transaction, report: Report | None) -> tuple[float, RateFrom]:
    if report and report.counts["shown"] >= SHOWN_AT_LEAST and report.rates.response is not None:
        return report.rates.response, "survey"
    today = tx.now.date()
    shown, scored = report_counts.shown_and_scored(tx, today - SPAN, today, SCORES)
    if shown >= SHOWN_AT_LEAST:
        return scored / shown, "project"
    return ASSUMED_RESPONSE_RATE, "assumed"
