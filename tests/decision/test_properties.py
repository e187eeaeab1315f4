"""Properties of every decision, for any person and any surveys."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from sayso_server.decision.decisions import Decision
from sayso_server.decision.eligibility import (
    decide_to_ask,
    decide_to_claim,
    decide_to_queue,
    explain,
)
from sayso_server.decision.facts import (
    EarlierAnswer,
    EventCount,
    Invitation,
    Page,
    PastEvent,
    Situation,
)
from sayso_server.decision.reasons import Reason
from sayso_server.decision.rules import (
    After,
    AllOf,
    AnswerRule,
    Audience,
    DoneRule,
    Filter,
    Policy,
    QuietHours,
    Quota,
    SurveyRules,
    Trigger,
    Waits,
)
from tests.decision.situations import NEW_YORK, NOW, VILNIUS, ask, at, days, event, survey

SURVEYS = [UUID(int=n) for n in range(1, 6)]


def mostly(usual: Any, *others: Any) -> st.SearchStrategy[Any]:
    """Mostly the first value: each of the many rules must fail rarely, or every decision fails."""
    return st.sampled_from([usual] * 20 + list(others))


WAIT = st.one_of(st.none(), st.floats(0, 40).map(days), st.just(timedelta()), st.just(timedelta()))
WAITS = st.builds(Waits, WAIT, WAIT, WAIT, WAIT)
SPAN = st.floats(0, 60).map(days)
STATES = st.sampled_from(
    ["queued", "claimed", "shown", "started", "completed", "dismissed", "snoozed"]
)
PLANLESS = AllOf((Filter("plan", "exists", False),))
CONDITIONS = st.sampled_from(
    [
        AllOf(),
        AllOf((Filter("plan", "eq", "pro"),)),
        PLANLESS,
        AllOf((Filter("since", "in_last_days", 7),)),
    ]
)
ATTRIBUTES = st.fixed_dictionaries(
    {},
    optional={
        "plan": st.sampled_from(["pro", "free"]),
        "since": st.sampled_from([(NOW - days(3)).isoformat(), "2020-01-01"]),
    },
)
AUDIENCES = st.builds(
    Audience,
    attributes=mostly(AllOf(), AllOf((Filter("plan", "eq", "pro"),)), PLANLESS),
    done=mostly((), (DoneRule("x"),), (DoneRule("x", 0, 2, days(7)),)),
    answers=mostly((), (AnswerRule("nps", "detractor"),)),
    languages=mostly((), ("de",), ("en", "de")),
    percent=mostly(100, 0, 30, 70),
)
TRIGGERS = st.builds(
    Trigger,
    st.just("event"),
    st.just("e"),
    source=mostly(None, "page", "backend"),
    delay=mostly(timedelta(), timedelta(hours=1), timedelta(hours=2)),
    nth=mostly(None, 2),
    after=mostly(None, After("x", days(1))),
    cancelled_by=mostly(frozenset(), frozenset({"paid"})),
)
QUOTAS = mostly(None, Quota(responses=5), Quota(shown=5), Quota(1))


def of(survey_id: UUID) -> st.SearchStrategy[SurveyRules]:
    return st.builds(
        SurveyRules,
        st.just(survey_id),
        st.just(1),
        TRIGGERS,
        st.sampled_from([timedelta(minutes=15), days(1), days(30)]),
        WAITS,
        own=WAITS,
        audience=AUDIENCES,
        priority=st.integers(-1, 1),
        quota=QUOTAS,
        target_reached=mostly(False, True),
        ends_at=mostly(None, NOW + days(1), NOW - days(1)),
    )


LIVE = st.tuples(*map(of, SURVEYS[:3]))
EARNEST = st.builds(survey, id=st.just(SURVEYS[0]), cool_down=WAITS, own=WAITS)
EAGER = st.lists(
    st.builds(
        survey,
        cool_down=WAITS,
        own=WAITS,
        priority=st.integers(-1, 1),
        id=st.sampled_from(SURVEYS),
    ),
    max_size=5,
    unique_by=lambda one: one.id,
)


@st.composite
def earlier(draw: Any) -> Invitation:
    state = draw(STATES)
    shown_at = None if state in ("queued", "claimed") else NOW - draw(SPAN)
    lease = NOW + timedelta(seconds=draw(st.integers(-15, 15))) if state == "claimed" else None
    made = ask(draw(mostly(SURVEYS[0], *SURVEYS[1:] * 3)), state, shown_at, lease_until=lease)
    return replace(made, expires_at=NOW + draw(st.sampled_from([days(-1), days(1)])))


MOMENTS = st.builds(
    event,
    source=st.sampled_from(["page", "backend"]),
    at=mostly(NOW, NOW - timedelta(minutes=10), NOW - days(2)),
)


@st.composite
def situations(draw: Any) -> Situation:
    full = draw(st.lists(st.sampled_from(SURVEYS), max_size=2))
    return at(
        *draw(st.lists(earlier(), max_size=4)),
        now=NOW,
        moment=draw(MOMENTS),
        zone=draw(st.sampled_from([None, VILNIUS, NEW_YORK])),
        page=draw(mostly(Page(language="de"), Page(language="en"), Page(bot=True))),
        full=dict.fromkeys(full, "responses"),
        bucket_key=draw(st.sampled_from("abcdefgh")),
        refused=draw(mostly(False, True)),
        attributes=draw(ATTRIBUTES),
        done=draw(
            st.dictionaries(
                st.sampled_from(["x", "e", "paid"]),
                st.builds(EventCount, st.integers(1, 3), st.just(NOW - days(1))),
            )
        ),
        recent=draw(
            st.dictionaries(st.just("x"), st.lists(st.builds(PastEvent, st.just(NOW), st.just({}))))
        ),
        answers=tuple(
            draw(
                st.lists(
                    st.builds(
                        EarlierAnswer,
                        st.just("nps"),
                        st.integers(0, 10),
                        st.just(NOW),
                        st.just(SURVEYS[4]),
                    ),
                    max_size=2,
                )
            )
        ),
    )


POLICIES = st.builds(
    Policy,
    staff=mostly(None, AllOf((Filter("plan", "eq", "free"),))),
    quiet=mostly(None, QuietHours(time(12), time(12, 30)), QuietHours(time(22), time(7))),
    holdout=mostly(0, 20),
)


def yes(one: SurveyRules, here: Situation, policy: Policy) -> bool:
    (decision,) = decide_to_ask([one], here, policy)
    return decision.asked


def invited(one: SurveyRules, here: Situation, policy: Policy) -> bool:
    (decision,) = decide_to_ask([one], here, policy)
    return decision.invites


def never_more(stricter: SurveyRules, one: SurveyRules, here: Situation, policy: Policy) -> None:
    """The other survey also asks everybody that the stricter survey asks."""
    if yes(stricter, here, policy):
        assert yes(one, here, policy)
    assert not invited(stricter, here, policy) or invited(one, here, policy)


def longer(waits: Waits, outcome: str, by: timedelta | None) -> Waits:
    """Make one of the waits longer, or infinite."""
    wait = getattr(waits, outcome)
    return replace(waits, **{outcome: None if wait is None or by is None else wait + by})


@given(of(SURVEYS[0]), situations(), POLICIES, SPAN)
def test_a_longer_wait_never_asks_more(
    one: SurveyRules, here: Situation, policy: Policy, by: timedelta
) -> None:
    for outcome in ("answered", "dismissed", "snoozed", "ignored"):
        for wait in (by, None):
            never_more(replace(one, own=longer(one.own, outcome, wait)), one, here, policy)
            cool_down = longer(one.cool_down, outcome, wait)
            never_more(replace(one, cool_down=cool_down), one, here, policy)


@given(of(SURVEYS[0]), situations(), POLICIES)
def test_a_quota_never_asks_more(one: SurveyRules, here: Situation, policy: Policy) -> None:
    never_more(replace(one, quota=Quota(1)), replace(one, quota=None), here, policy)
    never_more(one, one, replace(here, full={**here.full, one.id: "shown"}), policy)
    fuller = replace(here, full={**here.full, one.id: "shown"})
    assert not yes(one, fuller, policy) or yes(one, here, policy)


@given(of(SURVEYS[0]), situations(), POLICIES, st.floats(0, 100), st.floats(0, 100))
def test_a_smaller_share_never_asks_more(
    one: SurveyRules, here: Situation, policy: Policy, percent: float, other: float
) -> None:
    def share(of_people: float) -> SurveyRules:
        return replace(one, audience=replace(one.audience, percent=of_people))

    never_more(share(min(percent, other)), share(max(percent, other)), here, policy)


@given(of(SURVEYS[0]), situations(), POLICIES, CONDITIONS, AUDIENCES)
def test_another_condition_on_the_audience_never_asks_more(
    one: SurveyRules, here: Situation, policy: Policy, also: AllOf, other: Audience
) -> None:
    mine = one.audience
    stricter = [
        replace(mine, attributes=AllOf((mine.attributes, also))),
        replace(mine, done=(*mine.done, *other.done)),
        replace(mine, answers=(*mine.answers, *other.answers)),
        replace(mine, devices=frozenset({"phone"})),
        replace(mine, countries=frozenset({"DE"})),
    ]
    for audience in stricter:
        never_more(replace(one, audience=audience), one, here, policy)


@given(of(SURVEYS[0]), situations(), POLICIES)
def test_a_stricter_project_never_asks_more(
    one: SurveyRules, here: Situation, policy: Policy
) -> None:
    for strict in (
        replace(policy, holdout=50),
        replace(policy, excluded=(("prefix", "/"),)),
        replace(policy, quiet=policy.quiet or QuietHours(time(11), time(13))),
    ):
        assert not yes(one, here, strict) or yes(one, here, policy)


@given(LIVE, situations(), POLICIES, st.permutations(range(3)))
def test_the_order_of_surveys_changes_neither_who_is_eligible_nor_who_is_asked(
    live: tuple[SurveyRules, ...], here: Situation, policy: Policy, order: list[int]
) -> None:
    arranged = [live[place] for place in order]
    assert decide_to_ask(live, here, policy) == decide_to_ask(arranged, here, policy)

    def queued(surveys: Any) -> dict[UUID, Decision]:
        return {one.survey_id: one for one in decide_to_queue(surveys, here, policy)}

    assert queued(live) == queued(arranged)


@given(LIVE, situations(), POLICIES)
def test_the_same_situation_gets_the_same_decisions(
    live: tuple[SurveyRules, ...], here: Situation, policy: Policy
) -> None:
    again = replace(here, person=replace(here.person))
    assert decide_to_ask(live, here, policy) == decide_to_ask(live, again, policy)
    assert decide_to_queue(live, here, policy) == decide_to_queue(live, again, policy)


@given(LIVE, situations(), POLICIES, st.sampled_from(["a", "me"]))
def test_nobody_who_refused_is_ever_asked(
    live: tuple[SurveyRules, ...], here: Situation, policy: Policy, user: str
) -> None:
    refused = replace(here, person=replace(here.person, refused=True, user_id=user))
    testing = replace(policy, testers=frozenset({"me"}))
    for decisions in (
        decide_to_ask(live, refused, testing),
        decide_to_queue(live, refused, testing),
        [decide_to_claim(one, waiting, refused, testing)
         for one in live for waiting in refused.person.invitations],
    ):  # fmt: skip
        assert not any(decision.invites for decision in decisions)


@given(EAGER, situations(), POLICIES)
def test_at_most_one_survey_without_a_delay_is_asked_for_one_moment(
    live: list[SurveyRules], here: Situation, policy: Policy
) -> None:
    decisions = decide_to_ask(live, here, policy)
    assert sum(decision.asked for decision in decisions) <= 1
    assert sorted(one.survey_id for one in decisions) == sorted(one.id for one in live)


@given(EAGER, situations(), POLICIES)
def test_nothing_is_asked_while_another_popup_is_open(
    live: list[SurveyRules], here: Situation, policy: Policy
) -> None:
    open_now = ask(SURVEYS[4], "shown", NOW)
    busy = replace(
        here, person=replace(here.person, invitations=(*here.person.invitations, open_now))
    )
    assert not any(decision.asked for decision in decide_to_ask(live, busy, policy))


@settings(max_examples=300)
@given(EARNEST, situations(), POLICIES, earlier())
def test_one_more_earlier_invitation_never_turns_a_no_into_a_yes(
    one: SurveyRules, here: Situation, policy: Policy, more: Invitation
) -> None:
    merged = replace(
        here, person=replace(here.person, invitations=(*here.person.invitations, more))
    )
    assert not yes(one, merged, policy) or yes(one, here, policy)
    waiting = ask(one, "queued", None, expires_at=NOW + days(1))

    def claimed(situation: Situation) -> bool:
        return decide_to_claim(one, waiting, situation, policy).asked

    assert not claimed(merged) or claimed(here)


def yes_of(one: SurveyRules) -> str:
    return "queued" if one.trigger.delay else "asked"


@given(of(SURVEYS[0]), situations(), POLICIES)
def test_explain_agrees_with_the_decision(
    one: SurveyRules, here: Situation, policy: Policy
) -> None:
    failing = [check for check in explain(one, here, policy) if not check.passed]
    (decision,) = decide_to_ask([one], here, policy)
    if one.trigger.delay:  # an open popup does not block a later one
        failing = [check for check in failing if check.reason is not Reason.ANOTHER_OPEN]
    if decision.reason is Reason.WAITS:
        ends = {check.until: check.reason.value for check in reversed(failing) if check.until}
        assert len(failing) == len([check for check in failing if check.until])
        assert decision.waits_until == max(ends)
        assert decision.saw["held_back_by"] == ends[max(ends)]
    else:
        assert decision.reason.value == (failing[0].reason.value if failing else yes_of(one))


@given(of(SURVEYS[0]), situations(), POLICIES)
def test_a_waiting_invitation_may_be_asked_when_it_says_and_never_after_it_expires(
    one: SurveyRules, here: Situation, policy: Policy
) -> None:
    (decision,) = decide_to_ask([one], here, policy)
    if decision.waits_until is not None:
        assert here.moment is not None
        assert decision.waits_until > NOW
        until = NOW if decision.behind else decision.waits_until
        assert until < here.moment.at + one.trigger.delay + one.ask_within


def test_the_situations_above_are_asked_and_held_back_for_many_reasons() -> None:
    """Otherwise the properties above would prove little."""
    found: set[str] = set()

    @settings(max_examples=400, derandomize=True)  # enough examples for rare reasons to occur
    @given(of(SURVEYS[0]), situations(), POLICIES)
    def collect(one: SurveyRules, here: Situation, policy: Policy) -> None:
        (decision,) = decide_to_ask([one], here, policy)
        found.add(decision.reason.value)

    collect()
    assert {"asked", "waits"} < found
    assert len(found) > 9
