"""Segments: named groups of people, defined once and used by many surveys."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields

from sayso_server.api.access import BackendCall, backend_call
from sayso_server.api.backend import blueprint
from sayso_server.api.backend.audience_schemas import SEGMENT_NAME, Segment
from sayso_server.decision.compile import compile_condition
from sayso_server.decision.contradictions import contradictions
from sayso_server.errors import Conflict, Invalid, NotFound
from sayso_server.storage import audit, projects, segments, surveys
from sayso_server.storage.audit import Action, Entry
from sayso_server.storage.transaction import Transaction

UNKNOWN = "There is no segment of this name in the project."


class SegmentOutput(Schema):
    name = fields.String(required=True, validate=SEGMENT_NAME)
    definition = fields.Dict(required=True)


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


@blueprint.route("/segments/<string:name>", methods=["PUT"])
@blueprint.arguments(Segment())
@blueprint.response(200, SegmentOutput)
def put_segment(call: dict[str, Any], name: str) -> dict[str, Any]:
    """Define a segment, or define it anew: surveys that use it follow at once."""
    backend = backend_call("manage")
    _check_name(name)
    dead = contradictions(compile_condition(call.get("attributes", ())))
    if dead:
        raise Invalid("Nobody could ever belong to the segment.", errors={"attributes": dead})
    _change(backend, Action.SEGMENT_CHANGED, name, lambda tx: segments.put(tx, name, call))
    return {"name": name, "definition": call}


@blueprint.route("/segments/<string:name>", methods=["DELETE"])
@blueprint.response(204)
def delete_segment(name: str) -> str:
    """Delete a segment that no survey uses."""
    backend = backend_call("manage")

    try:
        SEGMENT_NAME(name)  # PostgreSQL cannot even be asked for a NUL
    except ValidationError as error:
        raise NotFound(UNKNOWN) from error

    def remove(tx: Transaction) -> None:
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


def _users(tx: Transaction, name: str) -> list[str]:
    """The surveys that name the segment, in their draft or in what is live of them."""
    those = [(one.name, one.definition) for one in surveys.live_of(tx)]
    drafts = [survey for survey in surveys.all_of(tx) if survey.state != surveys.ENDED]
    those += [(one.name, one.definition) for one in drafts]
    return sorted({survey for survey, definition in those if name in _named(definition)})


def _named(definition: Mapping[str, Any]) -> list[str]:
    named: list[str] = definition.get("audience", {}).get("segments", [])
    return named


def _change(backend: BackendCall, action: Action, name: str, work: Any) -> None:
    def change(tx: Transaction) -> None:
        work(tx)
        projects.raise_rules_version(tx.connection, tx.project_id)
        audit.record(tx.connection, Entry(action, backend.actor, name, tx.project_id), tx.now)

    backend.parts.store.transact(backend.project.id, backend.now, change)
    backend.parts.directory.forget()
