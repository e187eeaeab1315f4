"""Segments: named groups of people, defined once and used by many surveys."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

from marshmallow import Schema, ValidationError, fields, pre_load, validates_schema

from sayso_server.api.access import BackendCall, backend_call
from sayso_server.api.backend import blueprint
from sayso_server.api.backend.audience_schemas import SEGMENT_NAME, SegmentSchema
from sayso_server.api.backend.preconditions import (
    ETAG,
    checks_if_match,
    precondition,
    tag_of,
    tagged,
)
from sayso_server.api.backend.strict_schema import NOTHING
from sayso_server.api.refusals import may_refuse
from sayso_server.decision.compile import compile_condition
from sayso_server.decision.contradictions import contradictions
from sayso_server.errors import Conflict, Invalid, NotFound
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.projects import audit, projects
from sayso_server.storage.projects.audit import Action, Entry
from sayso_server.storage.surveys import segments, surveys

T = TypeVar("T")

NAME = {
    "in": "path",
    "name": "name",
    "required": True,
    "schema": {"type": "string", "pattern": SEGMENT_NAME.regex.pattern},
}

UNKNOWN = "There is no segment of this name in the project."


class SegmentInput(SegmentSchema):
    """A segment. The reply of GET can also be sent: name and `used_by` are ignored, and the
    definition may be nested."""

    rules: ClassVar = {
        "anyOf": [
            {"properties": {"definition": NOTHING}},
            {"properties": dict.fromkeys(SegmentSchema().fields, NOTHING)},
        ]
    }

    name = fields.Raw(dump_only=True, metadata={"description": "Read-only; ignored"})
    used_by = fields.Raw(dump_only=True, metadata={"description": "Read-only; ignored"})
    definition = fields.Nested(
        SegmentSchema, metadata={"description": "Instead of the other fields"}
    )

    @pre_load
    def _without_read_only(self, data: Any, **_: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        return {name: value for name, value in data.items() if name not in ("name", "used_by")}

    @validates_schema
    def _one_definition(self, data: Mapping[str, Any], **_: Any) -> None:
        if "definition" in data and len(data) > 1:
            raise ValidationError("Send a definition, or the fields beside it.", "definition")


class SegmentOutput(Schema):
    name = fields.String(required=True, validate=SEGMENT_NAME)
    definition = fields.Dict(required=True)


class OneSegmentOutput(SegmentOutput):
    used_by = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Names of the surveys that use it and have not ended"},
    )


class SegmentList(Schema):
    segments = fields.List(fields.Nested(SegmentOutput), required=True)


@blueprint.route("/segments")
@blueprint.response(200, SegmentList)
def list_segments() -> dict[str, Any]:
    """List the segments of the project, ordered by name."""
    backend = backend_call("read")
    with backend.dependencies.store.view(backend.project.id, backend.now) as tx:
        by_name = segments.all_of(tx)
    listed = [{"name": name, "definition": definition} for name, definition in by_name.items()]
    return {"segments": listed}


@blueprint.route("/segments/<string:name>", parameters=[NAME])
@blueprint.response(200, OneSegmentOutput, headers=ETAG)
def get_segment(name: str) -> Any:
    """Get a segment and the surveys that use it."""
    backend = backend_call("read")
    _check_findable(name)
    with backend.dependencies.store.view(backend.project.id, backend.now) as tx:
        definition = segments.get(tx, name)
        users = _users(tx, name)
    if definition is None:
        raise NotFound(UNKNOWN)
    body = {"name": name, "definition": definition, "used_by": users}
    return body, 200, tagged(tag_of(definition))


@blueprint.route("/segments/<string:name>", parameters=[NAME], methods=["PUT"])
@checks_if_match
@blueprint.arguments(SegmentInput())
@blueprint.response(200, SegmentOutput, headers=ETAG)
def put_segment(call: dict[str, Any], name: str) -> Any:
    """Create or replace a segment. A change applies at once to the surveys that use it."""
    backend, expected = backend_call("manage"), precondition()
    _check_name(name)
    definition = call.get("definition", call)
    dead = contradictions(compile_condition(definition.get("attributes", ())))
    if dead:
        raise Invalid("Nobody could ever belong to the segment.", errors={"attributes": dead})

    def put(tx: Transaction) -> Any:
        expected.check_value(segments.get(tx, name, locked=True))
        segments.put(tx, name, definition)
        return segments.get(tx, name)

    stored = _change(backend, Action.SEGMENT_CHANGED, name, put)
    return {"name": name, "definition": stored}, 200, tagged(tag_of(stored))


@blueprint.route("/segments/<string:name>", parameters=[NAME], methods=["DELETE"])
@checks_if_match
@may_refuse(Conflict)
@blueprint.response(204)
def delete_segment(name: str) -> str:
    """Delete a segment that no survey uses."""
    backend, expected = backend_call("manage"), precondition()
    _check_findable(name)

    def remove(tx: Transaction) -> None:
        expected.check_value(segments.get(tx, name, locked=True))
        users = _users(tx, name)
        if users:
            raise Conflict(f"Surveys use this segment: {', '.join(users)}. Change them first.")
        if not segments.remove(tx, name):
            raise NotFound(UNKNOWN)

    _change(backend, Action.SEGMENT_DELETED, name, remove)
    return ""


def _check_name(name: str) -> None:
    try:
        SEGMENT_NAME(name)
    except ValidationError as error:
        raise Invalid(
            "A segment cannot have this name.", errors={"name": [str(error.messages[0])]}
        ) from error


def _check_findable(name: str) -> None:
    try:
        SEGMENT_NAME(name)  # PostgreSQL rejects a query parameter with a NUL
    except ValidationError as error:
        raise NotFound(UNKNOWN) from error


def _users(tx: Transaction, name: str) -> list[str]:
    """The surveys that have not ended and use the segment, in their draft or their published
    version."""
    not_ended = [survey for survey in surveys.all_of(tx) if survey.state != surveys.ENDED]
    return sorted(
        {
            survey.name
            for survey in not_ended
            for definition in (survey.definition, survey.published or {})
            if name in _segments_of(definition)
        }
    )


def _segments_of(definition: Mapping[str, Any]) -> list[str]:
    names: list[str] = definition.get("audience", {}).get("segments", [])
    return names


def _change(backend: BackendCall, action: Action, name: str, work: Callable[[Transaction], T]) -> T:
    def change(tx: Transaction) -> T:
        value = work(tx)
        projects.raise_rules_version(tx.connection, tx.project_id)
        audit.record(tx.connection, Entry(action, backend.actor, name, tx.project_id), tx.now)
        return value

    value = backend.dependencies.store.transact(backend.project.id, backend.now, change)
    backend.dependencies.project_cache.forget()
    return value
