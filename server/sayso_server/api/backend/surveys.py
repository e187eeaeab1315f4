"""Drafts of surveys: create, read, change, delete. `survey_states` publishes them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import ValidationError

from sayso_server.api.access import BackendCall, backend_call
from sayso_server.api.backend import blueprint
from sayso_server.api.backend.merge_patch import merged
from sayso_server.api.backend.preconditions import ETAG, checks_if_match, precondition
from sayso_server.api.backend.survey_changes import (
    UNKNOWN,
    check_not_ended,
    check_revision,
    existing,
    header,
    locked,
    output,
    record,
    tell_pages,
    transact,
)
from sayso_server.api.backend.survey_patch import SurveyPatch
from sayso_server.api.backend.survey_schemas import (
    SurveyInput,
    SurveyList,
    SurveyOutput,
)
from sayso_server.api.error_body import UNWORKABLE, flat
from sayso_server.api.refusals import may_refuse
from sayso_server.errors import Conflict, Invalid
from sayso_server.questionnaire.own_texts import in_language
from sayso_server.questionnaire.templates import questions
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.projects.audit import Action
from sayso_server.storage.surveys import surveys
from sayso_server.storage.surveys.surveys import Survey

__all__ = ["UNKNOWN"]

COPIED = (
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
_INPUT = SurveyInput()


@blueprint.route("/surveys")
@blueprint.response(200, SurveyList)
def list_surveys() -> dict[str, Any]:
    """List the surveys of the project, oldest first."""
    backend = backend_call("read")
    with backend.dependencies.store.view(backend.project.id, backend.now) as tx:
        return {"surveys": [output(survey) for survey in surveys.all_of(tx)]}


@blueprint.route("/surveys", methods=["POST"])
@blueprint.arguments(SurveyInput())
@blueprint.response(201, SurveyOutput, headers=ETAG)
def create_survey(call: dict[str, Any]) -> Any:
    """Create a draft, from a template or from questions."""
    backend = backend_call("manage")
    definition = _definition(call, backend.project.language)

    def create(tx: Transaction) -> Survey:
        created = surveys.create(tx, call["name"], definition)
        record(tx, backend, Action.SURVEY_CREATED, created)
        return created

    survey = transact(backend, create)
    return output(survey), 201, header(survey)


@blueprint.route("/surveys/<uuid:survey_id>")
@blueprint.response(200, SurveyOutput, headers=ETAG)
def get_survey(survey_id: UUID) -> Any:
    """Get a survey: its draft, its state and the number of its latest published version."""
    backend = backend_call("read")
    with backend.dependencies.store.view(backend.project.id, backend.now) as tx:
        survey = existing(tx, survey_id)
    return output(survey), 200, header(survey)


@blueprint.route("/surveys/<uuid:survey_id>", methods=["PUT"])
@checks_if_match
@blueprint.arguments(SurveyInput())
@may_refuse(Conflict)
@blueprint.response(200, SurveyOutput, headers=ETAG)
def change_survey(call: dict[str, Any], survey_id: UUID) -> Any:
    """Replace the draft. The live version does not change until the next publication. The reply of
    GET can be sent back: read-only fields are ignored."""
    backend, expected = backend_call("manage"), precondition()

    def change(tx: Transaction) -> Survey:
        return _change(tx, backend, locked(tx, survey_id, expected), call)

    survey = transact(backend, change)
    return output(survey), 200, header(survey)


@blueprint.route("/surveys/<uuid:survey_id>", methods=["PATCH"])
@checks_if_match
@blueprint.arguments(SurveyPatch())
@may_refuse(Conflict)
@blueprint.response(200, SurveyOutput, headers=ETAG)
def patch_survey(call: dict[str, Any], survey_id: UUID) -> Any:
    """Change fields of the draft by a merge patch (RFC 7396): objects are merged, null removes a
    field, a list replaces the previous one."""
    backend, expected = backend_call("manage"), precondition()

    def change(tx: Transaction) -> Survey:
        survey = locked(tx, survey_id, expected)
        return _change(tx, backend, survey, _patched(survey, call))

    survey = transact(backend, change)
    return output(survey), 200, header(survey)


@blueprint.route("/surveys/<uuid:survey_id>", methods=["DELETE"])
@checks_if_match
@may_refuse(Conflict)
@blueprint.response(204)
def delete_survey(survey_id: UUID) -> str:
    """Delete a survey to which nobody was invited. Other surveys can only be ended, so that answers
    keep their questions."""
    backend, expected = backend_call("manage"), precondition()

    def delete(tx: Transaction) -> None:
        survey = locked(tx, survey_id, expected)
        if surveys.was_asked(tx, survey_id):
            raise Conflict("People were invited to this survey; end it instead.")
        surveys.remove(tx, survey_id)
        record(tx, backend, Action.SURVEY_DELETED, survey)

    tell_pages(backend, delete)
    return ""


def _change(
    tx: Transaction, backend: BackendCall, survey: Survey, call: Mapping[str, Any]
) -> Survey:
    check_not_ended(survey)
    check_revision(survey, call)
    surveys.change(tx, survey, call["name"], _definition(call, backend.project.language))
    changed = existing(tx, survey.id)
    if changed.revision != survey.revision:
        record(tx, backend, Action.SURVEY_CHANGED, changed)
    return changed


def _patched(survey: Survey, patch: Mapping[str, Any]) -> dict[str, Any]:
    """The whole survey after the patch. Raises Invalid."""
    before = {"name": survey.name, **survey.definition}
    if "template" in patch:
        del before["questions"]  # the template replaces them
    try:
        loaded: dict[str, Any] = _INPUT.load(merged(before, patch))
    except ValidationError as error:
        raise Invalid(UNWORKABLE, errors=flat(error.messages)) from error
    return loaded


def _definition(call: Mapping[str, Any], language: str) -> dict[str, Any]:
    trigger = {"kind": "event", **call["trigger"]}
    if "source" in trigger:
        trigger["from"] = trigger.pop("source")
    definition = {
        "questions": call.get("questions") or questions(call["template"]),
        "trigger": trigger,
        **({"ends_at": call["ends_at"].isoformat()} if "ends_at" in call else {}),
        **{field: call[field] for field in COPIED if field in call},
    }
    with_language: dict[str, Any] = in_language(definition, language)
    return with_language
