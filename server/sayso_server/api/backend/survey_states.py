"""What is live: published, paused, resumed, ended. A draft goes live by publication alone."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sayso_server.api.access import BackendCall, backend_call
from sayso_server.api.backend import blueprint
from sayso_server.api.backend.preconditions import ETAG, checks_if_match, precondition
from sayso_server.api.backend.survey_changes import (
    found,
    header,
    locked,
    not_ended,
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
from sayso_server.storage import events, segments, surveys
from sayso_server.storage.audit import Action
from sayso_server.storage.surveys import Survey
from sayso_server.storage.transaction import Transaction

NEVER_ASKED = "The survey could never be asked as it is."


@blueprint.route("/surveys/<uuid:survey_id>/publish", methods=["POST"])
@checks_if_match
@blueprint.arguments(Publish(), location="query")
@may_refuse(Conflict)
@blueprint.response(200, PublishedOutput, headers=ETAG)
def publish_survey(call: dict[str, Any], survey_id: UUID) -> Any:
    """Make the draft live as a new immutable version. `changes` says what is other than in the
    version before. What can never work is refused; what will hardly work, or asks more people than
    before, is said in `warnings`. With `dry_run` all of it is said and nothing is done."""
    backend, expected = backend_call("manage"), precondition()

    def publish(tx: Transaction) -> dict[str, Any]:
        survey = locked(tx, survey_id, expected)
        not_ended(survey)
        said = _said(tx, backend, survey)
        if not call["dry_run"]:
            surveys.publish(tx, survey)
        after = found(tx, survey_id)
        if not call["dry_run"]:
            record(tx, backend, Action.SURVEY_PUBLISHED, after, changed=_count(said["changes"]))
        return {**output(after), **said}

    live = (transact if call["dry_run"] else tell_pages)(backend, publish)
    return live, 200, {"ETag": f'"{live["revision"]}"'}


@blueprint.route("/surveys/<uuid:survey_id>/pause", methods=["POST"])
@checks_if_match
@may_refuse(Conflict)
@blueprint.response(200, SurveyOutput, headers=ETAG)
def pause_survey(survey_id: UUID) -> Any:
    """Stop asking, within a second also on open pages; resume to go on."""

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
    """Ask again what was asked before the pause: the published version. A changed draft stays a
    draft."""
    backend = backend_call("manage")

    def resume(tx: Transaction, survey: Survey) -> None:
        not_ended(survey)
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
    """Stop asking for good."""
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
        after = found(tx, survey_id)
        if after.state != before.state:
            record(tx, backend, action, after)
        return after

    survey = tell_pages(backend, change)
    return output(survey), 200, header(survey)


def _count(changes: dict[str, Any] | None) -> int:
    """How many fields a publication changed; the first one changes none."""
    return sum(map(len, changes.values())) if changes else 0


def _said(tx: Transaction, backend: BackendCall, survey: Survey) -> dict[str, Any]:
    """What its author should know of a publication. Raises Invalid where it can never work."""
    draft, before = survey.definition, survey.published
    around = _surroundings(tx, backend, survey, draft)
    dead = problems(draft, around)
    if dead:
        raise Invalid(NEVER_ASKED, errors=dead)
    said = warnings(draft, around)
    if before is not None:
        for field, messages in loosened(before, draft, backend.project.policy).items():
            said.setdefault(field, []).extend(messages)
    return {
        "changes": None if before is None else asdict(differences(before, draft)),
        "languages": languages(draft),
        "warnings": said,
    }


def _surroundings(
    tx: Transaction, backend: BackendCall, survey: Survey, definition: dict[str, Any]
) -> Surroundings:
    others = {
        one.name: one.published
        for one in surveys.all_of(tx)
        if one.id != survey.id and one.state == surveys.LIVE and one.published is not None
    }
    return Surroundings(
        backend.now,
        backend.project.origins,
        segments.all_of(tx),
        events.seen(tx, events_named(definition)),
        others,
    )
