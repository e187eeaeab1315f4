"""The live channel. It only announces that an invitation is waiting; the page then requests the
survey with *decide*."""

from typing import Any
from uuid import UUID

from flask import Response

from sayso_server.api.access import PageCall, page_call
from sayso_server.api.call_limits import caller
from sayso_server.api.page import blueprint
from sayso_server.api.page.schemas import LiveSchema
from sayso_server.api.refusals import may_refuse
from sayso_server.asking import claim_waiting
from sayso_server.errors import Unauthorized
from sayso_server.live.hub import Listener, rules_data
from sayso_server.live.stream import LONGEST, Event, stream
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.people import people

HEADERS = {"X-Accel-Buffering": "no"}


@blueprint.route("/live", methods=["POST"])
@blueprint.arguments(LiveSchema())
@may_refuse(Unauthorized)
@blueprint.response(200, content_type="text/event-stream")
def live(call: dict[str, Any], **_: str) -> Response:
    """Open a stream of server-sent events. It is a POST, read by `fetch`, so that no secret is in a
    URL."""
    page = page_call(call["token"])
    proven = page.user_id is not None
    release = page.dependencies.streams.take(f"{page.project.id}/{call['visitor']}", caller())
    try:
        response = _open(page, call, proven=proven)
    except BaseException:
        release()
        raise
    response.call_on_close(release)
    return response


def _open(page: PageCall, call: dict[str, Any], *, proven: bool) -> Response:
    listener = Listener(page.project.id, _person(page, call["visitor"]), proven=proven)
    lifetime = LONGEST
    if page.proven_until is not None:
        lifetime = min(lifetime, page.proven_until - page.now.timestamp())

    def first() -> list[Event]:
        now = page.dependencies.clock()
        # Read again: the rules may have changed between the request and the start of the listener.
        project, cache = page.project, page.dependencies.project_cache
        project = cache.by_public_key(project.public_key, now) or project
        surveys = cache.live(project, now).names
        rules: Event = ("rules", rules_data(project.rules_version, surveys))
        with page.dependencies.store.view(page.project.id, now) as tx:
            return [rules, *_waiting(tx, page, call["visitor"], proven=proven)]

    events = stream(page.dependencies.hub, listener, first, lifetime)
    return Response(events, content_type="text/event-stream; charset=utf-8", headers=HEADERS)


def _person(page: PageCall, visitor: str) -> UUID:
    """The person that the stream is for. Only a new person needs a write."""
    with page.dependencies.store.view(page.project.id, page.now) as tx:
        known = people.find_page_person(tx, visitor, page.user_id)
    known = known or page.transact(
        lambda tx: people.page_person(tx, visitor, page.user_id), visitor=visitor
    )
    return known.id


def _waiting(tx: Transaction, page: PageCall, visitor: str, *, proven: bool) -> list[Event]:
    person = people.find_page_person(tx, visitor, page.user_id)
    for ask in claim_waiting.waiting_of(tx, person.id) if person else ():
        if ask.available_at <= tx.now and (proven or not ask.needs_proof):
            return [("invitation", {"invitation": str(ask.id)})]
    return []
