"""Page events that are only stored. Events that trigger a survey are sent to *decide*,
together with the collected events before them."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from sayso_server.api.access import PageCall, page_call
from sayso_server.api.batch_validation import check_entry
from sayso_server.api.clock_skew import corrected, plausible
from sayso_server.api.page import blueprint
from sayso_server.api.page.schemas import PageEvent, PageEvents, PageEventsReply
from sayso_server.api.refusals import may_refuse
from sayso_server.asking import collect_events
from sayso_server.asking.collect_events import Collected
from sayso_server.errors import Unauthorized

Call = dict[str, Any]
Result = dict[str, Any]

_EVENT = PageEvent()


@blueprint.route("/events", methods=["POST"])
@blueprint.arguments(PageEvents())
@may_refuse(Unauthorized)
@blueprint.response(200, PageEventsReply)
def add_events(call: Call, **_: str) -> dict[str, Any]:
    """Store a batch of events. Idempotent by event id. Each event has its own result; a bad event
    does not fail the others."""
    page = page_call(call["token"])
    checked = check_collected(call, page)
    accepted = [event for event in checked if isinstance(event, Collected)]
    stored, erased = store_collected(call["visitor"], accepted, page)
    results = [_result(event, stored, erased) for event in checked]
    return page.reply(results=results)


def check_collected(call: Call, page: PageCall) -> list[Collected | Result]:
    """The events of a call, each ready to be stored or refused with a result."""
    return [_check(event, call, page) for event in call["events"]]


def store_collected(
    visitor: str, sent: Sequence[Collected], page: PageCall
) -> tuple[set[str], set[str]]:
    """Call `collect_events.store` in a transaction. Returns the ids of stored events and the ids of
    erased events."""
    if not sent:
        return set(), set()
    live = page.dependencies.project_cache.live(page.project, page.now)
    store = partial(
        collect_events.store,
        visitor=visitor,
        user_id=page.user_id,
        sent=sent,
        cancelled_by=live.cancelled_by,
    )
    return page.transact(store, visitor=visitor, rows=len(sent))


def is_collected(name: str, page: PageCall) -> bool:
    """Whether the project tracks this event, or a rule of a live survey uses it."""
    live = page.dependencies.project_cache.live(page.project, page.now)
    return name in page.project.tracked or name in live.from_pages


def _check(sent: Any, call: Call, page: PageCall) -> Collected | Result:
    event, refusal = check_entry(_EVENT, sent, "id")
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


def _result(checked: Collected | Result, stored: set[str], erased: set[str]) -> Result:
    if not isinstance(checked, Collected):
        return checked
    if checked.id in erased:
        return _refused(checked.id, "erased")
    return {"id": checked.id, "status": "stored" if checked.id in stored else "duplicate"}
