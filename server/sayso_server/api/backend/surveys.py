"""Surveys: written as drafts, published as immutable versions, paused, ended."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from sayso_server.api.access import BackendCall, backend_call
from sayso_server.api.backend import blueprint
from sayso_server.api.backend.survey_schemas import SurveyInput, SurveyList, SurveyOutput
from sayso_server.errors import Conflict, Invalid, NotFound
from sayso_server.questionnaire.publication import (
    Surroundings,
    events_named,
    problems,
    warnings,
)
from sayso_server.questionnaire.templates import questions
from sayso_server.storage import events, projects, segments, surveys
from sayso_server.storage.surveys import Survey
from sayso_server.storage.transaction import Transaction

T = TypeVar("T")

UNKNOWN = "There is no survey with this id in the project."
KEPT = (
    "throttle",
    "ask_within",
    "audience",
    "by_hand",
    "priority",
    "quota",
    "target",
    "variants",
    "thanks",
    "why",
    "theme",
)


@blueprint.route("/surveys")
@blueprint.response(200, SurveyList)
def list_surveys() -> dict[str, Any]:
    """Every survey of the project, in order of creation."""
    backend = backend_call("read")
    with backend.parts.store.view(backend.project.id, backend.now) as tx:
        return {"surveys": [_output(survey) for survey in surveys.all_of(tx)]}


@blueprint.route("/surveys", methods=["POST"])
@blueprint.arguments(SurveyInput())
@blueprint.response(201, SurveyOutput)
def create_survey(call: dict[str, Any]) -> dict[str, Any]:
    """Write a draft, from a template or from questions."""
    backend = backend_call("manage")
    return _output(
        _transact(backend, lambda tx: surveys.create(tx, call["name"], _definition(call)))
    )


@blueprint.route("/surveys/<uuid:survey_id>")
@blueprint.response(200, SurveyOutput)
def get_survey(survey_id: UUID) -> dict[str, Any]:
    """One survey: its draft, its state, its latest published version."""
    backend = backend_call("read")
    with backend.parts.store.view(backend.project.id, backend.now) as tx:
        return _output(_found(tx, survey_id))


@blueprint.route("/surveys/<uuid:survey_id>", methods=["PUT"])
@blueprint.arguments(SurveyInput())
@blueprint.response(200, SurveyOutput)
def change_survey(call: dict[str, Any], survey_id: UUID) -> dict[str, Any]:
    """Replace the draft. What is live stays as it is until the next publication."""
    backend = backend_call("manage")

    def change(tx: Transaction) -> Survey:
        _not_ended(_found(tx, survey_id))
        surveys.change(tx, survey_id, call["name"], _definition(call))
        return _found(tx, survey_id)

    return _output(_transact(backend, change))


@blueprint.route("/surveys/<uuid:survey_id>", methods=["DELETE"])
@blueprint.response(204)
def delete_survey(survey_id: UUID) -> str:
    """Delete a survey nobody was invited to; others are ended, so that answers keep their
    questions."""
    backend = backend_call("manage")

    def delete(tx: Transaction) -> None:
        _found(tx, survey_id)
        if surveys.was_asked(tx, survey_id):
            raise Conflict("People were invited to this survey; end it instead.")
        surveys.remove(tx, survey_id)

    _tell_pages(backend, delete)
    return ""


@blueprint.route("/surveys/<uuid:survey_id>/publish", methods=["POST"])
@blueprint.response(200, SurveyOutput)
def publish_survey(survey_id: UUID) -> dict[str, Any]:
    """Make the draft live as a new immutable version. What can never work is refused; what will
    hardly work is said in `warnings`."""
    backend = backend_call("manage")

    def publish(tx: Transaction) -> tuple[Survey, dict[str, list[str]]]:
        survey = _found(tx, survey_id)
        _not_ended(survey)
        around = _surroundings(tx, backend, survey)
        dead = problems(survey.definition, around)
        if dead:
            raise Invalid("The survey could never be asked as it is.", errors=dead)
        surveys.publish(tx, survey)
        return _found(tx, survey_id), warnings(survey.definition, around)

    survey, said = _tell_pages(backend, publish)
    return {**_output(survey), "warnings": said}


@blueprint.route("/surveys/<uuid:survey_id>/pause", methods=["POST"])
@blueprint.response(200, SurveyOutput)
def pause_survey(survey_id: UUID) -> dict[str, Any]:
    """Stop asking, within a second also on open pages; publish to go on."""
    return _stop(survey_id, surveys.PAUSED)


@blueprint.route("/surveys/<uuid:survey_id>/end", methods=["POST"])
@blueprint.response(200, SurveyOutput)
def end_survey(survey_id: UUID) -> dict[str, Any]:
    """Stop asking for good."""
    return _stop(survey_id, surveys.ENDED)


def _surroundings(tx: Transaction, backend: BackendCall, survey: Survey) -> Surroundings:
    others = {
        one.name: one.definition
        for one in surveys.all_of(tx)
        if one.id != survey.id and one.state == surveys.LIVE
    }
    return Surroundings(
        backend.now,
        backend.project.origins,
        segments.all_of(tx),
        events.seen(tx, events_named(survey.definition)),
        others,
    )


def _stop(survey_id: UUID, state: str) -> dict[str, Any]:
    backend = backend_call("manage")

    def stop(tx: Transaction) -> Survey:
        survey = _found(tx, survey_id)
        if state == surveys.PAUSED and survey.state not in (surveys.LIVE, surveys.PAUSED):
            raise Conflict(f"A survey that is {survey.state} cannot be paused.")
        surveys.set_state(tx, survey_id, state)
        return _found(tx, survey_id)

    return _output(_tell_pages(backend, stop))


def _tell_pages(backend: BackendCall, work: Callable[[Transaction], T]) -> T:
    """Change what is live; open pages are told by the new version of the rules."""

    def change(tx: Transaction) -> T:
        value = work(tx)
        projects.raise_rules_version(tx.connection, tx.project_id)
        return value

    value = _transact(backend, change)
    backend.parts.directory.forget()
    return value


def _transact(backend: BackendCall, work: Callable[[Transaction], T]) -> T:
    return backend.parts.store.transact(backend.project.id, backend.now, work)


def _found(tx: Transaction, survey_id: UUID) -> Survey:
    survey = surveys.get(tx, survey_id)
    if survey is None:
        raise NotFound(UNKNOWN)
    return survey


def _not_ended(survey: Survey) -> None:
    if survey.state == surveys.ENDED:
        raise Conflict("The survey has ended; create a new one.")


def _definition(call: dict[str, Any]) -> dict[str, Any]:
    trigger = {"kind": "event", **call["trigger"]}
    if "source" in trigger:
        trigger["from"] = trigger.pop("source")
    return {
        "questions": call.get("questions") or questions(call["template"]),
        "trigger": trigger,
        **({"ends_at": call["ends_at"].isoformat()} if "ends_at" in call else {}),
        **{field: call[field] for field in KEPT if field in call},
    }


def _output(survey: Survey) -> dict[str, Any]:
    return {
        "id": survey.id,
        "name": survey.name,
        "state": survey.state,
        "version": survey.version,
        "created_at": survey.created_at,
        "updated_at": survey.updated_at,
        **survey.definition,
    }
