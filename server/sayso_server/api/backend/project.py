"""The project: its name, origins, language, tracked events, and whether it is paused."""

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, pre_load, validate

from sayso_server.administration import projects
from sayso_server.administration.checks import NAME_LONGEST, ORIGINS_AT_MOST, TRACKED_AT_MOST
from sayso_server.administration.projects import ProjectChange
from sayso_server.api.access import backend_call
from sayso_server.api.backend import blueprint
from sayso_server.api.backend.preconditions import (
    ETAG,
    checks_if_match,
    precondition,
    tag_of,
    tagged,
)
from sayso_server.api.backend.strict_schema import StrictSchema
from sayso_server.api.backend.text_fields import Language
from sayso_server.api.fields import NAME, Identifier, List, MomentField, TrueOrFalse
from sayso_server.storage.projects.projects import Project

READ_ONLY = ("id", "public_key", "created_at", "warnings")


class ProjectInput(StrictSchema):
    """Fields that are left out do not change. Lists are replaced."""

    name = Identifier(validate=NAME)
    origins = List(
        fields.String(validate=validate.Length(1, 300)),
        validate=validate.Length(1, ORIGINS_AT_MOST),
        metadata={
            "description": "The origins of its pages, as https://shop.example or, for every "
            "subdomain, https://*.shop.example"
        },
    )
    tracked = List(
        Identifier(validate=validate.Length(1, NAME_LONGEST)),
        validate=validate.Length(max=TRACKED_AT_MOST),
        metadata={"description": "Page events that are collected even if no survey uses them"},
    )
    paused = TrueOrFalse(
        metadata={"description": "The kill switch: while it is true the project asks no survey"}
    )
    language = Language(
        metadata={"description": "The language of texts without one, from this change on"}
    )

    @pre_load
    def _without_read_only(self, data: Any, **_: Any) -> Any:
        """Drop read-only fields, so that the reply of GET can be sent back."""
        if not isinstance(data, Mapping):
            return data
        return {name: value for name, value in data.items() if name not in READ_ONLY}


class ProjectOutput(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True)
    public_key = fields.String(required=True)
    origins = fields.List(fields.String(), required=True)
    tracked = fields.List(fields.String(), required=True)
    paused = fields.Boolean(required=True)
    language = fields.String(required=True)
    created_at = MomentField(required=True)


class ChangedProject(ProjectOutput):
    warnings = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "URL rules that no longer match any of the project's origins"},
    )


class Confirmation(Schema):
    class Meta:
        unknown = EXCLUDE

    name = fields.String(
        required=True,
        validate=NAME,
        metadata={"description": "The project's name, as a confirmation"},
    )


@blueprint.route("/project")
@blueprint.response(200, ProjectOutput, headers=ETAG)
def get_project() -> Any:
    """Get the project of the secret key."""
    project = backend_call("read").project
    return _output(project), 200, _header(project)


@blueprint.route("/project", methods=["PATCH"])
@checks_if_match
@blueprint.arguments(ProjectInput())
@blueprint.response(200, ChangedProject, headers=ETAG)
def change_project(call: dict[str, Any]) -> Any:
    """Rename the project, replace its origins or tracked events, pause it. Open pages are updated
    within a second."""
    backend, expected = backend_call("manage"), precondition()
    store, project = backend.dependencies.store, backend.project

    def wanted(before: Project) -> ProjectChange:
        expected.check_value(_changeable(before))
        return ProjectChange(**call)

    changed = projects.change(store, project.id, wanted, backend.actor, backend.now)
    backend.dependencies.project_cache.forget()
    body = {**_output(changed.project), "warnings": changed.warnings}
    return body, 200, _header(changed.project)


@blueprint.route("/project", methods=["DELETE"])
@blueprint.arguments(Confirmation(), location="query")
@blueprint.response(202)
def delete_project(query: dict[str, Any]) -> str:
    """Delete the project and all its data permanently. Requests from its pages and with its keys
    are refused at once; the data is deleted in the background, which takes up to an hour for a
    large project."""
    backend = backend_call("manage")
    projects.delete(
        backend.dependencies.store, backend.project, query["name"], backend.actor, backend.now
    )
    backend.dependencies.project_cache.forget()
    return ""


def _output(project: Project) -> dict[str, Any]:
    return {
        "id": project.id,
        "public_key": project.public_key,
        "created_at": project.created_at,
        **_changeable(project),
    }


def _changeable(project: Project) -> dict[str, Any]:
    return {
        "name": project.name,
        "origins": sorted(project.origins),
        "tracked": list(project.tracked),
        "paused": project.paused,
        "language": project.language,
    }


def _header(project: Project) -> dict[str, str]:
    return tagged(tag_of(_changeable(project)))
