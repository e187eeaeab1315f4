"""What a draft would have done: replayed over the events that the project has collected."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from threading import BoundedSemaphore
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from sayso_server.api.access import backend_call
from sayso_server.api.backend import blueprint
from sayso_server.api.backend.surveys import UNKNOWN
from sayso_server.api.backend.typed import Typed
from sayso_server.api.fields import Moment, Number, WholeNumber
from sayso_server.decision.reasons import Reason
from sayso_server.decision.tally import Summary, Times
from sayso_server.errors import NotFound, TooMany
from sayso_server.storage import surveys
from sayso_server.storage.simulating import Simulated, Wanted, simulate

LONGEST_DAYS = 365
RETRY_AFTER = 30  # seconds; a million events take about a minute
BUSY = "Other simulations are running; try again when one of them has ended."


class Simulate(Typed):
    days = WholeNumber(
        load_default=30,
        validate=validate.Range(1, LONGEST_DAYS),
        metadata={"description": "How far back events are replayed"},
    )
    answers = fields.String(
        load_default="answered",
        validate=validate.OneOf(["answered", "dismissed", "ignored"]),
        metadata={"description": "What comes of each ask"},
    )
    response_rate = Number(
        load_default=None,
        validate=validate.Range(0, 1),
        metadata={"description": "For the estimate only; else as measured, else 0.3"},
    )
    margin = Number(
        load_default=None,
        validate=validate.Range(0.1, 100),
        metadata={
            "description": "Half-width of the interval that is wanted, in points of the "
            "score; else 10 for NPS and 5 % of the scale for CSAT and CES"
        },
    )


class TimesOutput(Schema):
    decisions = fields.Integer(required=True)
    people = fields.Integer(required=True)


class SpanOutput(Schema):
    since = Moment(required=True, data_key="from")
    until = Moment(required=True, data_key="to")
    days = fields.Float(required=True, metadata={"description": "With a project that had events"})
    events = fields.Integer(required=True, metadata={"description": "That the rules look at"})
    people = fields.Integer(required=True, metadata={"description": "Whose events these are"})


class DayOfAsksOutput(Schema):
    day = fields.Date(required=True)
    asks = fields.Integer(required=True)


class AsksOutput(Schema):
    total = fields.Integer(required=True)
    people = fields.Integer(required=True)
    a_day = fields.Float(required=True)
    by_day = fields.List(fields.Nested(DayOfAsksOutput), required=True)


class HeldBackOutput(TimesOutput):
    reason = fields.String(required=True)
    because = fields.String(required=True)


class OverlapOutput(Schema):
    survey = fields.UUID(required=True)
    name = fields.String(required=True)
    goes_first = fields.Boolean(
        required=True, metadata={"description": "The other one, where both start at one moment"}
    )
    held_back_by = fields.Nested(
        TimesOutput,
        required=True,
        metadata={
            "description": "Asks of the draft to people whom the other asked within the "
            "cool-down, or at the same moment"
        },
    )
    holds_back = fields.Nested(
        TimesOutput,
        required=True,
        metadata={"description": "Asks of the other that it would lose to the draft in this way"},
    )


class EstimateOutput(Schema):
    margin = fields.Float(required=True)
    answers_needed = fields.Integer(required=True)
    answers_so_far = fields.Integer(required=True)
    response_rate = fields.Float(required=True)
    response_rate_from = fields.String(
        required=True, validate=validate.OneOf(["given", "survey", "project", "assumed"])
    )
    answers_a_day = fields.Float(required=True)
    days = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Until the interval is ± margin; null when nobody would answer"},
    )


class MissingOutput(Schema):
    event = fields.String(required=True)
    remedy = fields.String(required=True)


class SimulationOutput(Schema):
    span = fields.Nested(SpanOutput, required=True)
    asks = fields.Nested(AsksOutput, required=True)
    held_back = fields.List(fields.Nested(HeldBackOutput), required=True)
    overlap = fields.List(fields.Nested(OverlapOutput), required=True)
    estimate = fields.Nested(
        EstimateOutput,
        required=True,
        allow_none=True,
        metadata={"description": "Null where the survey asks no score"},
    )
    missing_events = fields.List(fields.Nested(MissingOutput), required=True)
    assumes = fields.List(fields.String(), required=True)


@blueprint.route("/surveys/<uuid:survey_id>/simulate", methods=["POST"])
@blueprint.arguments(Simulate())
@blueprint.response(200, SimulationOutput)
def simulate_survey(call: dict[str, Any], survey_id: UUID) -> dict[str, Any]:
    """Whom the draft would have asked in the last days beside the live surveys, and what would
    have held it back, by the very decision that asks. Nothing is stored and nobody is asked."""
    backend = backend_call("read")
    store = backend.parts.store
    with _place(backend.parts.simulations), store.view(backend.project.id, backend.now) as tx:
        survey = surveys.get(tx, survey_id)
        if survey is None:
            raise NotFound(UNKNOWN)
        return serialise(simulate(tx, backend.project, survey, Wanted(**call), _let_others_run))


def serialise(found: Simulated) -> dict[str, Any]:
    """The wire's simulation."""
    summary = found.summary
    return {
        "span": {
            "since": found.since,
            "until": found.until,
            "days": found.days,
            "events": found.events,
            "people": found.people,
        },
        "asks": {
            "total": summary.asked.decisions,
            "people": summary.asked.people,
            "a_day": summary.asked.decisions / found.days,
            "by_day": [{"day": day, "asks": summary.by_day[day]} for day in sorted(summary.by_day)],
        },
        "held_back": [
            {"reason": reason.value, "because": reason.because, **asdict(summary.held_back[reason])}
            for reason in sorted(summary.held_back, key=lambda one: _rank(summary, one))
        ],
        "overlap": _overlap(found),
        "estimate": asdict(found.estimate) if found.estimate else None,
        "missing_events": found.missing,
        "assumes": found.assumes,
    }


@contextmanager
def _place(places: BoundedSemaphore) -> Iterator[None]:
    if not places.acquire(blocking=False):
        raise TooMany(BUSY, retry_after=RETRY_AFTER)
    try:
        yield
    finally:
        places.release()


def _let_others_run(_done: int, _of: int) -> None:
    """A long replay gives way to the worker's other requests, page by page."""
    time.sleep(0)


def _rank(summary: Summary, reason: Reason) -> tuple[int, str]:
    return -summary.held_back[reason].decisions, reason.value


def _overlap(found: Simulated) -> list[dict[str, Any]]:
    none = Times()
    return [
        {
            "survey": other.id,
            "name": other.name,
            "goes_first": other.goes_first,
            "held_back_by": asdict(found.summary.held_back_by.get(other.id, none)),
            "holds_back": asdict(found.summary.holds_back.get(other.id, none)),
        }
        for other in found.others
    ]
