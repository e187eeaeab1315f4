"""People: attributes from a backend, export of all data about a person, erasure."""

from typing import Any
from uuid import UUID

from sayso_server.api.access import BackendCall, backend_call
from sayso_server.api.backend import blueprint
from sayso_server.api.backend.schemas import (
    People,
    PeopleReply,
    PersonOutput,
    PersonQuery,
    PersonSchema,
)
from sayso_server.api.batch_validation import Record, check_entry
from sayso_server.api.refusals import may_refuse
from sayso_server.errors import Invalid, NotFound
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.people import attributes, erasure, people, tombstones
from sayso_server.storage.people.tombstones import Identifier
from sayso_server.storage.projects import audit
from sayso_server.storage.projects.audit import Action

_PERSON = PersonSchema()

UNKNOWN = "Nothing is known of a person with this id; look at its spelling."


@blueprint.route("/people", methods=["POST"])
@blueprint.arguments(People())
@blueprint.response(200, PeopleReply)
def add_people(call: dict[str, Any]) -> dict[str, Any]:
    """Merge attributes into a batch of people. `anonymous_id` is the visitor that the user was
    before. Each record has its own result; a bad record does not fail the others."""
    backend = backend_call("events")
    checked = [check_entry(_PERSON, record, "user_id") for record in call["people"]]
    # People are locked in the order of user ids, so that two batches cannot deadlock.
    valid = sorted(
        (index for index, (_, refusal) in enumerate(checked) if refusal is None),
        key=lambda index: checked[index][0]["user_id"],
    )

    def store(tx: Transaction) -> dict[int, tuple[Record, UUID | None]]:
        return {index: _store(tx, checked[index][0]) for index in valid}

    stored = backend.dependencies.store.transact(backend.project.id, backend.now, store)
    for _, anonymous in stored.values():
        if anonymous is not None:
            backend.dependencies.hub.reconnect(backend.project.id, anonymous)
    return {"results": [refusal or stored[index][0] for index, (_, refusal) in enumerate(checked)]}


@blueprint.route("/people")
@blueprint.arguments(PersonQuery(), location="query")
@may_refuse(NotFound)
@blueprint.response(200, PersonOutput)
def get_person(query: dict[str, Any]) -> dict[str, Any]:
    """Export everything stored about a person, by user id or by the visitor id of one of their
    browsers.

    Decisions of the last two seconds may be missing from `decisions`.
    """
    backend = backend_call("read")
    backend.dependencies.silences.flush(backend.dependencies.store, backend.now)
    who = query["user_id"], query["anonymous_id"]
    with backend.dependencies.store.view(backend.project.id, backend.now) as tx:
        exported = erasure.export(tx, who)
        entry = _entry(tx, Action.PERSON_EXPORTED, backend, who)
    if exported is None:
        raise NotFound(UNKNOWN)
    backend.dependencies.store.write(lambda c: audit.record(c, entry, backend.now))
    return dict(_plain(exported))


@blueprint.route("/people", methods=["DELETE"])
@blueprint.arguments(PersonQuery(), location="query")
@may_refuse(NotFound)
@blueprint.response(204)
def erase_person(query: dict[str, Any]) -> str:
    """Erase a person: all their events, answers and attributes, and all their user and visitor ids.

    The reply is sent after the commit. From then on no call returns the data, and requests in
    flight do not store any more of it. SQLite overwrites the data in its file at once and in its
    log within a minute (`sayso db vacuum` also removes copies in unused space); PostgreSQL frees
    the space at its next VACUUM. A keyed hash of each id remains, so that late events are refused
    and "never again" still applies. Erasing the same person again returns 404.
    """
    backend = backend_call("manage")
    who = query["user_id"], query["anonymous_id"]

    def erase(tx: Transaction) -> tuple[UUID, ...] | None:
        erased = erasure.erase(tx, who)
        if erased is not None:
            entry = _entry(tx, Action.PERSON_ERASED, backend, who)
            audit.record(tx.connection, entry, tx.now)
        return erased

    erased = backend.dependencies.store.transact(backend.project.id, backend.now, erase)
    if erased is None:
        raise NotFound(UNKNOWN)
    backend.dependencies.project_cache.forget()
    backend.dependencies.folding.note(backend.project.id)
    for person in erased:  # their open streams listen for a person that no longer exists
        backend.dependencies.hub.reconnect(backend.project.id, person)
    return ""


def _entry(tx: Transaction, action: Action, backend: BackendCall, who: Identifier) -> audit.Entry:
    """The audit entry. Its subject is the keyed hash of the id, as in the tombstone."""
    subject = tombstones.hash_for(tx, who).hex()
    return audit.Entry(action, backend.actor, subject, backend.project.id)


def _store(tx: Transaction, person: Record) -> tuple[Record, UUID | None]:
    """The record's result, and the anonymous person merged into the user, if any."""
    result: Record = {"user_id": person["user_id"], "status": "stored"}
    merged = None
    if person["anonymous_id"] is not None:
        person_id, merged = people.alias(tx, person["anonymous_id"], person["user_id"])
    else:
        person_id = people.user_person(tx, person["user_id"]).id
    try:
        if person["attributes"]:
            attributes.set_attributes(tx, person_id, person["attributes"], proven=True)
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
