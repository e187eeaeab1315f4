"""The results: all surveys of the project, and one page a survey that keeps itself fresh."""

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
from sayso_server.dashboard.said import expectations, said
from sayso_server.dashboard.session import open_session
from sayso_server.errors import NotFound, Unauthorized
from sayso_server.limit_table import LIMITS
from sayso_server.limits import day_of
from sayso_server.parts import parts
from sayso_server.questionnaire.rendering import choose_language, render
from sayso_server.questionnaire.templates import score_of
from sayso_server.scoring.report import Report
from sayso_server.scoring.result import Score
from sayso_server.storage import answers, surveys
from sayso_server.storage.reporting import SPAN, lately, report_of
from sayso_server.storage.survey_versions import (
    Covered,
    as_number,
    covered,
    covered_with,
    latest,
)
from sayso_server.storage.surveys import Survey
from sayso_server.storage.transaction import Transaction

COMMENTS = 50
ORDER = (surveys.LIVE, surveys.PAUSED, surveys.DRAFT, surveys.ENDED)
PAGES_LANGUAGE = "en"
UNKNOWN = "There is no such survey in this project."


@dataclass(frozen=True)
class View:
    """What a page shows. `tag` changes whenever any of it does."""

    tag: str
    render: Callable[[str], str]


@dashboard.route("/results")
def list_page() -> str:
    """All surveys of the project."""
    return _all_surveys().render("results.html")


@dashboard.route("/results/fragment")
def list_fragment() -> Response:
    """What of the list may have changed. Raises Unauthorized when the page is of another project
    than the browser's session, which another tab may have replaced."""
    if request.args.get("project") not in (None, str(open_session().project_id)):
        raise Unauthorized("Another project is open in this browser; load the page anew.")
    return _fragment(_all_surveys(), "_results.html")


@dashboard.route("/results/<string:survey>")
def survey_page(survey: str) -> str:
    """One survey's results."""
    return _one_survey(survey).render("survey.html")


@dashboard.route("/results/<string:survey>/fragment")
def survey_fragment(survey: str) -> Response:
    """What of a survey's results may have changed."""
    return _fragment(_one_survey(survey), "_survey.html")


def _fragment(view: View, template: str) -> Response:
    if view.tag in request.if_none_match:
        response = Response(status=304)
    else:
        response = make_response(view.render(template))
    response.set_etag(view.tag)
    return response


def _all_surveys() -> View:
    found = parts()
    session = open_session()
    with found.store.view(session.project_id, found.clock()) as tx:
        rows = [(survey, _latest_report(tx, survey)) for survey in surveys.all_of(tx)]
    rows.sort(key=lambda row: ORDER.index(row[0].state))
    shown: dict[str, Any] = {
        "project": session.project_name,
        "project_id": session.project_id,
        "rows": rows,
        "address": found.settings.public_url,
        "spent": _spent_budget(session.project_id),
    }
    tag = _tag(*shown.values())
    return View(tag, partial(render_template, **shown, tag=tag))


def _one_survey(identifier: str) -> View:
    found = parts()
    now = found.clock()
    session = open_session()
    with found.store.view(session.project_id, now) as tx:
        survey = surveys.get(tx, _identifier(identifier))
        if survey is None:
            raise NotFound(UNKNOWN)
        of = _wanted(tx, survey)
        report = report_of(tx, survey.id, of.definition, lately(tx, of.versions))
        comments = _keyed(answers.comments(tx, survey.id, of.versions, of.since, COMMENTS))
    asked = _asked(survey, of.definition)
    expected = expectations(of.definition["questions"], report.questions)
    today = now.date()
    spent = _spent_budget(session.project_id)
    tag = _tag(session.project_name, survey, of, report, comments, today, spent)

    def render(template: str) -> str:
        return render_template(
            template,
            project=session.project_name,
            survey=survey,
            of=of,
            named_version=request.args.get("version"),
            comments=comments,
            question=score_of([*asked.values()]),
            questions=[
                said(asked[one.id], one, expected.get(one.id))
                for one in report.questions
                if one.parts
            ],
            first=today - SPAN,
            today=today,
            address=found.settings.public_url,
            spent=spent,
            tag=tag,
            **_drawn(report, today),
        )

    return View(tag, render)


def _spent_budget(project: UUID) -> dict[str, Any] | None:
    """The project's budget of unproven writes, when today's is spent."""
    found = parts()
    name = "unproven_writes_per_day"
    if not found.limits.spent(name, day_of(project, found.clock())):
        return None
    return {"most": getattr(found.settings, name), "setting": LIMITS[name].setting}


def _drawn(report: Report, today: date) -> dict[str, Any]:
    return {
        "report": report,
        "score": report.score,
        "rates": figures.rates_of(report),
        **(_scored(report, report.score, today) if report.score else {}),
    }


def _scored(report: Report, score: Score, today: date) -> dict[str, Any]:
    scale = figures.POINTS if score.kind == "nps" else score.scale
    return {
        "scale": scale,
        "figures": figures.figures(score),
        "groups": figures.groups(report.distribution) if score.kind == "nps" else [],
        "bars": charts.bars(report.distribution, figures.favourable(score)),
        "trend": charts.trend(report.series, today, scale),
    }


def _keyed(comments: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each with a key by which the page knows it again when new ones come before it."""
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


def _wanted(tx: Transaction, survey: Survey) -> Covered:
    """The versions that the address names by one of them; else the latest that ask the same."""
    directory = parts().directory
    version = request.args.get("version")
    if version is None:
        return covered(tx, directory, survey)
    number = as_number(version)
    if number is None:
        raise NotFound(UNKNOWN)
    return covered_with(tx, directory, survey, number)


def _asked(survey: Survey, definition: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The questions in the pages' language, by their ids."""
    language = choose_language(definition, [PAGES_LANGUAGE])
    return {one["id"]: one for one in render(survey.id, definition, language)["questions"]}


def _identifier(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(UNKNOWN) from error


def _tag(*shown: object) -> str:
    return hashlib.sha256(repr((version(), *shown)).encode(errors="replace")).hexdigest()[:20]
