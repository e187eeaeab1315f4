"""What can be promised to somebody who is asked: for how long nothing else comes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from sayso_server.decision.rules import ALWAYS, SurveyRules, Waits


@dataclass(frozen=True, slots=True)
class Promise:
    """`once`: this survey does not come again, unless later is chosen. `quiet_for`: until then
    nothing is asked, whatever the person does now; None where that cannot be said."""

    once: bool
    quiet_for: timedelta | None


def promise(asked: SurveyRules | None, others: Iterable[SurveyRules], policy: Waits) -> Promise:
    """`asked` is None when its survey is no longer live, and `policy` holds for surveys yet to
    come."""
    again = [] if asked is None else list(_again(asked))
    waits = [*again, *_each(policy)]
    for other in others:
        waits += _each(other.cool_down)
    shortest = min((wait for wait in waits if wait is not None), default=None)
    return Promise(
        once=all(wait is None for wait in again),
        quiet_for=shortest if shortest and shortest > ALWAYS else None,
    )


def _again(asked: SurveyRules) -> Iterator[timedelta | None]:
    """When the same survey may come again. Who chooses later wants it sooner."""
    cadence = asked.trigger.lifecycle
    if cadence is not None:
        yield from (*cadence.after[1:], cadence.every)
    else:
        yield from (asked.own.answered, asked.own.dismissed, asked.own.ignored)


def _each(waits: Waits) -> tuple[timedelta | None, ...]:
    return waits.answered, waits.dismissed, waits.snoozed, waits.ignored
