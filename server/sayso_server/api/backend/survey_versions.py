"""What was published of a survey, version by version. Versions never change."""

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from sayso_server.api.access import backend_call
from sayso_server.api.backend import blueprint
from sayso_server.api.backend.survey_changes import found
from sayso_server.api.fields import Moment
from sayso_server.errors import NotFound
from sayso_server.storage import surveys
from sayso_server.storage.survey_versions import as_number
from sayso_server.storage.surveys import Survey, VersionNote
from sayso_server.storage.transaction import Transaction

NUMBER = {
    "in": "path",
    "name": "number",
    "required": True,
    "schema": {"type": "integer", "minimum": 1, "maximum": 999_999_999},
}


class VersionOutput(Schema):
    version = fields.Integer(required=True)
    published_at = Moment(required=True)
    comparable_since = fields.Integer(
        required=True,
        metadata={
            "description": "The first version whose answers are counted together with this one's"
        },
    )
    live = fields.Boolean(required=True, metadata={"description": "Whether it is asked now"})


class VersionList(Schema):
    versions = fields.List(fields.Nested(VersionOutput), required=True)


class WholeVersionOutput(VersionOutput):
    definition = fields.Dict(
        required=True, metadata={"description": "As the survey had it; can be sent as a draft"}
    )


@blueprint.route("/surveys/<uuid:survey_id>/versions")
@blueprint.response(200, VersionList)
def list_versions(survey_id: UUID) -> dict[str, Any]:
    """Every published version, the latest first."""
    backend = backend_call("read")
    with backend.parts.store.view(backend.project.id, backend.now) as tx:
        survey = found(tx, survey_id)
        notes = surveys.versions_of(tx, survey_id)
    return {"versions": [_output(survey, note) for note in reversed(notes)]}


@blueprint.route("/surveys/<uuid:survey_id>/versions/<string:number>", parameters=[NUMBER])
@blueprint.response(200, WholeVersionOutput)
def get_version(survey_id: UUID, number: str) -> dict[str, Any]:
    """What a version says, and since when."""
    backend = backend_call("read")
    with backend.parts.store.view(backend.project.id, backend.now) as tx:
        survey = found(tx, survey_id)
        note = _note(tx, survey_id, number)
        definition = backend.parts.directory.published(tx, survey_id, note.version)
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
