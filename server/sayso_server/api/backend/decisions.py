"""The decision ledger: why a person was asked or not."""

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
from sayso_server.api.fields import IDENTIFIER, VISITOR, DayField, Form, Id, Identifier, MomentField
from sayso_server.asking.explain_in_words import in_words
from sayso_server.decision.reasons import BY_CODE
from sayso_server.errors import Invalid
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.decisions import ledger
from sayso_server.storage.decisions.ledger import LedgerQuery
from sayso_server.storage.people import people
from sayso_server.storage.surveys import surveys

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
    first = DayField(data_key="from", load_default=None)
    last = DayField(data_key="to", load_default=None)
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
    first_at = MomentField(required=True)
    last_at = MomentField(required=True)
    count = fields.Integer(required=True)


class DecisionsOutput(Schema):
    decisions = fields.List(fields.Nested(DecisionOutput), required=True)
    next = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Send it as `cursor` for the next page; null on the last page"},
    )
    note = fields.String(required=True)


@blueprint.route("/decisions")
@blueprint.arguments(DecisionsQuery(), location="query")
@blueprint.response(200, DecisionsOutput)
def list_decisions(query: dict[str, Any]) -> dict[str, Any]:
    """List decisions, latest first: every survey that was asked and every decision not to ask.
    By default for the last 90 days, all people and all surveys. Paginated by `cursor`."""
    backend = backend_call("read")
    # Flush this process's buffer first, so that the latest silences are found.
    backend.dependencies.silences.flush(backend.dependencies.store, backend.now)
    with backend.dependencies.store.view(backend.project.id, backend.now) as tx:
        sought = _sought(tx, query, backend)
        rows = [] if sought is None else ledger.search(tx, sought, query["limit"] + 1)
        names = {str(survey.id): survey.name for survey in surveys.all_of(tx)}
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


def _sought(tx: Transaction, query: Mapping[str, Any], backend: BackendCall) -> LedgerQuery | None:
    first, last = span_of(query, backend.now.date())
    person: UUID | None = None
    if query["user_id"] is not None or query["anonymous_id"] is not None:
        known = people.find_page_person(tx, query["anonymous_id"] or "", query["user_id"])
        if known is None:
            return None
        person = known.id
    return LedgerQuery(first, last, person, query["survey"], _after(query["cursor"]))


def _cursor(row: Mapping[str, Any]) -> str:
    names = ("day", "last_at", "person_id", "survey_id", "reason", "moment")
    position = json.dumps([str(row[name]) for name in names])
    return base64.urlsafe_b64encode(position.encode()).decode()


def _after(cursor: str | None) -> tuple[Any, ...] | None:
    if cursor is None:
        return None
    try:
        day, last_at, person, survey, reason, moment = json.loads(base64.urlsafe_b64decode(cursor))
        return (
            date.fromisoformat(day),
            MomentField().deserialize(last_at),
            UUID(person),
            UUID(survey),
            BY_CODE[reason].value,
            Identifier().deserialize(moment),
        )
    except (ValueError, TypeError, AttributeError, KeyError, ValidationError) as error:
        raise Invalid(
            "The cursor is not valid.", errors={"cursor": ["Send `next` as it came."]}
        ) from error
