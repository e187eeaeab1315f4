"""The live channel: only "there is one for you"; the survey itself comes by *decide*."""

from typing import Any
from uuid import UUID

from flask import Response

from sayso_server.api.access import PageCall, page_call
from sayso_server.api.call_limits import caller
from sayso_server.api.page import blueprint
from sayso_server.api.page.schemas import Live
from sayso_server.api.refusals import may_refuse
from sayso_server.errors import Unauthorized
from sayso_server.live.hub import Listener, rules_data
from sayso_server.live.stream import LONGEST, Said, stream
from sayso_server.storage import people, waiting
from sayso_server.storage.transaction import Transaction

HEADERS = {"X-Accel-Buffering": "no"}


@blueprint.route("/live", methods=["POST"])
@blueprint.arguments(Live())
@may_refuse(Unauthorized)
@blueprint.response(200, content_type="text/event-stream")
def live(call: dict[str, Any], **_: str) -> Response:
    """A stream of server-sent events, read by fetch so that nothing secret stands in a URL."""
    page = page_call(call["token"])
    proven = page.user_id is not None
    leave = page.parts.streams.take(f"{page.project.id}/{call['visitor']}", caller())
    try:
        response = _open(page, call, proven=proven)
    except BaseException:
        leave()
        raise
    response.call_on_close(leave)
    return response


def _open(page: PageCall, call: dict[str, Any], *, proven: bool) -> Response:
    listener = Listener(page.project.id, _person(page, call["visitor"]), proven=proven)
    lifetime = LONGEST
    if page.proven_until is not None:
        lifetime = min(lifetime, page.proven_until - page.now.timestamp())

    def first() -> list[Said]:
        now = page.parts.clock()
        # The call's own knowledge may be older than what the listener was not yet there to hear.
        project, directory = page.project, page.parts.directory
        project = directory.by_public_key(project.public_key, now) or project
        surveys = directory.live(project, now).names
        said: list[Said] = [("rules", rules_data(project.rules_version, surveys))]
        with page.parts.store.view(page.project.id, now) as tx:
            return said + _waiting(tx, page, call["visitor"], proven=proven)

    events = stream(page.parts.hub, listener, first, lifetime)
    return Response(events, content_type="text/event-stream; charset=utf-8", headers=HEADERS)


def _person(page: PageCall, visitor: str) -> UUID:
    """Whom to listen for. Only somebody new costs a write."""
    with page.parts.store.view(page.project.id, page.now) as tx:
        known = people.find_page_person(tx, visitor, page.user_id)
    known = known or page.transact(
        lambda tx: people.page_person(tx, visitor, page.user_id), visitor=visitor
    )
    return known.id


def _waiting(tx: Transaction, page: PageCall, visitor: str, *, proven: bool) -> list[Said]:
    person = people.find_page_person(tx, visitor, page.user_id)
    for ask in waiting.what_waits(tx, person.id) if person else ():
        if ask.available_at <= tx.now and (proven or not ask.needs_proof):
            return [("invitation", {"invitation": str(ask.id)})]
    return []
