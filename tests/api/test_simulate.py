"""`POST /v1/surveys/{id}/simulate`: what a draft would have done."""

from datetime import timedelta
from typing import Any

import pytest

from sayso_server.storage.history import replay
from tests.product import NOON, Clock, Product

Simulation = dict[str, Any]


def draft(product: Product, **survey: Any) -> str:
    whole = {"name": "the draft", "template": "nps", "trigger": {"event": "order_completed"}}
    return str(product.ok("POST", "/v1/surveys", {**whole, **survey})["id"])


def simulate(product: Product, survey: str, **body: Any) -> Simulation:
    found: Simulation = product.ok("POST", f"/v1/surveys/{survey}/simulate", body)
    return found


def reasons(found: Simulation) -> dict[str, int]:
    return {one["reason"]: one["decisions"] for one in found["held_back"]}


def orders(product: Product, clock: Clock, *people: str, name: str = "order_completed") -> None:
    """Tracks one event for each person, an hour apart."""
    for person in people:
        product.track(person, name)
        clock.forward(hours=1)


def test_a_draft_is_counted_as_if_it_had_been_live(product: Product, clock: Clock) -> None:
    survey = draft(product)
    orders(product, clock, "u_1", "u_2", "u_1")
    clock.forward(days=2)
    found = simulate(product, survey)
    assert found["asks"]["total"] == found["asks"]["people"] == 2
    assert found["asks"]["by_day"] == [{"day": "2026-03-02", "asks": 2}]
    assert found["asks"]["a_day"] == pytest.approx(2 / found["span"]["days"])
    assert reasons(found) == {"already_asked": 1}
    assert (found["span"]["events"], found["span"]["people"]) == (3, 2)
    assert product.ok("GET", "/v1/people?user_id=u_1")["person"]["invitations"] == []


def test_only_the_last_days_are_replayed_and_earlier_events_are_history(
    product: Product, clock: Clock
) -> None:
    survey = draft(product, trigger={"event": "order_completed", "every": 2})
    orders(product, clock, "u_1")
    clock.forward(days=10)
    orders(product, clock, "u_1", "u_2")
    found = simulate(product, survey, days=3)
    assert found["span"]["events"] == 2
    assert (found["asks"]["total"], reasons(found)) == (1, {"not_this_time": 1})


def test_a_real_ask_before_the_span_counts(product: Product, clock: Clock) -> None:
    product.survey("csat", "page_seen")
    visitor = product.visitor("u_1")
    product.track("u_1", "page_seen")
    visitor.show(visitor.asked()["invitation"])
    clock.forward(days=2)
    orders(product, clock, "u_1")
    survey = draft(product, throttle={"cool_down_days": 30})
    assert reasons(simulate(product, survey, days=1)) == {"cooling_down": 1}
    assert simulate(product, draft(product), days=1)["asks"]["total"] == 1


def test_overlap_tells_which_survey_goes_first_and_which_loses(
    product: Product, clock: Clock
) -> None:
    other = product.publish(
        {"name": "Checkout", "template": "csat", "trigger": {"event": "order_completed"}}
    )
    survey = draft(product, throttle={"cool_down_days": 7})
    orders(product, clock, "u_1", "u_2")
    (overlap,) = simulate(product, survey)["overlap"]
    assert (overlap["survey"], overlap["name"], overlap["goes_first"]) == (other, "Checkout", True)
    assert overlap["held_back_by"] == {"decisions": 2, "people": 2}
    first = draft(product, throttle={"cool_down_days": 7}, priority=1)
    (overlap,) = simulate(product, first)["overlap"]
    assert (overlap["goes_first"], overlap["held_back_by"]["decisions"]) == (False, 0)


def test_the_outcome_of_an_ask_decides_when_the_next_is_due(product: Product, clock: Clock) -> None:
    again = {"answered": 90, "dismissed": 30, "ignored": 0.5, "snoozed": 1}
    survey = draft(product, throttle={"again_after_days": again})
    for _ in range(3):
        orders(product, clock, "u_1")
        clock.forward(days=1)
    asked = {
        answers: simulate(product, survey, answers=answers)["asks"]["total"]
        for answers in ("answered", "dismissed", "ignored")
    }
    assert asked == {"answered": 1, "dismissed": 1, "ignored": 3}


def test_a_quota_is_filled_in_order_of_time(product: Product, clock: Clock) -> None:
    survey = draft(product, quota={"shown_a_day": 1, "responses": 2})
    for _ in range(3):
        orders(product, clock, "u_1", "u_2", "u_3")
        clock.forward(days=1)
    found = simulate(product, survey)
    assert found["asks"]["by_day"] == [{"day": "2026-03-02", "asks": 1}]
    assert reasons(found)["quota_reached"] == 2
    ignored = draft(product, quota={"responses": 1})
    assert simulate(product, ignored, answers="ignored")["asks"]["total"] == 3


def test_the_estimate_names_the_source_of_its_response_rate(product: Product, clock: Clock) -> None:
    survey = draft(product)
    orders(product, clock, *[f"u_{n}" for n in range(20)])
    clock.forward(hours=4)
    estimate = simulate(product, survey, days=1)["estimate"]
    assert (estimate["response_rate"], estimate["response_rate_from"]) == (0.3, "assumed")
    assert (estimate["margin"], estimate["answers_needed"], estimate["days"]) == (10, 190, 32)
    given = simulate(product, survey, days=1, response_rate=0.5, margin=20)["estimate"]
    assert (given["response_rate_from"], given["answers_needed"], given["days"]) == ("given", 46, 5)
    for nobody in (0, 5e-324):
        assert simulate(product, survey, response_rate=nobody)["estimate"]["days"] is None


@pytest.mark.parametrize(("shown", "where"), [("own", "survey"), ("other", "project")])
def test_a_measured_response_rate_replaces_the_assumed_one(
    product: Product, clock: Clock, shown: str, where: str
) -> None:
    asked = product.survey("nps", "asked_after")
    for n in range(30):
        visitor = product.visitor()
        invitation = visitor.did("asked_after")["invitation"]
        visitor.show(invitation)
        if n < 12:
            visitor.answer(invitation, ("score", 9), complete=True)
    estimate = simulate(product, asked if shown == "own" else draft(product))["estimate"]
    assert (estimate["response_rate"], estimate["response_rate_from"]) == (0.4, where)
    assert estimate["answers_so_far"] == (12 if shown == "own" else 0)


def test_events_that_were_not_collected_are_named_with_the_remedy(
    product: Product, clock: Clock
) -> None:
    after = {"event": "cart_opened", "within": 60}
    survey = draft(product, trigger={"event": "order_completed", "after": after})
    orders(product, clock, "u_1")
    (missing,) = simulate(product, survey)["missing_events"]
    assert missing["event"] == "cart_opened"
    command = f"sayso change-project {product.project_id} --track cart_opened"
    assert command in missing["remedy"]
    assert 'client.track(user_id, "cart_opened")' in missing["remedy"]


@pytest.mark.parametrize("kind", ["page_view", "click", "exit_intent"])
def test_page_triggers_are_refused_with_the_remedy(product: Product, kind: str) -> None:
    more = {"selector": "#buy"} if kind == "click" else {}
    survey = draft(product, trigger={"kind": kind, **more})
    reply = product.call("POST", f"/v1/surveys/{survey}/simulate", {})
    assert reply.status_code == 422
    (said,) = reply.json["errors"]["trigger.kind"]
    assert kind in said
    assert "Track an event" in said


def test_a_lifecycle_trigger_is_checked_once_per_day_with_an_event(
    product: Product, clock: Clock
) -> None:
    signed_up = (NOON - timedelta(days=8)).isoformat()
    product.ok(
        "POST",
        "/v1/people",
        {"people": [{"user_id": "u_1", "attributes": {"signed_up_at": signed_up}}]},
    )
    trigger = {
        "kind": "lifecycle",
        "attribute": "signed_up_at",
        "after_days": [9],
        "spread_days": 0,
    }
    survey = draft(product, trigger=trigger)
    for _ in range(3):
        orders(product, clock, "u_1", "u_1", name="anything")
        clock.forward(hours=22)
    found = simulate(product, survey)
    assert found["asks"]["by_day"] == [{"day": "2026-03-03", "asks": 1}]
    assert reasons(found) == {"not_due": 2}


def test_the_assumptions_are_listed(product: Product, clock: Clock) -> None:
    product.page_survey(name="On pages")
    audience = {"languages": ["de"], "attributes": [{"property": "plan", "op": "exists"}]}
    survey = draft(product, audience=audience, quota={"shown": 5})
    said = " ".join(simulate(product, survey, answers="dismissed")["assumes"])
    for part in (
        "page is open",
        "dismissed at once",
        "attributes",
        "audience.languages",
        "The quota is unused",
    ):
        assert part in said
    assert "`On pages` asks nobody" in said


@pytest.mark.parametrize(
    ("field", "value"),
    [("days", 0), ("days", 366), ("answers", "yes"), ("response_rate", 1.1), ("margin", 0)],
)
def test_a_field_out_of_range_is_refused_by_name(
    product: Product, field: str, value: object
) -> None:
    reply = product.call("POST", f"/v1/surveys/{draft(product)}/simulate", {field: value})
    assert (reply.status_code, list(reply.json["errors"])) == (422, [field])


def test_an_unknown_survey_is_not_found(product: Product) -> None:
    unknown = product.call("POST", f"/v1/surveys/{product.project_id}/simulate", {})
    assert unknown.status_code == 404


def test_a_long_replay_yields_to_other_requests(
    product: Product, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    gave_way: list[float] = []
    monkeypatch.setattr(replay, "PAGE", 2)
    monkeypatch.setattr("sayso_server.api.backend.simulate.time.sleep", gave_way.append)
    survey = draft(product)
    orders(product, clock, "u_1", "u_2", "u_1", "u_1", "u_3")
    simulate(product, survey)
    assert len(gave_way) >= 3


def test_a_third_concurrent_simulation_is_refused(
    product: Product, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = draft(product)
    orders(product, clock, "u_1")
    replies: list[Any] = []
    beside = iter(range(2))

    def one_more(_seconds: float) -> None:
        if next(beside, None) is not None:
            replies.append(product.call("POST", f"/v1/surveys/{survey}/simulate", {}))

    monkeypatch.setattr("sayso_server.api.backend.simulate.time.sleep", one_more)
    simulate(product, survey)
    third, second = replies
    assert (third.status_code, third.json["code"]) == (429, "too_many_requests")
    assert int(third.headers["Retry-After"]) > 0
    assert second.status_code == 200
    simulate(product, survey)
