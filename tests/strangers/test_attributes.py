"""A person's attributes have a total limit, over any number of calls."""

import json
from typing import Any

import pytest
from sqlalchemy import update

from sayso_server.storage.database.tables import people
from tests.product import Product, Visitor

MOST = 200
MOST_BYTES = 32 * 1024


def identify(visitor: Visitor, attributes: Any) -> Any:
    return visitor.post("identify", {**visitor.who(), "attributes": attributes})


def say(product: Product, user: str, attributes: Any, **more: Any) -> Any:
    """A backend sends attributes of a user; returns the result."""
    person = {"user_id": user, "attributes": attributes, **more}
    return product.ok("POST", "/v1/people", {"people": [person]})["results"][0]


def kept(product: Product, user: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The user's attributes from the backend, and those from pages."""
    person = product.ok("GET", f"/v1/people?user_id={user}")["person"]
    return person["attributes"], person["unproven_attributes"]


def names(count: int, first: int = 0) -> dict[str, int]:
    return {f"a{n}": n for n in range(first, first + count)}


SHAPES: dict[str, Any] = {
    "text": "für Ömer",
    "number": -1.5,
    "boolean": True,
    "date": "2026-03-02T12:00:00Z",
    "list": ["a", 1, False],
    "long_list": list(range(100)),
}
NOT_KEPT: dict[str, tuple[Any, str]] = {
    "a list of empty lists": ([[]] * 4_000, "`p` is a list of 4000, and 100 are kept"),
    "a short list of lists": ([[1]], "`p` is nested"),
    "a list of objects": ([{"a": 1}], "`p` is nested"),
    "an object": ({"a": 1}, "`p` is nested"),
    "a list that is too long": (list(range(101)), "`p` is a list of 101"),
    "nothing in a list": ([None], "`p` is no value that is kept"),
    "a long text": ("x" * 40_000, "shorten `p`"),
}


def test_plain_values_are_kept_from_pages_and_backends(product: Product) -> None:
    product.survey()
    visitor = product.visitor("u_1")
    for name, value in SHAPES.items():
        assert identify(visitor, {"p": value}).status_code == 200, name
        assert say(product, "u_1", {"p": value})["status"] == "stored", name
        assert kept(product, "u_1") == ({"p": value}, {"p": value})
        sent = product.track("u_1", properties={"p": value})
        assert sent["status"] == "stored", name
        event = {"id": name, "name": "order_completed", "properties": {"p": value}}
        sent = visitor.ok("events", {**visitor.who(), "events": [event]})["results"][0]
        assert sent["status"] == "stored", name


def test_other_values_are_refused_with_name_and_reason(product: Product, stranger: Visitor) -> None:
    product.survey()
    for value, why in NOT_KEPT.values():
        refuses(product, stranger, value, why)
    trigger = {"kind": "event", "id": "e", "name": "order_completed", "properties": {"p": 1}}
    stranger.ok("decide", {**stranger.who(), "trigger": trigger})


def refuses(product: Product, stranger: Visitor, value: Any, why: str) -> None:
    refused = identify(stranger, {"fine": 1, "p": value})
    assert refused.status_code == 422
    assert why in refused.json["errors"]["attributes"][0]
    said = say(product, "u_1", {"fine": 1, "p": value})
    assert why in said["errors"]["attributes"][0]
    sent = product.track("u_1", properties={"fine": 1, "p": value})
    assert why in sent["errors"]["properties"][0]
    event = {"id": "e", "name": "order_completed", "properties": {"p": value}}
    (sent,) = stranger.ok("events", {**stranger.who(), "events": [event]})["results"]
    assert why in sent["errors"]["properties"][0]
    trigger = {"kind": "event", **event}
    sent = stranger.post("decide", {**stranger.who(), "trigger": trigger})
    assert why in sent.json["errors"]["trigger.properties"][0]


def test_a_visitors_attribute_count_is_limited_over_all_calls(
    product: Product, stranger: Visitor
) -> None:
    for first in range(0, MOST, 50):
        assert identify(stranger, names(50, first)).status_code == 200
    refused = identify(stranger, {"a0": "again", "one_more": 1})
    assert refused.status_code == 422
    assert "With `one_more` the person would have 201" in refused.json["errors"]["attributes"][0]
    assert identify(stranger, {"a0": "again"}).status_code == 200
    assert identify(stranger, {"a1": None, "one_more": 1}).status_code == 200
    product.ok("POST", "/v1/people", {"people": [{"user_id": "u", "anonymous_id": stranger.id}]})
    _, said = kept(product, "u")
    assert (len(said), said["a0"], said["one_more"]) == (MOST, "again", 1)


def test_the_names_in_one_call_are_counted_first(stranger: Visitor) -> None:
    refused = identify(stranger, names(MOST + 1))
    assert refused.json["errors"]["attributes"] == [
        "Has 201 names, and 200 are kept; leave out `a200` and those after it."
    ]


def test_a_visitors_attribute_bytes_are_limited_over_all_calls(stranger: Visitor) -> None:
    for name in ("a", "b", "c"):
        assert identify(stranger, {name: "x" * 10_000}).status_code == 200
    refused = identify(stranger, {"d": "x" * 10_000})
    assert refused.status_code == 422
    assert "With `d` the person would have 40" in refused.json["errors"]["attributes"][0]
    assert identify(stranger, {"d": "x" * 1_000}).status_code == 200
    assert identify(stranger, {"a": "x" * 20_000}).status_code == 422


def test_backend_attributes_are_limited_too(product: Product) -> None:
    assert say(product, "u", names(MOST))["status"] == "stored"
    assert say(product, "u", {"a0": "again"})["status"] == "stored"
    refused = say(product, "u", {"one_more": 1})
    assert (refused["status"], list(refused["errors"])) == ("refused", ["attributes"])
    assert say(product, "u", {"a0": None, "one_more": 1})["status"] == "stored"
    said, _ = kept(product, "u")
    assert len(said) == MOST
    assert "a0" not in said


@pytest.mark.parametrize(
    "filling", [names(MOST), {"a": "x" * 32_000}, {"a": "x" * 20_000, **names(100)}]
)
def test_backend_attributes_replace_page_attributes_at_the_limit(
    product: Product, filling: dict[str, Any]
) -> None:
    visitor = product.visitor("u")
    assert identify(visitor, filling).status_code == 200
    attributes = {f"b{n}": "y" * 100 for n in range(150)}
    assert say(product, "u", attributes)["status"] == "stored"
    said, unproven = kept(product, "u")
    assert said == attributes
    assert len(said) + len(unproven) <= MOST
    assert len(json.dumps(said)) + len(json.dumps(unproven)) <= MOST_BYTES * 1.1
    assert identify(visitor, names(100, 900)).status_code == 422


@pytest.mark.parametrize("by", ["the page's token", "the backend's alias"])
def test_merged_visitors_share_one_limit(product: Product, by: str) -> None:
    say(product, "u", names(50))
    for first in (1_000, 2_000):
        visitor = product.visitor()
        assert identify(visitor, names(120, first)).status_code == 200
        if by == "the page's token":
            visitor.token = product.token("u")
            assert identify(visitor, {}).status_code == 200
        else:
            assert say(product, "u", {}, anonymous_id=visitor.id)["status"] == "stored"
    said, unproven = kept(product, "u")
    assert (len(said), len(unproven)) == (50, 150)
    assert set(names(120, 1_000)) <= set(unproven)  # existing attributes are kept


@pytest.mark.parametrize(
    "earlier", [names(400), {"a": [[]] * 20_000}, {"a": {"b": {"c": "x" * 40_000}}}]
)
def test_attributes_over_the_limit_from_earlier_versions_are_read_and_may_shrink(
    product: Product, earlier: dict[str, Any]
) -> None:
    wanted = {"property": "a", "op": "eq", "value": 1}
    product.survey(audience={"attributes": [wanted]})
    assert say(product, "u", {"b": 1})["status"] == "stored"
    change = update(people).values(attributes=earlier, unproven_attributes=earlier)
    product.dependencies.store.write(lambda c: c.execute(change))
    visitor = product.visitor("u")
    assert visitor.did() is None
    assert product.ledger("u") == [("not_in_audience", 1)]
    assert say(product, "u", {"z": 1})["status"] == "refused"
    for some in (list(earlier)[:MOST], list(earlier)[MOST:]):
        assert say(product, "u", dict.fromkeys(some))["status"] == "stored"
    assert say(product, "u", {"a": 1})["status"] == "stored"
    assert visitor.did() is not None


def test_a_value_that_cannot_be_printed_uses_the_default_text(product: Product) -> None:
    title = "How was your order of {event.total|yesterday}?"
    survey = {"questions": [{"id": "score", "kind": "csat", "title": title}]}
    product.publish({**survey, "trigger": {"event": "order_completed"}})
    for total, said in ((10**400, "yesterday"), (10**300, "1e+300"), (["a"], "yesterday")):
        ask = product.visitor().did(properties={"total": total})
        assert ask["survey"]["questions"][0]["title"] == f"How was your order of {said}?"
