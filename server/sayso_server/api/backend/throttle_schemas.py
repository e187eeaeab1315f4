"""Shapes of throttles, quotas and targets: how often, and how many."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate

from sayso_server.api.backend.typed import DAYS, LONGEST_DAYS, Typed
from sayso_server.api.fields import Number, WholeNumber, is_number
from sayso_server.decision.compile import OUTCOMES


class Waits(Typed):
    """Days to wait after a popup was shown, by what came of it; null is for ever."""

    answered = Number(allow_none=True, validate=DAYS)
    dismissed = Number(allow_none=True, validate=DAYS)
    snoozed = Number(allow_none=True, validate=DAYS)
    ignored = Number(allow_none=True, validate=DAYS)


class CoolDown(fields.Field[Any]):
    """Days since any other survey of the project was shown; one number, or one an outcome."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if isinstance(value, Mapping):
            given = Waits().load(value)
            missing = sorted(set(OUTCOMES) - set(given))
            if missing:
                raise ValidationError(f"Say also how long after: {', '.join(missing)}.")
            return given
        if not is_number(value) or not 0 <= value <= LONGEST_DAYS:
            raise ValidationError(
                f"Send days from 0 to {LONGEST_DAYS}, or days for each of {', '.join(OUTCOMES)}."
            )
        return value


class Throttle(Typed):
    """How often: days after any other survey, and days until the same one may come again (without
    them it comes once; after \"ask me later\" it comes again in a week)."""

    cool_down_days = CoolDown()
    again_after_days = fields.Nested(Waits)


class Quota(Typed):
    """How many at most; none is ever passed."""

    responses = WholeNumber(validate=validate.Range(0, 10_000_000))
    shown = WholeNumber(validate=validate.Range(0, 10_000_000))
    shown_a_day = WholeNumber(validate=validate.Range(0, 10_000_000))


class Target(Typed):
    """Stop asking when there are so many answers, or when the interval is ± margin."""

    responses = WholeNumber(validate=validate.Range(1, 10_000_000))
    margin = Number(validate=validate.Range(0.1, 100))
