"""Events of the page that are only stored; those that are to be decided come by *decide*, which
takes along what was collected before."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from sayso_server.api.access import PageCall, page_call
from sayso_server.api.clock_skew import corrected, plausible
from sayso_server.api.each import check
from sayso_server.api.page import blueprint
from sayso_server.api.page.schemas import PageEvent, PageEvents, PageEventsReply
from sayso_server.api.refusals import may_refuse
from sayso_server.errors import Unauthorized
from sayso_server.storage import collected
from sayso_server.storage.collected import Collected

Call = dict[str, Any]
Result = dict[str, Any]

_EVENT = PageEvent()


@blueprint.route("/events", methods=["POST"])
@blueprint.arguments(PageEvents())
@may_refuse(Unauthorized)
@blueprint.response(200, PageEventsReply)
def add_events(call: Call, **_: str) -> dict[str, Any]:
    """Store events, each once however often it is sent. Every event has its own result; a bad one
    costs no other."""
    page = page_call(call["token"])
    checked = check_collected(call, page)
    wanted = [one for one in checked if isinstance(one, Collected)]
    stored, erased = store_collected(call["visitor"], wanted, page)
    results = [_result(one, stored, erased) for one in checked]
    return page.reply(results=results)


def check_collected(call: Call, page: PageCall) -> list[Collected | Result]:
    """What a call brings of collected events: each as it is to be stored, or its refusal."""
    return [_check(event, call, page) for event in call["events"]]


def store_collected(
    visitor: str, sent: Sequence[Collected], page: PageCall
) -> tuple[set[str], set[str]]:
    """As `collected.store`, in a transaction of its own."""
    if not sent:
        return set(), set()
    live = page.parts.directory.live(page.project, page.now)
    store = partial(
        collected.store,
        visitor=visitor,
        user_id=page.user_id,
        sent=sent,
        cancelled_by=live.cancelled_by,
    )
    return page.transact(store, visitor=visitor, rows=len(sent))


def is_collected(name: str, page: PageCall) -> bool:
    """Whether the project wants this event from pages, or a live rule reads it."""
    live = page.parts.directory.live(page.project, page.now)
    return name in page.project.tracked or name in live.from_pages


def _check(sent: Any, call: Call, page: PageCall) -> Collected | Result:
    event, refusal = check(_EVENT, sent, "id")
    if refusal is not None:
        return refusal
    at = corrected(event["at"], call["sent_at"], page.now)
    if not is_collected(event["name"], page):
        return _refused(event["id"], "not_tracked")
    if not plausible(at, page.now):
        return _refused(event["id"], "implausible_time")
    return Collected(event["id"], event["name"], at, event["properties"])


def _refused(event_id: str, reason: str) -> Result:
    return {"id": event_id, "status": "refused", "reason": reason}


def _result(one: Collected | Result, stored: set[str], erased: set[str]) -> Result:
    if not isinstance(one, Collected):
        return one
    if one.id in erased:
        return _refused(one.id, "erased")
    return {"id": one.id, "status": "stored" if one.id in stored else "duplicate"}
