"""The ledger: why somebody was asked, or was not, months later."""

import base64
import json
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from sayso_server.api.access import BackendCall, backend_call
from sayso_server.api.backend import blueprint
from sayso_server.api.backend.span import span_of
from sayso_server.api.explained import in_words
from sayso_server.api.fields import IDENTIFIER, VISITOR, Day, Form, Id, Identifier, Moment
from sayso_server.decision.reasons import BY_CODE
from sayso_server.errors import Invalid
from sayso_server.storage import ledger, people, surveys
from sayso_server.storage.ledger import Sought
from sayso_server.storage.transaction import Transaction

AT_MOST = 200
NOTE = (
    "What a page's own rules rule out (another URL, no click) never reaches the server and is not "
    "here; nor is an event that no live survey names."
)


CURSOR = Form(
    r"^(?:[A-Za-z0-9_-]{4}){1,250}(?:[A-Za-z0-9_-]{2}==|[A-Za-z0-9_-]{3}=)?$",
    error="Send `next` as it came.",
)


class DecisionsQuery(Schema):
    class Meta:
        unknown = EXCLUDE

    user_id = Identifier(load_default=None, validate=IDENTIFIER)
    anonymous_id = Identifier(load_default=None, validate=VISITOR)
    survey = Id(load_default=None)
    first = Day(data_key="from", load_default=None)
    last = Day(data_key="to", load_default=None)
    cursor = fields.String(load_default=None, validate=CURSOR)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, AT_MOST))


class DecisionOutput(Schema):
    person = fields.UUID(required=True)
    survey = fields.UUID(required=True)
    version = fields.Integer(required=True)
    day = fields.Date(required=True)
    reason = fields.String(required=True)
    because = fields.String(required=True)
    remedy = fields.String(required=True)
    saw = fields.Dict(required=True)
    first_at = Moment(required=True)
    last_at = Moment(required=True)
    count = fields.Integer(required=True)


class DecisionsOutput(Schema):
    decisions = fields.List(fields.Nested(DecisionOutput), required=True)
    next = fields.String(
        required=True, allow_none=True, metadata={"description": "Send it as `cursor` to go on"}
    )
    note = fields.String(required=True)


@blueprint.route("/decisions")
@blueprint.arguments(DecisionsQuery(), location="query")
@blueprint.response(200, DecisionsOutput)
def list_decisions(query: dict[str, Any]) -> dict[str, Any]:
    """Every ask and every silence of a span of days (by default the last 90), the latest first:
    of one person or all, of one survey or all."""
    backend = backend_call("read")
    # What has gathered in this process is written first, so that a silence just made is found.
    backend.parts.silences.flush(backend.parts.store, backend.now)
    with backend.parts.store.view(backend.project.id, backend.now) as tx:
        sought = _sought(tx, query, backend)
        rows = [] if sought is None else ledger.search(tx, sought, query["limit"] + 1)
        names = {str(one.id): one.name for one in surveys.all_of(tx)}
    more = len(rows) > query["limit"]
    rows = rows[: query["limit"]]
    return {
        "decisions": [_output(row, names) for row in rows],
        "next": _cursor(rows[-1]) if more else None,
        "note": NOTE,
    }


def _output(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        **row,
        "person": row["person_id"],
        "survey": row["survey_id"],
        **in_words(BY_CODE[row["reason"]], row["saw"], names),
    }


def _sought(tx: Transaction, query: Mapping[str, Any], backend: BackendCall) -> Sought | None:
    first, last = span_of(query, backend.now.date())
    person: UUID | None = None
    if query["user_id"] is not None or query["anonymous_id"] is not None:
        known = people.find_page_person(tx, query["anonymous_id"] or "", query["user_id"])
        if known is None:
            return None
        person = known.id
    return Sought(first, last, person, query["survey"], _after(query["cursor"]))


def _cursor(row: Mapping[str, Any]) -> str:
    names = ("day", "last_at", "person_id", "survey_id", "reason", "moment")
    said = json.dumps([str(row[name]) for name in names])
    return base64.urlsafe_b64encode(said.encode()).decode()


def _after(cursor: str | None) -> tuple[Any, ...] | None:
    if cursor is None:
        return None
    try:
        day, last_at, person, survey, reason, moment = json.loads(base64.urlsafe_b64decode(cursor))
        return (
            date.fromisoformat(day),
            Moment().deserialize(last_at),
            UUID(person),
            UUID(survey),
            BY_CODE[reason].value,
            Identifier().deserialize(moment),
        )
    except (ValueError, TypeError, AttributeError, KeyError, ValidationError) as error:
        raise Invalid(
            "The cursor is none of ours.", errors={"cursor": ["Send `next` as it came."]}
        ) from error
