"""A survey for proven people asks only them, for any trigger, and only they use its quota."""

from typing import Any
from uuid import UUID

import pytest

from sayso_server.storage.projects import projects
from tests.api.test_explain import explain, rules
from tests.api.test_live import Stream, next_of_the_rules
from tests.product import Product, Visitor

PROVEN = {"audience": {"proven": True}}
STARTS: list[tuple[str, dict[str, Any]]] = [
    ("event", {"event": "order_completed"}),
    ("page_view", {"kind": "page_view"}),
    ("click", {"kind": "click", "text": "Pay"}),
    ("exit_intent", {"kind": "exit_intent"}),
    ("embed", {"kind": "embed"}),
    ("show", {"kind": "button"}),
    ("page_view", {"kind": "lifecycle", "attribute": "signed_up_at", "after_days": [0]}),
]


def survey(product: Product, trigger: dict[str, Any], **more: Any) -> str:
    return product.publish({"template": "csat", "trigger": trigger, **PROVEN, **more})


def asked(visitor: Visitor, kind: str, found: str) -> Any:
    named = found if kind == "show" else UUID(found).hex[-8:]
    return visitor.asked(kind, name="order_completed", surveys=[named])


@pytest.mark.parametrize(("kind", "trigger"), STARTS)
def test_only_a_proven_page_is_asked(product: Product, kind: str, trigger: dict[str, Any]) -> None:
    found = survey(product, trigger, quota={"responses": 1})
    product.clock.forward(days=1)
    for visitor in (product.visitor(), product.visitor("u_1")):
        attributes = {"signed_up_at": "2020-01-01"}
        visitor.ok("identify", {**visitor.who(), "attributes": attributes})
    stranger, known = product.visitor(), product.visitor("u_1")
    claims = {"user_id": "u_1", "attributes": {"signed_up_at": "2020-01-01"}}
    stranger.ok("identify", {**stranger.who(), **claims})
    for _ in range(3):
        assert asked(stranger, kind, found) is None
    product.clock.forward(days=1)
    known.token = product.token("u_1")
    assert asked(known, kind, found) is not None


@pytest.mark.parametrize("who", ["user_id", "anonymous_id"])
@pytest.mark.parametrize("delay", [0, 60])
def test_a_backend_ask_waits_for_a_proven_page(product: Product, who: str, delay: int) -> None:
    found = survey(product, {"event": "order_completed", "delay": delay})
    visitor = product.visitor()
    visitor.decide()
    stream = Stream(visitor)
    assert stream.event()[0] == "rules"
    if who == "user_id":
        product.track("u_1")
    else:
        product.track(None, anonymous_id=visitor.id)
    product.clock.forward(seconds=delay)
    assert next_of_the_rules(product, found, stream)
    assert visitor.asked() is None
    visitor.token = product.token("u_1")
    assert visitor.asked() is not None


def test_a_repeated_call_without_a_token_does_not_get_the_proven_ask(product: Product) -> None:
    survey(product, {"event": "order_completed"})
    visitor = product.visitor("u_1")
    ask = visitor.did(id="call_1")
    assert visitor.did(id="call_1") == ask
    visitor.token = None
    assert visitor.did(id="call_1") is None
    assert visitor.asked("invitation", id="call_1") is None


def test_a_proven_persons_waiting_invitation_is_not_offered_to_an_unproven_page(
    product: Product,
) -> None:
    survey(product, {"event": "order_completed", "delay": 60})
    visitor = product.visitor("u_1")
    assert visitor.decide("event", name="order_completed", id="call_1")["waiting"]
    visitor.token = None
    assert "waiting" not in visitor.decide("event", name="order_completed", id="call_1")
    product.clock.forward(seconds=61)
    assert visitor.asked() is None
    visitor.token = product.token("u_1")
    assert visitor.asked() is not None


def test_the_ledger_and_the_panel_give_the_reason(product: Product) -> None:
    survey(product, {"event": "order_completed"})
    stranger = product.visitor()
    stranger.did()
    stands = rules(explain(product, stranger))
    assert stands["identity_unproven"] is False
    assert rules(explain(product, product.visitor("u_1"))).get("identity_unproven") is not False
    product.ok("POST", "/v1/people", {"people": [{"user_id": "u", "anonymous_id": stranger.id}]})
    assert product.ledger("u") == [("identity_unproven", 1)]
    found = product.ok("GET", "/v1/decisions?user_id=u")["decisions"]
    assert found[0]["reason"] == "identity_unproven"
    assert "identity_token()" in found[0]["remedy"]


def test_a_simulation_asks_only_proven_people(product: Product) -> None:
    collect(product, "order_completed")
    for visitor in (product.visitor(), product.visitor(), product.visitor("u_1")):
        sent = {"id": "e", "name": "order_completed"}
        visitor.ok("events", {**visitor.who(), "events": [sent]})
    product.track("u_2")
    draft = {"name": "d", "template": "csat", "trigger": {"event": "order_completed"}, **PROVEN}
    made = product.ok("POST", "/v1/surveys", draft)
    found = product.ok("POST", f"/v1/surveys/{made['id']}/simulate", {"days": 2})
    assert found["asks"]["total"] == 2
    held = {one["reason"]: one["decisions"] for one in found["held_back"]}
    assert held == {"identity_unproven": 2}


def collect(product: Product, event: str) -> None:
    product.dependencies.store.write(
        lambda c: projects.change(c, product.project_id, {"tracked": [event]})
    )
    product.dependencies.project_cache.forget()
