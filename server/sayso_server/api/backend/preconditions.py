"""`If-Match`: a change is made only to what its author has read (RFC 9110, section 13.1.1)."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from flask import request
from werkzeug.http import parse_etags

from sayso_server.api.backend import blueprint
from sayso_server.errors import PreconditionFailed

CHANGED = "Somebody changed it since you read it; read it again, and repeat your change on that."

ETAG = {
    "ETag": {
        "required": True,
        "schema": {"type": "string"},
        "description": "What was read; send it as If-Match with a change",
    }
}
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "schema": {"type": "string"},
    "description": "The ETag that was read: where somebody changed it meanwhile, nothing is done "
    "and the reply is 412",
}
checks_if_match = blueprint.doc(parameters=[IF_MATCH])


@dataclass(frozen=True, slots=True)
class Precondition:
    """What the author of a change has read. Looked at in the transaction that makes the change."""

    header: str | None

    def check(self, tag: str) -> None:
        """Raises PreconditionFailed where the thing, whose tag this is now, is another by now."""
        if self.header is None:
            return
        # A proxy that compresses makes a tag weak, so weak ones count as well.
        if not parse_etags(self.header).contains_weak(tag):
            raise PreconditionFailed(CHANGED, errors={"If-Match": [f'It is "{tag}" now.']})

    def check_value(self, value: Any) -> None:
        """The same for a thing that has no revision of its own."""
        self.check(tag_of(value))


def precondition() -> Precondition:
    """Of this call; read before the transaction, which may run on another call's thread."""
    return Precondition(request.headers.get("If-Match"))


def tagged(tag: str) -> dict[str, str]:
    """The header that names what is read."""
    return {"ETag": f'"{tag}"'}


def tag_of(value: Any) -> str:
    """The tag of a thing that has no revision of its own: it changes whenever the thing does."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
