"""People: what a backend says of them, all we know of them, and forgetting it."""

from typing import Any
from uuid import UUID

from sayso_server.api.access import BackendCall, backend_call
from sayso_server.api.backend import blueprint
from sayso_server.api.backend.schemas import (
    People,
    PeopleReply,
    Person,
    PersonOutput,
    PersonQuery,
)
from sayso_server.api.each import Record, check
from sayso_server.api.refusals import may_refuse
from sayso_server.errors import Invalid, NotFound
from sayso_server.storage import attributes, audit, erasure, people, tombstones
from sayso_server.storage.audit import Action
from sayso_server.storage.tombstones import Who
from sayso_server.storage.transaction import Transaction

_PERSON = Person()

UNKNOWN = "Nothing is known of a person with this id; look at its spelling."


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


@blueprint.route("/people")
@blueprint.arguments(PersonQuery(), location="query")
@may_refuse(NotFound)
@blueprint.response(200, PersonOutput)
def get_person(query: dict[str, Any]) -> dict[str, Any]:
    """All we know of a person, named by a user id or by the visitor id of one of their browsers.

    What other workers decided in the last two seconds may be missing from `decisions`.
    """
    backend = backend_call("read")
    backend.parts.silences.flush(backend.parts.store, backend.now)
    who = query["user_id"], query["anonymous_id"]
    with backend.parts.store.view(backend.project.id, backend.now) as tx:
        found = erasure.export(tx, who)
        entry = _entry(tx, Action.PERSON_EXPORTED, backend, who)
    if found is None:
        raise NotFound(UNKNOWN)
    backend.parts.store.write(lambda c: audit.record(c, entry, backend.now))
    return dict(_plain(found))


@blueprint.route("/people", methods=["DELETE"])
@blueprint.arguments(PersonQuery(), location="query")
@may_refuse(NotFound)
@blueprint.response(204)
def erase_person(query: dict[str, Any]) -> str:
    """Erase a person and everything they did and said, with all their user and visitor ids.

    The reply comes once it is committed: from then on no call returns any of it, and nothing that
    was on its way is stored. SQLite overwrites it in its file at once and in its log within a
    minute (`sayso db vacuum` also removes copies in unused space); PostgreSQL frees the space at
    its next VACUUM. A keyed hash of each id remains, so that late events are refused and "never
    again" is kept. Erasing somebody again is 404: nothing is known of them any more.
    """
    backend = backend_call("manage")
    who = query["user_id"], query["anonymous_id"]

    def erase(tx: Transaction) -> tuple[UUID, ...] | None:
        erased = erasure.erase(tx, who)
        if erased is not None:
            entry = _entry(tx, Action.PERSON_ERASED, backend, who)
            audit.record(tx.connection, entry, tx.now)
        return erased

    erased = backend.parts.store.transact(backend.project.id, backend.now, erase)
    if erased is None:
        raise NotFound(UNKNOWN)
    backend.parts.directory.forget()
    backend.parts.folding.note(backend.project.id)
    for person in erased:  # their open pages listen for somebody who is no more
        backend.parts.hub.reconnect(backend.project.id, person)
    return ""


def _entry(tx: Transaction, action: Action, backend: BackendCall, who: Who) -> audit.Entry:
    """Who it was about is said by the keyed hash alone, which is also the tombstone's."""
    subject = tombstones.hash_of_who(tx, who).hex()
    return audit.Entry(action, backend.actor, subject, backend.project.id)


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
