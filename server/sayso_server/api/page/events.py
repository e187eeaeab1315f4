"""Events of the page that are only stored; those that are to be decided come by *decide*."""

from collections.abc import Sequence
from typing import Any

from sayso_server.api.access import PageCall, page_call
from sayso_server.api.clock_skew import corrected, plausible
from sayso_server.api.page import blueprint
from sayso_server.api.page.schemas import PageEvents, PageEventsReply
from sayso_server.storage import events, people
from sayso_server.storage.transaction import Transaction

Call = dict[str, Any]


@blueprint.route("/events", methods=["POST"])
@blueprint.arguments(PageEvents())
@blueprint.response(200, PageEventsReply)
def add_events(call: Call, **_: str) -> dict[str, Any]:
    """Store events, each once however often it is sent."""
    page = page_call(call["token"])
    for event in call["events"]:
        event["at"] = corrected(event["at"], call["sent_at"], page.now)
    wanted = [event for event in call["events"] if _refusal(event, page) is None]
    user_id = page.user_id
    stored = page.transact(
        lambda tx: _store(tx, call["visitor"], user_id, wanted),
        visitor=call["visitor"],
        rows=len(wanted),
    )
    return page.reply(results=[_result(event, page, stored) for event in call["events"]])


def _store(tx: Transaction, visitor: str, user_id: str | None, wanted: Sequence[Call]) -> set[str]:
    if not wanted:
        return set()
    person = people.page_person(tx, visitor, user_id).id
    once = {event["id"]: event for event in wanted}
    return events.add(
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
            )
            for event in once.values()
        ],
    )


def _refusal(event: Call, page: PageCall) -> str | None:
    wanted = event["name"] in page.project.tracked or _starts_something(event["name"], page)
    if not wanted:
        return "not_tracked"
    return None if plausible(event["at"], page.now) else "implausible_time"


def _starts_something(name: str, page: PageCall) -> bool:
    """An event that a trigger names, but that could not be decided, is a fact all the same."""
    return bool(page.parts.directory.live(page.project, page.now).mentioning(name))


def _result(event: Call, page: PageCall, stored: set[str]) -> dict[str, str]:
    refusal = _refusal(event, page)
    if refusal:
        return {"id": event["id"], "status": "refused", "reason": refusal}
    return {"id": event["id"], "status": "stored" if event["id"] in stored else "duplicate"}
