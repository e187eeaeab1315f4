"""The project itself: its name, its origins, its language, what its pages collect, whether it
asks."""

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, pre_load, validate

from sayso_server.administration import projects
from sayso_server.administration.checks import NAME_LONGEST, ORIGINS_AT_MOST, TRACKED_AT_MOST
from sayso_server.administration.projects import Change
from sayso_server.api.access import backend_call
from sayso_server.api.backend import blueprint
from sayso_server.api.backend.preconditions import (
    ETAG,
    checks_if_match,
    precondition,
    tag_of,
    tagged,
)
from sayso_server.api.backend.text_fields import Language
from sayso_server.api.backend.typed import Typed
from sayso_server.api.fields import NAME, Identifier, List, Moment, TrueOrFalse
from sayso_server.storage.projects import Project

READ_ONLY = ("id", "public_key", "created_at", "warnings")


class ProjectInput(Typed):
    """Fields that are left out stay as they are; a list is replaced whole."""

    name = Identifier(validate=NAME)
    origins = List(
        fields.String(validate=validate.Length(1, 300)),
        validate=validate.Length(1, ORIGINS_AT_MOST),
        metadata={
            "description": "Where its pages are, as https://shop.example or, for every subdomain, "
            "https://*.shop.example"
        },
    )
    tracked = List(
        Identifier(validate=validate.Length(1, NAME_LONGEST)),
        validate=validate.Length(max=TRACKED_AT_MOST),
        metadata={"description": "Events of pages that are collected though no survey names them"},
    )
    paused = TrueOrFalse(
        metadata={
            "description": "The kill switch: while it is true nothing of the project is asked"
        }
    )
    language = Language(
        metadata={"description": "Of texts that name none, in what is written from now on"}
    )

    @pre_load
    def _without_read_only(self, data: Any, **_: Any) -> Any:
        """What GET returns can be sent back."""
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
    created_at = Moment(required=True)


class ChangedProject(ProjectOutput):
    warnings = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "URL rules that lie on none of the project's origins any more"},
    )


class Confirmation(Schema):
    class Meta:
        unknown = EXCLUDE

    name = fields.String(
        required=True,
        validate=NAME,
        metadata={"description": "The project's name, to confirm that it is the one you mean"},
    )


@blueprint.route("/project")
@blueprint.response(200, ProjectOutput, headers=ETAG)
def get_project() -> Any:
    """The project that the secret key opens."""
    project = backend_call("read").project
    return _output(project), 200, _header(project)


@blueprint.route("/project", methods=["PATCH"])
@checks_if_match
@blueprint.arguments(ProjectInput())
@blueprint.response(200, ChangedProject, headers=ETAG)
def change_project(call: dict[str, Any]) -> Any:
    """Rename it, replace its origins or tracked events, pause it; open pages follow within a
    second."""
    backend, expected = backend_call("manage"), precondition()
    store, project = backend.parts.store, backend.project

    def wanted(stands: Project) -> Change:
        expected.check_value(_changeable(stands))
        return Change(**call)

    changed = projects.change(store, project.id, wanted, backend.actor, backend.now)
    backend.parts.directory.forget()
    said = {**_output(changed.project), "warnings": changed.warnings}
    return said, 200, _header(changed.project)


@blueprint.route("/project", methods=["DELETE"])
@blueprint.arguments(Confirmation(), location="query")
@blueprint.response(202)
def delete_project(query: dict[str, Any]) -> str:
    """Delete the project with everything it holds, for good. Its pages and keys are refused at
    once; what is stored is removed behind it, a large project's within the hour."""
    backend = backend_call("manage")
    projects.delete(backend.parts.store, backend.project, query["name"], backend.actor, backend.now)
    backend.parts.directory.forget()
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
