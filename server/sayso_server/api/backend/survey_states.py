"""Changes the state of a survey: publish, pause, resume, end. Only publication makes a draft
live."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sayso_server.api.access import BackendCall, backend_call
from sayso_server.api.backend import blueprint
from sayso_server.api.backend.preconditions import ETAG, checks_if_match, precondition
from sayso_server.api.backend.survey_changes import (
    check_not_ended,
    existing,
    header,
    locked,
    output,
    record,
    tell_pages,
    transact,
)
from sayso_server.api.backend.survey_schemas import Publish, PublishedOutput, SurveyOutput
from sayso_server.api.refusals import may_refuse
from sayso_server.errors import Conflict, Invalid
from sayso_server.questionnaire.differences import differences
from sayso_server.questionnaire.loosening import loosened
from sayso_server.questionnaire.own_texts import languages
from sayso_server.questionnaire.publication import (
    Surroundings,
    events_named,
    problems,
    warnings,
)
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.events import events
from sayso_server.storage.projects.audit import Action
from sayso_server.storage.surveys import segments, surveys
from sayso_server.storage.surveys.surveys import Survey

NEVER_ASKED = "The survey could never be asked as it is."


@blueprint.route("/surveys/<uuid:survey_id>/publish", methods=["POST"])
@checks_if_match
@blueprint.arguments(Publish(), location="query")
@may_refuse(Conflict)
@blueprint.response(200, PublishedOutput, headers=ETAG)
def publish_survey(call: dict[str, Any], survey_id: UUID) -> Any:
    """Publish the draft as a new, immutable version and make it live. `changes` are the differences
    from the previous version. A survey that could never be asked is refused. `warnings` lists what
    will hardly work and what asks more people than before. With `dry_run` the reply is the same and
    nothing is done."""
    backend, expected = backend_call("manage"), precondition()

    def publish(tx: Transaction) -> dict[str, Any]:
        survey = locked(tx, survey_id, expected)
        check_not_ended(survey)
        review = _review(tx, backend, survey)
        if not call["dry_run"]:
            surveys.publish(tx, survey)
        after = existing(tx, survey_id)
        if not call["dry_run"]:
            record(tx, backend, Action.SURVEY_PUBLISHED, after, changed=_count(review["changes"]))
        return {**output(after), **review}

    body = (transact if call["dry_run"] else tell_pages)(backend, publish)
    return body, 200, {"ETag": f'"{body["revision"]}"'}


@blueprint.route("/surveys/<uuid:survey_id>/pause", methods=["POST"])
@checks_if_match
@may_refuse(Conflict)
@blueprint.response(200, SurveyOutput, headers=ETAG)
def pause_survey(survey_id: UUID) -> Any:
    """Pause a survey: it is not asked until it is resumed. Open pages are updated within a
    second."""

    def pause(tx: Transaction, survey: Survey) -> None:
        if survey.state not in (surveys.LIVE, surveys.PAUSED):
            raise Conflict(f"A survey that is {survey.state} cannot be paused.")
        surveys.set_state(tx, survey.id, surveys.PAUSED)

    return _change_state(survey_id, Action.SURVEY_PAUSED, pause)


@blueprint.route("/surveys/<uuid:survey_id>/resume", methods=["POST"])
@checks_if_match
@may_refuse(Conflict, Invalid)
@blueprint.response(200, SurveyOutput, headers=ETAG)
def resume_survey(survey_id: UUID) -> Any:
    """Resume a survey in its latest published version. The draft does not change."""
    backend = backend_call("manage")

    def resume(tx: Transaction, survey: Survey) -> None:
        check_not_ended(survey)
        if survey.published is None:
            raise Conflict("The survey was never published; publish it first.")
        if survey.state == surveys.LIVE:
            return
        dead = problems(survey.published, _surroundings(tx, backend, survey, survey.published))
        if dead:
            raise Invalid(
                "What was live could not be asked any more; change the draft and publish it.",
                errors=dead,
            )
        surveys.set_state(tx, survey.id, surveys.LIVE)

    return _change_state(survey_id, Action.SURVEY_RESUMED, resume)


@blueprint.route("/surveys/<uuid:survey_id>/end", methods=["POST"])
@checks_if_match
@may_refuse(Conflict)
@blueprint.response(200, SurveyOutput, headers=ETAG)
def end_survey(survey_id: UUID) -> Any:
    """End a survey permanently: it is never asked again."""
    return _change_state(
        survey_id,
        Action.SURVEY_ENDED,
        lambda tx, survey: surveys.set_state(tx, survey.id, surveys.ENDED),
    )


def _change_state(
    survey_id: UUID, action: Action, work: Callable[[Transaction, Survey], None]
) -> Any:
    backend, expected = backend_call("manage"), precondition()

    def change(tx: Transaction) -> Survey:
        before = locked(tx, survey_id, expected)
        work(tx, before)
        after = existing(tx, survey_id)
        if after.state != before.state:
            record(tx, backend, action, after)
        return after

    survey = tell_pages(backend, change)
    return output(survey), 200, header(survey)


def _count(changes: dict[str, Any] | None) -> int:
    """How many fields a publication changed; 0 for the first one."""
    return sum(map(len, changes.values())) if changes else 0


def _review(tx: Transaction, backend: BackendCall, survey: Survey) -> dict[str, Any]:
    """Changes, languages and warnings for a publication. Raises Invalid if the survey could never
    be asked."""
    draft, before = survey.definition, survey.published
    surroundings = _surroundings(tx, backend, survey, draft)
    dead = problems(draft, surroundings)
    if dead:
        raise Invalid(NEVER_ASKED, errors=dead)
    warned = warnings(draft, surroundings)
    if before is not None:
        for field, messages in loosened(before, draft, backend.project.policy).items():
            warned.setdefault(field, []).extend(messages)
    return {
        "changes": None if before is None else asdict(differences(before, draft)),
        "languages": languages(draft),
        "warnings": warned,
    }


def _surroundings(
    tx: Transaction, backend: BackendCall, survey: Survey, definition: dict[str, Any]
) -> Surroundings:
    others = {
        other.name: other.published
        for other in surveys.all_of(tx)
        if other.id != survey.id and other.state == surveys.LIVE and other.published is not None
    }
    return Surroundings(
        backend.now,
        backend.project.origins,
        segments.all_of(tx),
        events.seen(tx, events_named(definition)),
        others,
    )
