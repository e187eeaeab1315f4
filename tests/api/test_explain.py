"""With a debug token, a page gets the result of every rule of every survey for its visitor."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sayso_server.tokens.debug import debug_token
from tests.product import ORIGIN, SECRET_KEY, Product, Visitor


def token(product: Product, minutes: int = 5) -> str:
    project = product.dependencies.project_cache.by_public_key(
        product.public_key, product.clock.now
    )
    assert project is not None
    return debug_token(project, SECRET_KEY, product.clock.now, timedelta(minutes=minutes))


def explain(product: Product, visitor: Visitor, **more: Any) -> Any:
    body = {**visitor.who(), "debug": token(product), "page": {"url": f"{ORIGIN}/", "locale": "en"}}
    return visitor.post("explain", {**body, **more})


def rules(reply: Any, place: int = 0) -> dict[str, bool]:
    return {one["reason"]: one["passed"] for one in reply.json["surveys"][place]["checks"]}


def test_every_rule_passes_or_fails_with_a_remedy(product: Product) -> None:
    trigger = {"filters": [{"property": "total", "op": "gte", "value": 50}]}
    product.survey(trigger=trigger, audience={"percent": 50, "languages": ["de"]})
    visitor = product.visitor("u_42")
    visitor.did(properties={"total": 20})
    reply = explain(product, visitor)
    stand = rules(reply)
    assert stand["never_happened"] is True
    assert stand["filter_not_matched"] is False
    assert stand["not_in_audience"] is False
    assert stand["refused_for_good"] is True
    survey = reply.json["surveys"][0]
    assert survey["decision"]["reason"] == "filter_not_matched"
    red = next(one for one in survey["checks"] if one["reason"] == "not_in_audience")
    assert red["saw"] == {"language": "en", "wanted": ["de"]}
    assert red["remedy"]
    green = next(one for one in survey["checks"] if one["reason"] == "refused_for_good")
    assert (green["because"], green["remedy"]) == (
        "The person has not chosen never to be asked again.",
        "",
    )


def test_an_event_that_was_never_received_is_reported_first(product: Product) -> None:
    product.survey(event="order_complete")
    reply = explain(product, product.visitor("u_42"))
    assert reply.json["surveys"][0]["decision"]["reason"] == "never_happened"
    assert reply.json["person"] == {"user_id": "u_42", "known": False}


def test_explain_agrees_with_decide(product: Product) -> None:
    product.page_survey(throttle={"cool_down_days": 7})
    visitor = product.visitor()
    name = explain(product, visitor).json["surveys"][0]["rule"]
    assert explain(product, visitor).json["surveys"][0]["decision"]["reason"] == "asked"
    visitor.show(visitor.asked("page_view", surveys=[name])["invitation"])
    assert explain(product, visitor).json["surveys"][0]["decision"]["reason"] == "already_asked"
    assert visitor.asked("page_view", surveys=[name]) is None


def test_explain_asks_and_stores_nothing(product: Product) -> None:
    product.survey()
    visitor = product.visitor("u_42")
    explain(product, visitor)
    assert product.call("GET", "/v1/people?user_id=u_42").status_code == 404


def test_without_a_valid_token_explain_is_refused(product: Product) -> None:
    visitor = product.visitor()
    refused = explain(product, visitor, debug="nonsense")
    assert (refused.status_code, refused.json["code"]) == (401, "debug_token_invalid")
    late = token(product, minutes=5)
    product.clock.forward(minutes=5)
    refused = explain(product, visitor, debug=late)
    assert (refused.status_code, refused.json["code"]) == (401, "debug_token_expired")


def test_a_debug_token_of_another_project_is_refused(product: Product) -> None:
    own = product.dependencies.project_cache.by_public_key(product.public_key, product.clock.now)
    assert own is not None
    other = replace(own, id=uuid4(), public_key="pk_another")
    foreign = debug_token(other, SECRET_KEY, product.clock.now, timedelta(minutes=5))
    refused = explain(product, product.visitor(), debug=foreign)
    assert (refused.status_code, refused.json["code"]) == (401, "debug_token_invalid")


def test_an_identity_token_is_not_a_debug_token(product: Product) -> None:
    identity = product.token("u_42", aud="sayso-debug")
    refused = explain(product, product.visitor(), debug=identity)
    assert refused.json["code"] == "debug_token_invalid"


def test_a_full_quota_blocks_everybody_except_testers(product: Product) -> None:
    product.ok("PUT", "/v1/policy", {"test_mode": {"on": True, "testers": ["u_tester"]}})
    product.page_survey(quota={"shown": 1})
    first = product.visitor("u_1")
    name = explain(product, first).json["surveys"][0]["rule"]
    first.show(first.asked("page_view", surveys=[name])["invitation"])
    for user in (None, "u_2"):
        assert rules(explain(product, product.visitor(user)))["quota_reached"] is False
    tester = product.visitor("u_tester")
    tester.asked()
    assert rules(explain(product, tester))["quota_reached"] is True
