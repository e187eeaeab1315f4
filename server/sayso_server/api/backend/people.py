"""People: what a backend says of them, all we know of them, and forgetting it."""

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from sayso_server.api.access import backend_call
from sayso_server.api.backend import blueprint
from sayso_server.api.backend.each import Record, check
from sayso_server.api.backend.schemas import People, PeopleReply, Person
from sayso_server.errors import Invalid, NotFound
from sayso_server.storage import attributes, erasure, people
from sayso_server.storage.transaction import Transaction

_PERSON = Person()

UNKNOWN = "Nothing is known of a user with this id."


class PersonOutput(Schema):
    """Everything stored about one user."""

    user_id = fields.String(required=True)
    person = fields.Dict(required=True)


@blueprint.route("/people", methods=["POST"])
@blueprint.arguments(People())
@blueprint.response(200, PeopleReply)
def add_people(call: dict[str, Any]) -> dict[str, Any]:
    """Merge attributes into people; `anonymous_id` says which visitor the user was. Every record
    has its own result; a bad one costs no other."""
    backend = backend_call("events")
    checked = [check(_PERSON, record, "user_id") for record in call["people"]]
    # In one order, so that two batches about the same people never wait in a ring.
    good = sorted(
        (place for place, (_, refusal) in enumerate(checked) if refusal is None),
        key=lambda place: checked[place][0]["user_id"],
    )

    def store(tx: Transaction) -> dict[int, tuple[Record, UUID | None]]:
        return {place: _store(tx, checked[place][0]) for place in good}

    stored = backend.parts.store.transact(backend.project.id, backend.now, store)
    for _, anonymous in stored.values():
        if anonymous is not None:
            backend.parts.hub.reconnect(backend.project.id, anonymous)
    return {"results": [refusal or stored[place][0] for place, (_, refusal) in enumerate(checked)]}


@blueprint.route("/people/<string:user_id>")
@blueprint.response(200, PersonOutput)
def get_person(user_id: str) -> dict[str, Any]:
    """All we know of a user."""
    backend = backend_call("read")
    with backend.parts.store.view(backend.project.id, backend.now) as tx:
        found = erasure.export(tx, user_id) if user_id.isprintable() else None
    if found is None:
        raise NotFound(UNKNOWN)
    return {"user_id": user_id, "person": _plain(found)}


@blueprint.route("/people/<string:user_id>", methods=["DELETE"])
@blueprint.response(204)
def erase_person(user_id: str) -> str:
    """Erase a user and everything they did and said. Repeating it is no error."""
    backend = backend_call("manage")
    if user_id.isprintable():  # others are nobody's, and PostgreSQL cannot be asked for a NUL
        backend.parts.store.transact(
            backend.project.id, backend.now, lambda tx: erasure.erase(tx, user_id)
        )
        backend.parts.folding.note(backend.project.id)
    return ""


def _store(tx: Transaction, person: Record) -> tuple[Record, UUID | None]:
    """The record's result, and the anonymous person merged into the user, if any."""
    result: Record = {"user_id": person["user_id"], "status": "stored"}
    merged = None
    if person["anonymous_id"] is not None:
        found, merged = people.alias(tx, person["anonymous_id"], person["user_id"])
    else:
        found = people.user_person(tx, person["user_id"]).id
    try:
        if person["attributes"]:
            attributes.set_attributes(tx, found, person["attributes"], proven=True)
    except Invalid as error:
        result |= {"status": "refused", "reason": "invalid", "errors": dict(error.errors)}
    return result, merged


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items() if key != "secret_hash"}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
