"""The published versions of a survey. They are immutable."""

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from sayso_server.api.access import backend_call
from sayso_server.api.backend import blueprint
from sayso_server.api.backend.survey_changes import existing
from sayso_server.api.fields import MomentField
from sayso_server.errors import NotFound
from sayso_server.reporting.covered_versions import as_number
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.surveys import surveys
from sayso_server.storage.surveys.surveys import Survey, VersionNote

NUMBER = {
    "in": "path",
    "name": "number",
    "required": True,
    "schema": {"type": "integer", "minimum": 1, "maximum": 999_999_999},
}


class VersionOutput(Schema):
    version = fields.Integer(required=True)
    published_at = MomentField(required=True)
    comparable_since = fields.Integer(
        required=True,
        metadata={
            "description": "The first version whose answers are counted together with those of "
            "this one"
        },
    )
    live = fields.Boolean(required=True, metadata={"description": "Whether it is live now"})


class VersionList(Schema):
    versions = fields.List(fields.Nested(VersionOutput), required=True)


class WholeVersionOutput(VersionOutput):
    definition = fields.Dict(
        required=True, metadata={"description": "The survey as published; can be sent as a draft"}
    )


@blueprint.route("/surveys/<uuid:survey_id>/versions")
@blueprint.response(200, VersionList)
def list_versions(survey_id: UUID) -> dict[str, Any]:
    """List the published versions, latest first."""
    backend = backend_call("read")
    with backend.dependencies.store.view(backend.project.id, backend.now) as tx:
        survey = existing(tx, survey_id)
        notes = surveys.versions_of(tx, survey_id)
    return {"versions": [_output(survey, note) for note in reversed(notes)]}


@blueprint.route("/surveys/<uuid:survey_id>/versions/<string:number>", parameters=[NUMBER])
@blueprint.response(200, WholeVersionOutput)
def get_version(survey_id: UUID, number: str) -> dict[str, Any]:
    """Get a published version with its definition."""
    backend = backend_call("read")
    with backend.dependencies.store.view(backend.project.id, backend.now) as tx:
        survey = existing(tx, survey_id)
        note = _note(tx, survey_id, number)
        definition = backend.dependencies.project_cache.published(tx, survey_id, note.version)
    return {**_output(survey, note), "definition": definition}


def _note(tx: Transaction, survey_id: UUID, number: str) -> VersionNote:
    wanted = as_number(number)
    for note in surveys.versions_of(tx, survey_id):
        if note.version == wanted:
            return note
    raise NotFound(f"The survey has no version {number}; GET its versions for those there are.")


def _output(survey: Survey, note: VersionNote) -> dict[str, Any]:
    live = survey.state == surveys.LIVE and survey.version == note.version
    return {
        "version": note.version,
        "published_at": note.published_at,
        "comparable_since": note.comparable_since,
        "live": live,
    }
