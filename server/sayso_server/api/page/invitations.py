"""How far an invitation has come in the page."""

from typing import Any

from sayso_server.api.access import page_call
from sayso_server.api.page import blueprint
from sayso_server.api.page.schemas import State, StateReply
from sayso_server.api.page.until import seconds_until
from sayso_server.api.refusals import may_refuse
from sayso_server.errors import Conflict, NotFound
from sayso_server.storage import moving

GONE = "There is no such invitation; it expired, or another page asked it."
STORED_AS = {"never": "refused"}
SAID_AS = {"refused": "never"}


@blueprint.route("/invitations/<string:secret>", methods=["POST"])
@blueprint.arguments(State())
@may_refuse(Conflict)
@blueprint.response(200, StateReply)
def move(call: dict[str, Any], secret: str, **_: str) -> dict[str, Any]:
    """Say that the popup was shown, started, dismissed, snoozed, or refused for good; or closed
    after an answer, which stands as it is."""
    page = page_call()
    state = STORED_AS.get(call["state"], call["state"])
    quota_of = page.parts.directory.quota_of
    # Not charged to any limit: making the invitation was, it moves three times at most, and
    # nobody's "never again" may be refused.
    stands = page.parts.store.transact(
        page.project.id,
        page.now,
        lambda tx: moving.move(tx, secret, state, quota_of(tx)),
    )
    if stands is None:
        raise NotFound(GONE)
    page.parts.folding.note(page.project.id)
    if stands.over:
        page.parts.freed.note(page.project.id, stands.person)
    said = {"state": SAID_AS.get(stands.state, stands.state)}
    if stands.next_at is None:
        return page.reply(**said)
    return page.reply(**said, waiting={"seconds": seconds_until(stands.next_at, page.now)})
