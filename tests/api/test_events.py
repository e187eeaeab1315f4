"""Every event is stored once and has its own result."""

from datetime import timedelta
from typing import Any

import pytest

from tests.product import Product


def test_the_same_event_sent_twice_is_stored_once(product: Product) -> None:
    product.survey()
    event = {"id": "e1", "name": "order_completed", "user_id": "u_1"}
    sent = {"events": [event, event]}
    first = product.ok("POST", "/v1/events", sent)["results"]
    again = product.ok("POST", "/v1/events", sent)["results"]
    assert [one["status"] for one in first] == ["stored", "stored"]
    assert [one["status"] for one in again] == ["duplicate", "duplicate"]
    assert product.ledger("u_1") == [("queued", 1)]


def test_a_bad_event_does_not_affect_the_others(product: Product) -> None:
    good = {"id": "e1", "name": "x", "user_id": "u_1"}
    bad = [
        {"id": "e2", "name": "x"},
        {"id": "e3", "name": "x", "user_id": "u", "anonymous_id": "v" * 16},
        {"name": "x", "user_id": "u"},
        {"id": "e4", "name": "", "user_id": "u"},
        {"id": "e5", "name": "x", "user_id": "u", "at": "yesterday"},
        {"id": "e6", "name": "x", "user_id": "u\0"},
        {
            "id": "e7",
            "name": "x",
            "user_id": "u",
            "properties": {"a": {"b": {"c": {"d": {"e": {"f": {"g": 1}}}}}}},
        },
        {"id": "e8", "name": "x", "user_id": "u", "properties": {"a": "x" * 20_000}},
        {"id": "e9", "name": "x", "user_id": "u", "properties": {"a": [[[[[[1]]]]]]}},
        {"id": "e" * 65, "name": "x", "user_id": "u"},
        {"id": "e10", "name": "x", "user_id": "two\nlines"},
        {"id": "e11", "name": "x", "user_id": "u" * 257},
        {"id": "e12", "name": "x" * 129, "user_id": "u"},
        {"id": "e13", "name": "x", "anonymous_id": "v" * 15},
    ]
    results = product.ok("POST", "/v1/events", {"events": [*bad, good]})["results"]
    assert [one["status"] for one in results] == ["refused"] * len(bad) + ["stored"]
    fields = [sorted(one.get("errors", {})) for one in results[:-1]]
    assert fields == [
        ["user_id"],
        ["user_id"],
        ["id"],
        ["name"],
        ["at"],
        ["user_id"],
        ["properties"],
        ["properties"],
        ["properties"],
        ["id"],
        ["user_id"],
        ["user_id"],
        ["name"],
        ["anonymous_id"],
    ]


@pytest.mark.parametrize("zone", ["+23:59", "+00:01", "Z", ""])
def test_a_time_before_year_one_is_implausible(product: Product, zone: str) -> None:
    event = {"id": "e1", "name": "x", "user_id": "u", "at": f"0001-01-01T00:00:00{zone}"}
    (result,) = product.ok("POST", "/v1/events", {"events": [event]})["results"]
    assert (result["status"], result["reason"]) == ("refused", "implausible_time")


@pytest.mark.parametrize("at", ["2099-01-01T00:00:00Z", "1970-01-01T00:00:00Z"])
def test_an_event_from_another_century_is_refused(product: Product, at: str) -> None:
    assert product.track("u_1", at=at) | {"id": ""} == {
        "id": "",
        "status": "refused",
        "reason": "implausible_time",
    }


def test_the_error_for_no_events_or_too_many_names_the_field(product: Product) -> None:
    bodies: list[Any] = [{}, {"events": []}, {"events": "x"}]
    bodies.append({"events": [{}] * 1_001})
    for body in bodies:
        response = product.call("POST", "/v1/events", body)
        assert response.status_code == 422
        assert next(iter(response.json["errors"])).startswith("events")


@pytest.mark.parametrize(("seconds", "status"), [(300, "stored"), (301, "refused")])
def test_an_event_may_be_five_minutes_ahead(product: Product, seconds: int, status: str) -> None:
    ahead = product.clock.now + timedelta(seconds=seconds)
    assert product.track("u_1", at=ahead.isoformat())["status"] == status


def test_an_impossible_sent_at_does_not_correct_the_time(product: Product) -> None:
    event = {"id": "e", "name": "x", "user_id": "u", "at": "9999-12-31T23:59:59Z"}
    sent = {"sent_at": "0001-01-01T00:00:00Z", "events": [event]}
    (result,) = product.ok("POST", "/v1/events", sent)["results"]
    assert result["reason"] == "implausible_time"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_a_number_outside_json_is_a_clear_error(product: Product, number: str) -> None:
    event = f'{{"id": "e", "name": "x", "user_id": "u", "properties": {{"p": {number}}}}}'
    headers = {"Authorization": f"Bearer {product.secret_key}"}
    body = f'{{"events": [{event}]}}'
    response = product.client.post("/v1/events", data=body, headers=headers)
    assert (response.status_code, response.json["code"]) == (400, "malformed")


def test_characters_that_cannot_be_stored_are_replaced(product: Product) -> None:
    product.track("u_1", properties={"a\0b": 1, "half \ud83d": ["\0"]})
    (event,) = product.ok("GET", "/v1/people?user_id=u_1")["person"]["events"]
    assert event["properties"] == {"a\ufffdb": 1, "half \ufffd": ["\ufffd"]}


def test_the_first_of_two_events_with_one_id_is_stored(product: Product) -> None:
    sent = [{"id": "e", "name": name, "user_id": "u_1"} for name in ("first", "second")]
    product.ok("POST", "/v1/events", {"events": sent})
    events = product.ok("GET", "/v1/people?user_id=u_1")["person"]["events"]
    assert [event["name"] for event in events] == ["first"]


def test_events_in_a_batch_ask_in_the_order_sent(product: Product) -> None:
    product.survey("csat", "a")
    first = product.survey("ces", "b")
    sent = [{"id": name, "name": name, "user_id": "u_1"} for name in ("b", "a")]
    product.ok("POST", "/v1/events", {"events": sent})
    assert product.visitor("u_1").asked()["survey"]["id"] == first


def test_a_backend_event_can_ask_an_anonymous_visitor(product: Product) -> None:
    product.survey()
    visitor = product.visitor()
    product.track(None, anonymous_id=visitor.id)
    assert visitor.asked() is not None


@pytest.mark.parametrize(
    ("op", "value", "properties", "asked"),
    [
        ("eq", 5, {"p": 5}, True),
        ("eq", 5, {"p": 5.0}, True),
        ("eq", 1, {"p": True}, False),
        ("eq", "5", {"p": 5}, False),
        ("ne", 5, {"p": 6}, True),
        ("ne", 5, {}, True),
        ("gt", 5, {"p": 5}, False),
        ("gte", 5, {"p": 5}, True),
        ("lt", 5, {"p": "4"}, False),
        ("lte", 5, {"p": 5}, True),
        ("in", ["a", "b"], {"p": "b"}, True),
        ("in", ["a", "b"], {}, False),
        ("contains", "tea", {"p": "green tea"}, True),
        ("contains", "tea", {"p": ["coffee", "tea"]}, True),
        ("contains", "tea", {"p": 7}, False),
        ("exists", None, {"p": 0}, True),
        ("exists", None, {"p": None}, False),
        ("exists", False, {}, True),
    ],
)
def test_a_property_filter_decides_who_is_asked(
    product: Product, op: str, value: object, properties: dict[str, object], asked: bool
) -> None:
    condition = {"property": "p", "op": op, **({} if value is None else {"value": value})}
    product.survey(trigger={"filters": [condition]})
    product.track("u_1", properties=properties)
    assert (product.visitor("u_1").asked() is not None) is asked
    assert product.ledger("u_1") == [("queued" if asked else "filter_not_matched", 1)]


def test_an_event_that_is_already_stored_does_not_ask(
    product: Product,
) -> None:
    product.survey()
    visitor = product.visitor()
    event = {"id": "late", "name": "order_completed", "at": product.clock.now.isoformat()}
    for status in ("stored", "duplicate"):
        reply = visitor.ok("events", {**visitor.who(), "events": [event]})
        assert reply["results"] == [{"id": "late", "status": status}]
    assert visitor.did(id="late") is None


def test_a_page_event_that_the_project_does_not_track_is_refused(product: Product) -> None:
    from sqlalchemy import update  # noqa: PLC0415

    from sayso_server.storage.database.tables import projects  # noqa: PLC0415

    product.dependencies.store.write(
        lambda c: c.execute(update(projects).values(tracked=["opened"]))
    )
    visitor = product.visitor("u_1")
    now = product.clock.now
    events = [
        {"id": "a", "name": "opened", "at": now.isoformat()},
        {"id": "b", "name": "unheard_of", "at": now.isoformat()},
        {"id": "c", "name": "opened", "at": (now + timedelta(days=400)).isoformat()},
    ]
    reply = visitor.ok("events", {**visitor.who(), "sent_at": now.isoformat(), "events": events})
    assert [(one["status"], one.get("reason")) for one in reply["results"]] == [
        ("stored", None),
        ("refused", "not_tracked"),
        ("refused", "implausible_time"),
    ]
    stored = product.ok("GET", "/v1/people?user_id=u_1")["person"]["events"]
    assert [(event["name"], event["proven"]) for event in stored] == [("opened", True)]


def test_a_wrong_page_clock_is_corrected(product: Product) -> None:
    product.survey()
    slow = product.clock.now - timedelta(hours=3)
    event = {"id": "a", "name": "order_completed", "at": slow.isoformat()}
    visitor = product.visitor("u_1")
    sent_at = (slow + timedelta(seconds=5)).isoformat()
    visitor.ok("events", {**visitor.who(), "sent_at": sent_at, "events": [event]})
    (stored,) = product.ok("GET", "/v1/people?user_id=u_1")["person"]["events"]
    assert stored["at"] == (product.clock.now - timedelta(seconds=5)).isoformat()


def test_a_page_may_send_at_most_a_hundred_events_at_once(product: Product) -> None:
    visitor = product.visitor()
    events = [{"id": str(number), "name": "x"} for number in range(101)]
    response = visitor.post("events", {**visitor.who(), "events": events})
    assert (response.status_code, list(response.json["errors"])) == (422, ["events"])
    assert visitor.post("events", {**visitor.who(), "events": events[1:]}).status_code == 200


def test_an_event_from_a_slightly_fast_clock_asks_at_once(product: Product) -> None:
    product.survey()
    at = (product.clock.now + timedelta(minutes=4)).isoformat()
    product.track("u_1", at=at)
    assert product.visitor("u_1").asked() is not None
