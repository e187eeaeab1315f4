"""A page can open by hand only surveys that allow it, for their audience, and sees no others."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from sayso_server.background import Background
from tests.api.test_live import Stream
from tests.product import ORIGIN, Product, Visitor

PRO = {"attributes": [{"property": "plan", "op": "eq", "value": "pro"}]}
BY_HAND = {"by_hand": True}
CLOSED: list[dict[str, Any]] = [
    {"trigger": {"event": "order_completed", "from": "backend"}, "audience": PRO},
    {"trigger": {"event": "order_completed"}},
    {"trigger": {"kind": "page_view"}},
    {"trigger": {"kind": "embed"}},
    {"trigger": {"kind": "lifecycle", "preset": "relationship"}},
    {"trigger": {"event": "order_completed"}, "by_hand": False},
]


def survey(product: Product, **more: Any) -> str:
    return product.publish({"template": "csat", "trigger": {"event": "never_sent"}, **more})


def opened(visitor: Visitor, *surveys: str) -> Any:
    return visitor.asked("show", surveys=list(surveys))


def test_a_survey_that_does_not_allow_it_is_not_opened(product: Product, stranger: Visitor) -> None:
    for closed in CLOSED:
        found = survey(product, **closed)
        for kind in ("show", "page_view", "embed", "click", "event"):
            reply = stranger.decide(kind, surveys=[found], name="unknown_event")
            assert reply == {"ask": None, "version": reply["version"]}, closed
        assert opened(stranger, found, str(uuid4())) is None


def test_a_closed_survey_gets_the_same_reply_as_an_unknown_one(
    product: Product, stranger: Visitor
) -> None:
    found = survey(product)
    there, nowhere = (stranger.decide("show", surveys=[one]) for one in (found, str(uuid4())))
    assert there == nowhere


@pytest.mark.parametrize("more", [BY_HAND, {"trigger": {"kind": "button"}}])
def test_a_survey_that_allows_it_is_opened(
    product: Product, stranger: Visitor, more: dict[str, Any]
) -> None:
    assert opened(stranger, survey(product, **more))["survey"]["questions"]


AUDIENCES: list[dict[str, Any]] = [
    PRO,
    {"languages": ["ja"]},
    {"devices": ["phone"]},
    {"countries": ["LT"]},
    {"events": [{"event": "paid"}]},
    {"answers": [{"kind": "nps", "group": "detractor"}]},
    {"segments": ["pros"]},
    {"percent": 0.000001},
    {"proven": True},
]


@pytest.mark.parametrize("more", [BY_HAND, {"trigger": {"kind": "button"}}])
def test_the_audience_applies_to_the_survey_and_its_button(
    product: Product, stranger: Visitor, more: dict[str, Any]
) -> None:
    product.ok("PUT", "/v1/segments/pros", PRO)
    page = {"url": f"{ORIGIN}/", "locale": "en"}
    for audience in AUDIENCES:
        found = survey(product, audience=audience, **more)
        assert opened(stranger, found) is None, audience
        wanted = {**stranger.who(), "surveys": [UUID(found).hex[-8:]], "page": page}
        assert stranger.ok("button", wanted)["button"] is None, audience


def test_a_full_quota_blocks_opening(product: Product) -> None:
    for quota in ({"responses": 1}, {"shown": 1}, {"shown_a_day": 1}):
        found = survey(product, quota=quota, **BY_HAND)
        first = product.visitor()
        ask = opened(first, found)
        first.show(ask["invitation"])
        first.answer(ask["invitation"], ("score", 3), complete=True)
        assert opened(product.visitor(), found) is None, quota


def test_a_reached_target_blocks_opening(product: Product) -> None:
    found = survey(product, target={"responses": 1}, **BY_HAND)
    visitor = product.visitor()
    ask = opened(visitor, found)
    visitor.show(ask["invitation"])
    visitor.answer(ask["invitation"], ("score", 3), complete=True)
    Background(product.dependencies).run_once()
    product.clock.forward(seconds=1)
    assert opened(product.visitor(), found) is None


def test_replies_to_a_stranger_name_no_survey_they_may_not_open(
    product: Product, stranger: Visitor
) -> None:
    closed = [survey(product, **one) for one in CLOSED]
    stream = Stream(stranger)
    sent = [json.dumps(stream.event())]
    background = Background(product.dependencies)
    background.run_once()
    product.ok("POST", f"/v1/surveys/{survey(product)}/pause")
    background.run_once()
    sent.append(json.dumps(stream.event()))
    page = f"/v1/p/{product.public_key}"
    sent += [product.client.get(f"{page}/{path}").text for path in ("rules.json", "sayso.js")]
    for kind in ("show", "event", "invitation", "embed"):
        reply = stranger.post(
            "decide",
            {
                **stranger.who(),
                "trigger": {"kind": kind, "id": uuid4().hex, "name": "x", "surveys": closed},
            },
        )
        assert reply.status_code == 200
        sent.append(reply.text + str(reply.headers))
    names = [name for one in closed for name in (one, UUID(one).hex)]
    assert [name for name in names if any(name in text for text in sent)] == []


def test_a_stream_lists_the_live_surveys(product: Product, stranger: Visitor) -> None:
    found = survey(product)
    assert Stream(stranger).event()[1]["surveys"] == [found[-8:]]
