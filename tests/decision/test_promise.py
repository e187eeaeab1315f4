"""What the receipt promises to a person who is asked."""

from dataclasses import replace

import pytest

from sayso_server.decision.promise import Promise, promise
from sayso_server.decision.rules import Lifecycle, Trigger, Waits
from tests.decision.situations import NO_WAIT, days, every, survey

FOR_EVER = every(None)


def test_a_survey_that_is_never_shown_again_is_promised_once() -> None:
    asked = survey(own=Waits(snoozed=days(7)))
    assert promise(asked, [], FOR_EVER) == Promise(once=True, quiet_for=None)


def test_later_is_chosen_and_breaks_no_promise() -> None:
    asked = survey(own=replace(every(days(60)), snoozed=days(7)))
    assert promise(asked, [], FOR_EVER) == Promise(once=False, quiet_for=days(60))


@pytest.mark.parametrize("outcome", ["answered", "dismissed", "ignored"])
def test_the_promise_holds_for_every_outcome(outcome: str) -> None:
    asked = survey(own=replace(every(days(60)), **{outcome: days(5)}))
    assert promise(asked, [], FOR_EVER).quiet_for == days(5)


@pytest.mark.parametrize("outcome", ["answered", "dismissed", "snoozed", "ignored"])
def test_the_promise_is_the_shortest_cool_down_of_the_other_surveys(outcome: str) -> None:
    soon = survey(cool_down=replace(every(days(30)), **{outcome: days(3)}))
    late = survey(cool_down=every(days(90)))
    assert promise(survey(), [late, soon], every(days(14))).quiet_for == days(3)


def test_the_promise_counts_the_projects_cool_down_for_later_surveys() -> None:
    late = survey(cool_down=every(days(90)))
    assert promise(survey(), [late], every(days(14))).quiet_for == days(14)


def test_without_any_cool_down_nothing_is_promised() -> None:
    assert promise(survey(), [survey()], NO_WAIT) == Promise(once=True, quiet_for=None)


def test_a_cadence_is_promised_its_shortest_step() -> None:
    cadence = Lifecycle("signed_up_at", (days(7), days(30)), days(90), days(90))
    asked = survey(trigger=Trigger("lifecycle", lifecycle=cadence))
    assert promise(asked, [], FOR_EVER) == Promise(once=False, quiet_for=days(30))


def test_a_cadence_of_one_step_is_promised_once() -> None:
    cadence = Lifecycle("signed_up_at", (days(7),), None, days(7))
    asked = survey(trigger=Trigger("lifecycle", lifecycle=cadence))
    assert promise(asked, [], FOR_EVER).once


def test_a_survey_that_is_no_longer_live_is_not_shown_again() -> None:
    assert promise(None, [], every(days(14))) == Promise(once=True, quiet_for=days(14))
