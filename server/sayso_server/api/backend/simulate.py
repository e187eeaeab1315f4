"""Simulates a draft: replays the events that the project has collected."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from sayso_server.api.access import backend_call
from sayso_server.api.backend import blueprint
from sayso_server.api.backend.strict_schema import StrictSchema
from sayso_server.api.backend.surveys import UNKNOWN
from sayso_server.api.fields import MomentField, Number, WholeNumber
from sayso_server.errors import NotFound, TooMany
from sayso_server.reporting.simulate import LONGEST_DAYS, SimulationRequest, simulate
from sayso_server.reporting.simulation_facts import facts_of
from sayso_server.storage.surveys import surveys

RETRY_AFTER = 30  # seconds; a million events take about a minute
BUSY = "Other simulations are running; try again when one of them has ended."


class Simulate(StrictSchema):
    days = WholeNumber(
        load_default=30,
        validate=validate.Range(1, LONGEST_DAYS),
        metadata={"description": "How far back events are replayed"},
    )
    answers = fields.String(
        load_default="answered",
        validate=validate.OneOf(["answered", "dismissed", "ignored"]),
        metadata={"description": "What people do when they are asked"},
    )
    response_rate = Number(
        load_default=None,
        validate=validate.Range(0, 1),
        metadata={"description": "For the estimate only; by default as measured, or else 0.3"},
    )
    margin = Number(
        load_default=None,
        validate=validate.Range(0.1, 100),
        metadata={
            "description": "The half-width of the interval to reach, in points of the score; by "
            "default 10 for NPS and 5 % of the scale for CSAT and CES"
        },
    )


class TimesOutput(Schema):
    decisions = fields.Integer(required=True)
    people = fields.Integer(required=True)


class SpanOutput(Schema):
    since = MomentField(required=True, attribute="from", data_key="from")
    until = MomentField(required=True, attribute="to", data_key="to")
    days = fields.Float(
        required=True, metadata={"description": "The part of the span in which the project existed"}
    )
    events = fields.Integer(required=True, metadata={"description": "Events that the rules use"})
    people = fields.Integer(required=True, metadata={"description": "People with such events"})


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
        required=True,
        metadata={"description": "Whether the other survey wins if both are triggered at once"},
    )
    held_back_by = fields.Nested(
        TimesOutput,
        required=True,
        metadata={
            "description": "Asks that the draft loses, because the other survey asked the same "
            "people within the cool-down or at the same moment"
        },
    )
    holds_back = fields.Nested(
        TimesOutput,
        required=True,
        metadata={"description": "Asks that the other survey loses to the draft in this way"},
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
        metadata={"description": "Days until the interval is ± margin; null if nobody answers"},
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
        metadata={"description": "Null if the survey asks no score"},
    )
    missing_events = fields.List(fields.Nested(MissingOutput), required=True)
    assumes = fields.List(fields.String(), required=True)


@blueprint.route("/surveys/<uuid:survey_id>/simulate", methods=["POST"])
@blueprint.arguments(Simulate())
@blueprint.response(200, SimulationOutput)
def simulate_survey(call: dict[str, Any], survey_id: UUID) -> dict[str, Any]:
    """Simulate the draft beside the live surveys: whom it would have asked in the last days, and
    what would have prevented it. Uses the same code as real decisions. Nothing is stored and nobody
    is asked."""
    backend = backend_call("read")
    store = backend.dependencies.store
    with (
        _one_of(backend.dependencies.simulations),
        store.view(backend.project.id, backend.now) as tx,
    ):
        survey = surveys.get(tx, survey_id)
        if survey is None:
            raise NotFound(UNKNOWN)
        return facts_of(
            simulate(tx, backend.project, survey, SimulationRequest(**call), _let_others_run)
        )


@contextmanager
def _one_of(simulations: BoundedSemaphore) -> Iterator[None]:
    if not simulations.acquire(blocking=False):
        raise TooMany(BUSY, retry_after=RETRY_AFTER)
    try:
        yield
    finally:
        simulations.release()


def _let_others_run(_done: int, _of: int) -> None:
    """Yield to the worker's other requests after each batch of events."""
    time.sleep(0)
