"""Events of the page that are only stored; those that are to be decided come by *decide*."""

from collections.abc import Sequence
from typing import Any

from sayso_server.api.access import PageCall, page_call
from sayso_server.api.clock_skew import corrected, plausible
from sayso_server.api.each import check
from sayso_server.api.page import blueprint
from sayso_server.api.page.schemas import PageEvent, PageEvents, PageEventsReply
from sayso_server.storage import events, people, tombstones
from sayso_server.storage.directory import Live
from sayso_server.storage.transaction import Transaction

Call = dict[str, Any]

_EVENT = PageEvent()


@blueprint.route("/events", methods=["POST"])
@blueprint.arguments(PageEvents())
@blueprint.response(200, PageEventsReply)
def add_events(call: Call, **_: str) -> dict[str, Any]:
    """Store events, each once however often it is sent. Every event has its own result; a bad one
    costs no other."""
    page = page_call(call["token"])
    checked = [check(_EVENT, event, "id") for event in call["events"]]
    good = [event for event, refusal in checked if refusal is None]
    for event in good:
        event["at"] = corrected(event["at"], call["sent_at"], page.now)
    wanted = [event for event in good if _refusal(event, page) is None]
    user_id = page.user_id
    live = page.parts.directory.live(page.project, page.now)
    stored, erased = page.transact(
        lambda tx: _store(tx, call["visitor"], user_id, wanted, live),
        visitor=call["visitor"],
        rows=len(wanted),
    )
    results = [refusal or _result(event, page, stored, erased) for event, refusal in checked]
    return page.reply(results=results)


def _store(
    tx: Transaction, visitor: str, user_id: str | None, sent: Sequence[Call], live: Live
) -> tuple[set[str], set[str]]:
    """The ids of new events, and of those that came late, after their person was erased."""
    erased_at = tombstones.latest(tx, [(None, visitor), (user_id, None)])
    late = {event["id"] for event in sent if erased_at is not None and event["at"] <= erased_at}
    once = {event["id"]: event for event in sent if event["id"] not in late}
    if not once:
        return set(), late
    person = people.page_person(tx, visitor, user_id).id
    stored = events.add(
        tx,
        [
            events.Event(
                event["id"],
                person,
                event["name"],
                "page",
                user_id is not None,
                event["at"],
                event["properties"],
                visitor,
            )
            for event in once.values()
        ],
        live.cancelled_by,
    )
    return stored, late


def is_collected(name: str, page: PageCall) -> bool:
    """Whether the project wants this event from pages, or a live rule reads it."""
    live = page.parts.directory.live(page.project, page.now)
    return name in page.project.tracked or name in live.from_pages


def _refusal(event: Call, page: PageCall) -> str | None:
    if not is_collected(event["name"], page):
        return "not_tracked"
    return None if plausible(event["at"], page.now) else "implausible_time"


def _result(event: Call, page: PageCall, stored: set[str], erased: set[str]) -> dict[str, str]:
    refusal = "erased" if event["id"] in erased else _refusal(event, page)
    if refusal:
        return {"id": event["id"], "status": "refused", "reason": refusal}
    return {"id": event["id"], "status": "stored" if event["id"] in stored else "duplicate"}
