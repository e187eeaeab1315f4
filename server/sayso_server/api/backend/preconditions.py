"""Optimistic locking with `If-Match`: a change applies only to the version that its author has read
(RFC 9110, section 13.1.1)."""

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
        "description": "The version that was read; send it as If-Match with a change",
    }
}
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "schema": {"type": "string"},
    "description": "The ETag that was read. If somebody has changed the resource since, nothing is "
    "done and the reply is 412",
}
checks_if_match = blueprint.doc(parameters=[IF_MATCH])


@dataclass(frozen=True, slots=True)
class Precondition:
    """The `If-Match` header of a change. Checked in the transaction that makes the change."""

    header: str | None

    def check(self, tag: str) -> None:
        """Raises PreconditionFailed if `tag`, the current ETag, does not match the header."""
        if self.header is None:
            return
        # A proxy that compresses replies makes their ETags weak, so weak tags match too.
        if not parse_etags(self.header).contains_weak(tag):
            raise PreconditionFailed(CHANGED, errors={"If-Match": [f'It is "{tag}" now.']})

    def check_value(self, value: Any) -> None:
        """The same check for a resource without a revision: its tag is a hash of its content."""
        self.check(tag_of(value))


def precondition() -> Precondition:
    """The precondition of this request. Call it before the transaction, which may run in another
    request's thread."""
    return Precondition(request.headers.get("If-Match"))


def tagged(tag: str) -> dict[str, str]:
    """The ETag header of a reply."""
    return {"ETag": f'"{tag}"'}


def tag_of(value: Any) -> str:
    """The ETag of a resource without a revision: a hash of its content."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
