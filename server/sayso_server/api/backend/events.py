"""Events of a backend: the heart. What matches a trigger queues an invitation and tells the
person's open page, within the same second."""

from datetime import timedelta
from functools import partial
from typing import Any

from sayso_server.api.access import BackendCall, backend_call
from sayso_server.api.backend import blueprint, plain_event
from sayso_server.api.backend.schemas import Events, EventsReply, Sent
from sayso_server.api.clock_skew import corrected, plausible
from sayso_server.api.each import check
from sayso_server.storage import batches
from sayso_server.storage.batches import Accepted

Call = dict[str, Any]
Result = dict[str, Any]

_EVENT = Sent()


@blueprint.route("/events", methods=["POST"])
@blueprint.arguments(Events())
@blueprint.response(200, EventsReply)
def add_events(call: Call) -> dict[str, list[Result]]:
    """Store up to 1,000 events, each once however often it is sent, and queue the invitations
    they call for. Every event has its own result; a bad one costs no other."""
    backend = backend_call("events")
    checked = [_check(event, call, backend) for event in call["events"]]
    good = [event for event in checked if isinstance(event, batches.Sent)]
    live = backend.parts.directory.live(backend.project, backend.now)
    accepted = backend.parts.store.transact(
        backend.project.id,
        backend.now,
        partial(batches.accept, batch=good, live=live),
    )
    _tell(backend, accepted)
    return {"results": [_result(one, accepted) for one in checked]}


def _check(event: Call, call: Call, backend: BackendCall) -> batches.Sent | Result:
    data = plain_event.read(event)
    if data is None:
        data, refusal = check(_EVENT, event, "id")
        if refusal is not None:
            return refusal
    at = corrected(data["at"], call["sent_at"], backend.now)
    if not plausible(at, backend.now):
        return {"id": data["id"], "status": "refused", "reason": "implausible_time"}
    within = data["ask_within"]
    return batches.Sent(
        data["id"],
        data["name"],
        data["user_id"],
        data["anonymous_id"],
        at,
        data["properties"],
        None if within is None else timedelta(seconds=within),
    )


def _tell(backend: BackendCall, accepted: Accepted) -> None:
    project = backend.project.id
    for offer in accepted.offers:
        backend.parts.hub.offer(
            project, offer.person, offer.invitation, needs_proof=offer.needs_proof
        )
    for person, decision in accepted.noes:
        backend.parts.silences.note(project, person, [decision], backend.now)


def _result(checked: batches.Sent | Result, accepted: Accepted) -> Result:
    if not isinstance(checked, batches.Sent):
        return checked
    status = accepted.statuses[checked.id]
    if status == "erased":
        return {"id": checked.id, "status": "refused", "reason": "erased"}
    return {"id": checked.id, "status": status}
