"""Events sent by a backend. An event that matches a trigger queues an invitation, and the person's
open pages are notified within a second."""

from datetime import timedelta
from functools import partial
from typing import Any

from sayso_server.api.access import BackendCall, backend_call
from sayso_server.api.backend import blueprint, plain_event
from sayso_server.api.backend.schemas import Events, EventsReply, SentSchema
from sayso_server.api.batch_validation import check_entry
from sayso_server.api.clock_skew import corrected, plausible
from sayso_server.asking import accept_events
from sayso_server.asking.accept_events import AcceptedBatch

Call = dict[str, Any]
Result = dict[str, Any]

_EVENT = SentSchema()


@blueprint.route("/events", methods=["POST"])
@blueprint.arguments(Events())
@blueprint.response(200, EventsReply)
def add_events(call: Call) -> dict[str, list[Result]]:
    """Store a batch of up to 1,000 events and queue the invitations that they trigger. Idempotent
    by event id. Each event has its own result; a bad event does not fail the others."""
    backend = backend_call("events")
    checked = [_check(event, call, backend) for event in call["events"]]
    valid = [event for event in checked if isinstance(event, accept_events.SentEvent)]
    live = backend.dependencies.project_cache.live(backend.project, backend.now)
    accepted = backend.dependencies.store.transact(
        backend.project.id,
        backend.now,
        partial(accept_events.accept, batch=valid, live=live),
    )
    _tell(backend, accepted)
    return {"results": [_result(event, accepted) for event in checked]}


def _check(event: Call, call: Call, backend: BackendCall) -> accept_events.SentEvent | Result:
    data = plain_event.read(event)
    if data is None:
        data, refusal = check_entry(_EVENT, event, "id")
        if refusal is not None:
            return refusal
    at = corrected(data["at"], call["sent_at"], backend.now)
    if not plausible(at, backend.now):
        return {"id": data["id"], "status": "refused", "reason": "implausible_time"}
    within = data["ask_within"]
    return accept_events.SentEvent(
        data["id"],
        data["name"],
        data["user_id"],
        data["anonymous_id"],
        at,
        data["properties"],
        None if within is None else timedelta(seconds=within),
    )


def _tell(backend: BackendCall, accepted: AcceptedBatch) -> None:
    project = backend.project.id
    for offer in accepted.offers:
        backend.dependencies.hub.offer(
            project, offer.person, offer.invitation, needs_proof=offer.needs_proof
        )
    for person, decision in accepted.silences:
        backend.dependencies.silences.note(project, person, [decision], backend.now)


def _result(checked: accept_events.SentEvent | Result, accepted: AcceptedBatch) -> Result:
    if not isinstance(checked, accept_events.SentEvent):
        return checked
    status = accepted.statuses[checked.id]
    if status == "erased":
        return {"id": checked.id, "status": "refused", "reason": "erased"}
    return {"id": checked.id, "status": status}
