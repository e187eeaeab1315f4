"""Schemas of throttles, quotas and targets."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate

from sayso_server.api.backend.strict_schema import DAYS, LONGEST_DAYS, StrictSchema
from sayso_server.api.fields import Number, WholeNumber, is_number
from sayso_server.decision.compile import OUTCOMES


class WaitsSchema(StrictSchema):
    """Days to wait after a popup was shown, by its outcome; null means for ever."""

    answered = Number(allow_none=True, validate=DAYS)
    dismissed = Number(allow_none=True, validate=DAYS)
    snoozed = Number(allow_none=True, validate=DAYS)
    ignored = Number(allow_none=True, validate=DAYS)


class CoolDown(fields.Field[Any]):
    """Days to wait after any other survey of the project: one number, or a number per outcome."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if isinstance(value, Mapping):
            given = WaitsSchema().load(value)
            missing = sorted(set(OUTCOMES) - set(given))
            if missing:
                raise ValidationError(f"Lacks the days after: {', '.join(missing)}; send them too.")
            return given
        if not is_number(value) or not 0 <= value <= LONGEST_DAYS:
            raise ValidationError(
                f"Send days from 0 to {LONGEST_DAYS}, or days for each of {', '.join(OUTCOMES)}."
            )
        return value


class Throttle(StrictSchema):
    """How often a person is asked: days after any other survey, and days until this survey may be
    asked again. Without `again_after_days` it is asked once; after "ask me later" again in a
    week."""

    cool_down_days = CoolDown()
    again_after_days = fields.Nested(WaitsSchema)


class QuotaSchema(StrictSchema):
    """Hard upper limits on responses and on how often the survey is shown."""

    responses = WholeNumber(validate=validate.Range(0, 10_000_000))
    shown = WholeNumber(validate=validate.Range(0, 10_000_000))
    shown_a_day = WholeNumber(validate=validate.Range(0, 10_000_000))


class Target(StrictSchema):
    """Stop asking after this number of responses, or when the interval is ± margin."""

    responses = WholeNumber(validate=validate.Range(1, 10_000_000))
    margin = Number(validate=validate.Range(0.1, 100))
