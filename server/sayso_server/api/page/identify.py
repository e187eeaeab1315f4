"""Identifies the visitor as a user: proven with a token, only claimed without a token."""

from typing import Any

from sayso_server.api.access import page_call
from sayso_server.api.page import blueprint
from sayso_server.api.page.schemas import Identify, IdentifyReply
from sayso_server.api.refusals import may_refuse
from sayso_server.errors import Unauthorized
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.people import attributes, people


@blueprint.route("/identify", methods=["POST"])
@blueprint.arguments(Identify())
@may_refuse(Unauthorized)
@blueprint.response(200, IdentifyReply)
def identify(call: dict[str, Any], **_: str) -> dict[str, Any]:
    """Connect the visitor with a user id. Only a valid identity token proves it. Without one, the
    visitor gets no surveys triggered by the backend for that user, and cannot overwrite attributes
    that a backend has set."""
    page = page_call(call["token"])
    proven = page.user_id
    if proven is not None and call["user_id"] not in (None, proven):
        raise Unauthorized(
            "The identity token is another user's; make one for this user.", code="token_invalid"
        )

    def store(tx: Transaction) -> None:
        person = people.page_person(tx, call["visitor"], proven)
        if proven is None and call["user_id"] is not None:
            people.claim_user_id(tx, call["visitor"], call["user_id"])
        if call["attributes"]:
            # The token proves the user, not the attributes, which the page sent.
            attributes.set_attributes(tx, person.id, call["attributes"], proven=False)

    page.transact(store, visitor=call["visitor"])
    return page.reply(proven=proven is not None)
