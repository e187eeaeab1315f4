"""The state of an invitation, as the page reports it."""

from typing import Any

from sayso_server.api.access import page_call
from sayso_server.api.page import blueprint
from sayso_server.api.page.schemas import State, StateReply
from sayso_server.api.page.until import seconds_until
from sayso_server.api.refusals import may_refuse
from sayso_server.asking import move_invitation
from sayso_server.errors import Conflict, NotFound

GONE = "There is no such invitation; it expired, or another page asked it."
STORED_AS = {"never": "refused"}
REPORTED_AS = {"refused": "never"}


@blueprint.route("/invitations/<string:secret>", methods=["POST"])
@blueprint.arguments(State())
@may_refuse(Conflict)
@blueprint.response(200, StateReply)
def move(call: dict[str, Any], secret: str, **_: str) -> dict[str, Any]:
    """Report that the popup was shown, started, dismissed, snoozed or refused for good (`never`),
    or was closed after an answer (`closed`), which keeps the answer."""
    page = page_call()
    state = STORED_AS.get(call["state"], call["state"])
    cache = page.dependencies.project_cache
    # Not charged to a limit: creating the invitation was charged, its state changes at most three
    # times, and "never again" must always be accepted.
    moved = page.dependencies.store.transact(
        page.project.id,
        page.now,
        lambda tx: move_invitation.move(tx, cache, secret, state),
    )
    if moved is None:
        raise NotFound(GONE)
    page.dependencies.folding.note(page.project.id)
    if moved.over:
        page.dependencies.closed_popups.note(page.project.id, moved.person)
    new_state = REPORTED_AS.get(moved.state, moved.state)
    if moved.next_at is None:
        return page.reply(state=new_state)
    waiting = {"seconds": seconds_until(moved.next_at, page.now)}
    return page.reply(state=new_state, waiting=waiting)
