"""Segments: named groups of people, defined once and used by many surveys."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

from marshmallow import Schema, ValidationError, fields, pre_load, validates_schema

from sayso_server.api.access import BackendCall, backend_call
from sayso_server.api.backend import blueprint
from sayso_server.api.backend.audience_schemas import SEGMENT_NAME, Segment
from sayso_server.api.backend.preconditions import (
    ETAG,
    checks_if_match,
    precondition,
    tag_of,
    tagged,
)
from sayso_server.api.backend.typed import NOTHING
from sayso_server.api.refusals import may_refuse
from sayso_server.decision.compile import compile_condition
from sayso_server.decision.contradictions import contradictions
from sayso_server.errors import Conflict, Invalid, NotFound
from sayso_server.storage import audit, projects, segments, surveys
from sayso_server.storage.audit import Action, Entry
from sayso_server.storage.transaction import Transaction

T = TypeVar("T")

NAME = {
    "in": "path",
    "name": "name",
    "required": True,
    "schema": {"type": "string", "pattern": SEGMENT_NAME.regex.pattern},
}

UNKNOWN = "There is no segment of this name in the project."


class SegmentInput(Segment):
    """What was read can be sent back, with its name beside the definition."""

    rules: ClassVar = {
        "anyOf": [
            {"properties": {"definition": NOTHING}},
            {"properties": dict.fromkeys(Segment().fields, NOTHING)},
        ]
    }

    name = fields.Raw(dump_only=True, metadata={"description": "As it was read; ignored"})
    used_by = fields.Raw(dump_only=True, metadata={"description": "As it was read; ignored"})
    definition = fields.Nested(
        Segment, metadata={"description": "In place of the fields beside it"}
    )

    @pre_load
    def _without_what_is_read_only(self, data: Any, **_: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        return {name: value for name, value in data.items() if name not in ("name", "used_by")}

    @validates_schema
    def _said_once(self, data: Mapping[str, Any], **_: Any) -> None:
        if "definition" in data and len(data) > 1:
            raise ValidationError("Send a definition, or the fields beside it.", "definition")


class SegmentOutput(Schema):
    name = fields.String(required=True, validate=SEGMENT_NAME)
    definition = fields.Dict(required=True)


class OneSegmentOutput(SegmentOutput):
    used_by = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "The surveys that follow it at once, or would if resumed"},
    )


class SegmentList(Schema):
    segments = fields.List(fields.Nested(SegmentOutput), required=True)


@blueprint.route("/segments")
@blueprint.response(200, SegmentList)
def list_segments() -> dict[str, Any]:
    """Every segment of the project, in order of names."""
    backend = backend_call("read")
    with backend.parts.store.view(backend.project.id, backend.now) as tx:
        found = segments.all_of(tx)
    return {"segments": [{"name": name, "definition": one} for name, one in found.items()]}


@blueprint.route("/segments/<string:name>", parameters=[NAME])
@blueprint.response(200, OneSegmentOutput, headers=ETAG)
def get_segment(name: str) -> Any:
    """One segment, and the surveys that a change of it changes."""
    backend = backend_call("read")
    _check_findable(name)
    with backend.parts.store.view(backend.project.id, backend.now) as tx:
        definition = segments.get(tx, name)
        users = _users(tx, name)
    if definition is None:
        raise NotFound(UNKNOWN)
    said = {"name": name, "definition": definition, "used_by": users}
    return said, 200, tagged(tag_of(definition))


@blueprint.route("/segments/<string:name>", parameters=[NAME], methods=["PUT"])
@checks_if_match
@blueprint.arguments(SegmentInput())
@blueprint.response(200, SegmentOutput, headers=ETAG)
def put_segment(call: dict[str, Any], name: str) -> Any:
    """Define a segment, or define it anew: surveys that use it follow at once."""
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

    kept = _change(backend, Action.SEGMENT_CHANGED, name, put)
    return {"name": name, "definition": kept}, 200, tagged(tag_of(kept))


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
        SEGMENT_NAME(name)  # PostgreSQL cannot even be asked for a NUL
    except ValidationError as error:
        raise NotFound(UNKNOWN) from error


def _users(tx: Transaction, name: str) -> list[str]:
    """The surveys that name the segment, in their draft or in what is live of them, or was and may
    be resumed."""
    may_ask = [survey for survey in surveys.all_of(tx) if survey.state != surveys.ENDED]
    return sorted(
        {
            survey.name
            for survey in may_ask
            for definition in (survey.definition, survey.published or {})
            if name in _named(definition)
        }
    )


def _named(definition: Mapping[str, Any]) -> list[str]:
    named: list[str] = definition.get("audience", {}).get("segments", [])
    return named


def _change(backend: BackendCall, action: Action, name: str, work: Callable[[Transaction], T]) -> T:
    def change(tx: Transaction) -> T:
        value = work(tx)
        projects.raise_rules_version(tx.connection, tx.project_id)
        audit.record(tx.connection, Entry(action, backend.actor, name, tx.project_id), tx.now)
        return value

    value = backend.parts.store.transact(backend.project.id, backend.now, change)
    backend.parts.directory.forget()
    return value
