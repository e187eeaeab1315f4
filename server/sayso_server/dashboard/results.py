"""The results pages: the list of surveys, and a page per survey. Both refresh themselves."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, make_response, render_template, request

from sayso_server.dashboard import charts, figures
from sayso_server.dashboard.assets import version
from sayso_server.dashboard.blueprint import dashboard
from sayso_server.dashboard.question_results import expectations, question_results
from sayso_server.dashboard.session import open_session
from sayso_server.dependencies import dependencies
from sayso_server.errors import NotFound, Unauthorized
from sayso_server.limit_table import LIMITS
from sayso_server.limits import day_of
from sayso_server.questionnaire.rendering import choose_language, render
from sayso_server.questionnaire.templates import score_of
from sayso_server.reporting.covered_versions import (
    Covered,
    as_number,
    covered,
    covered_with,
    latest,
)
from sayso_server.reporting.report import SPAN, lately, report_of
from sayso_server.scoring.report import Report
from sayso_server.scoring.result import Score
from sayso_server.storage.answers import answers
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.surveys import surveys
from sayso_server.storage.surveys.surveys import Survey

COMMENTS = 50
ORDER = (surveys.LIVE, surveys.PAUSED, surveys.DRAFT, surveys.ENDED)
PAGES_LANGUAGE = "en"
UNKNOWN = "There is no such survey in this project."


@dataclass(frozen=True)
class View:
    """The content of a page. `tag` is its ETag: a hash of everything it shows."""

    tag: str
    render: Callable[[str], str]


@dashboard.route("/results")
def list_page() -> str:
    """The list of the project's surveys."""
    return _all_surveys().render("results.html")


@dashboard.route("/results/fragment")
def list_fragment() -> Response:
    """The part of the list that may have changed. Raises Unauthorized if the page shows another
    project than the browser's session, which another tab may have replaced."""
    if request.args.get("project") not in (None, str(open_session().project_id)):
        raise Unauthorized("Another project is open in this browser; reload the page.")
    return _fragment(_all_surveys(), "_results.html")


@dashboard.route("/results/<string:survey>")
def survey_page(survey: str) -> str:
    """One survey's results."""
    return _one_survey(survey).render("survey.html")


@dashboard.route("/results/<string:survey>/fragment")
def survey_fragment(survey: str) -> Response:
    """The part of a survey's results that may have changed."""
    return _fragment(_one_survey(survey), "_survey.html")


def _fragment(view: View, template: str) -> Response:
    if view.tag in request.if_none_match:
        response = Response(status=304)
    else:
        response = make_response(view.render(template))
    response.set_etag(view.tag)
    return response


def _all_surveys() -> View:
    current = dependencies()
    session = open_session()
    with current.store.view(session.project_id, current.clock()) as tx:
        rows = [(survey, _latest_report(tx, survey)) for survey in surveys.all_of(tx)]
    rows.sort(key=lambda row: ORDER.index(row[0].state))
    shown: dict[str, Any] = {
        "project": session.project_name,
        "project_id": session.project_id,
        "rows": rows,
        "address": current.settings.public_url,
        "spent": _spent_budget(session.project_id),
    }
    tag = _tag(*shown.values())
    return View(tag, partial(render_template, **shown, tag=tag))


def _one_survey(identifier: str) -> View:
    current = dependencies()
    now = current.clock()
    session = open_session()
    with current.store.view(session.project_id, now) as tx:
        survey = surveys.get(tx, _identifier(identifier))
        if survey is None:
            raise NotFound(UNKNOWN)
        counted = _covered(tx, survey)
        report = report_of(tx, survey.id, counted.definition, lately(tx, counted.versions))
        comments = _keyed(
            answers.comments(tx, survey.id, counted.versions, counted.since, COMMENTS)
        )
    questions = _questions(survey, counted.definition)
    expected = expectations(counted.definition["questions"], report.questions)
    today = now.date()
    spent = _spent_budget(session.project_id)
    tag = _tag(session.project_name, survey, counted, report, comments, today, spent)

    def render(template: str) -> str:
        return render_template(
            template,
            project=session.project_name,
            survey=survey,
            counted=counted,
            named_version=request.args.get("version"),
            comments=comments,
            question=score_of([*questions.values()]),
            questions=[
                question_results(questions[result.id], result, expected.get(result.id))
                for result in report.questions
                if result.parts
            ],
            first=today - SPAN,
            today=today,
            address=current.settings.public_url,
            spent=spent,
            tag=tag,
            **_report_values(report, today),
        )

    return View(tag, render)


def _spent_budget(project: UUID) -> dict[str, Any] | None:
    """The project's daily budget of unproven writes, if it is spent."""
    current = dependencies()
    name = "unproven_writes_per_day"
    if not current.limits.spent(name, day_of(project, current.clock())):
        return None
    return {"most": getattr(current.settings, name), "setting": LIMITS[name].setting}


def _report_values(report: Report, today: date) -> dict[str, Any]:
    return {
        "report": report,
        "score": report.score,
        "rates": figures.rates_of(report),
        **(_score_values(report, report.score, today) if report.score else {}),
    }


def _score_values(report: Report, score: Score, today: date) -> dict[str, Any]:
    scale = figures.POINTS if score.kind == "nps" else score.scale
    return {
        "scale": scale,
        "figures": figures.figures(score),
        "groups": figures.groups(report.distribution) if score.kind == "nps" else [],
        "bars": charts.bars(report.distribution, figures.favourable(score)),
        "trend": charts.trend(report.series, today, scale),
    }


def _keyed(comments: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The comments with a stable key, so that the refreshed page can match them."""
    at: Counter[datetime] = Counter()
    keyed = []
    for comment in comments:
        at[comment["at"]] += 1
        key = f"c-{comment['at'].timestamp()}-{at[comment['at']]}"
        keyed.append({**comment, "key": key})
    return keyed


def _latest_report(tx: Transaction, survey: Survey) -> Report:
    versions, definition = latest(survey)
    return report_of(tx, survey.id, definition, lately(tx, versions))


def _covered(tx: Transaction, survey: Survey) -> Covered:
    """The versions comparable with `?version=`; by default with the latest version."""
    cache = dependencies().project_cache
    version = request.args.get("version")
    if version is None:
        return covered(tx, cache, survey)
    number = as_number(version)
    if number is None:
        raise NotFound(UNKNOWN)
    return covered_with(tx, cache, survey, number)


def _questions(survey: Survey, definition: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The questions in the language of the pages, by id."""
    language = choose_language(definition, [PAGES_LANGUAGE])
    rendered = render(survey.id, definition, language)
    return {question["id"]: question for question in rendered["questions"]}


def _identifier(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(UNKNOWN) from error


def _tag(*shown: object) -> str:
    return hashlib.sha256(repr((version(), *shown)).encode(errors="replace")).hexdigest()[:20]
