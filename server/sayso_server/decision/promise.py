"""The promise in the receipt: how long no other survey is shown."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from sayso_server.decision.rules import ALWAYS, SurveyRules, Waits


@dataclass(frozen=True, slots=True)
class Promise:
    """`once`: this survey is not shown again, unless the person chooses "later". `quiet_for`: how
    long no other survey is asked, for any outcome; None when no time can be promised."""

    once: bool
    quiet_for: timedelta | None


def promise(asked: SurveyRules | None, others: Iterable[SurveyRules], policy: Waits) -> Promise:
    """`asked`: None when its survey is no longer live. `others`: the other live surveys. `policy`:
    the project's cool-down, for surveys published later."""
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
    """After how long the same survey may be shown again, unless the person chose "later"."""
    cadence = asked.trigger.lifecycle
    if cadence is not None:
        yield from (*cadence.after[1:], cadence.every)
    else:
        yield from (asked.own.answered, asked.own.dismissed, asked.own.ignored)


def _each(waits: Waits) -> tuple[timedelta | None, ...]:
    return waits.answered, waits.dismissed, waits.snoozed, waits.ignored
