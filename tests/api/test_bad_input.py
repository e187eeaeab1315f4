"""Bad input gets an error that names the field or a clear refusal, never a 500."""

import json
from typing import Any

import pytest

from tests.product import Product

CSAT = {"name": "Orders", "template": "csat"}


def nested(deep: int, key: str = "all") -> Any:
    condition: Any = {"property": "p", "op": "eq", "value": 1}
    for _ in range(deep):
        condition = {key: [condition]}
    return condition


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = {"a": value}
    return value


def filtered(*conditions: Any) -> dict[str, Any]:
    return {"event": "order_completed", "filters": list(conditions)}


def draft(product: Product, **survey: Any) -> Any:
    return product.call("POST", "/v1/surveys", {**CSAT, **survey})


def fits(op: str, value: Any) -> dict[str, Any]:
    return {"property": "p", "op": op, "value": value}


@pytest.mark.parametrize(
    ("op", "value"),
    [
        ("like", 1),
        ("", 1),
        (None, 1),
        ("exists", "yes"),
        ("eq", None),
        ("eq", [1]),
        ("eq", {"a": 1}),
        ("gt", True),
        ("gt", None),
        ("lt", [1]),
        ("in", []),
        ("in", "a"),
        ("in", [[1]]),
        ("in", [None]),
        ("not_in", {"a": 1}),
        ("in", ["x"] * 501),
        ("contains", None),
        ("starts_with", ""),
        ("ends_with", 5),
        ("before", "yesterday"),
        ("after", 1_700_000_000),
        ("before", "2026-02-30"),
        ("in_last_days", "7"),
        ("in_last_days", -1),
        ("over_days_ago", 3_651),
        ("in_next_days", True),
    ],
)
def test_the_error_names_a_condition_of_the_wrong_type(
    product: Product, op: Any, value: Any
) -> None:
    condition = {"property": "p", "op": op, "value": value}
    for path, survey in (
        ("trigger.filters.0.", {"trigger": filtered(condition)}),
        (
            "audience.attributes.0.",
            {"trigger": filtered(), "audience": {"attributes": [condition]}},
        ),
    ):
        response = draft(product, **survey)
        assert response.status_code == 422, response.text
        (field,) = response.json["errors"]
        assert field in (f"{path}op", f"{path}value")
        assert response.json["errors"][field][0]


@pytest.mark.parametrize("levels", [4, 5, 20, 100, 300])
@pytest.mark.parametrize("key", ["all", "any"])
def test_deeply_nested_conditions_are_refused_by_field(
    product: Product, levels: int, key: str
) -> None:
    response = draft(product, trigger=filtered(nested(levels, key)))
    assert response.status_code == 422, response.text
    assert list(response.json["errors"]) == ["trigger.filters"]
    assert "nested deeper" in response.json["errors"]["trigger.filters"][0]
    response = product.call("PUT", "/v1/segments/s", {"attributes": [nested(levels, key)]})
    assert (response.status_code, list(response.json["errors"])) == (422, ["attributes"])


@pytest.mark.parametrize("levels", [0, 1, 3])
def test_slightly_nested_conditions_are_accepted(product: Product, levels: int) -> None:
    assert draft(product, trigger=filtered(nested(levels))).status_code == 201


def test_too_many_conditions_are_refused(product: Product) -> None:
    one = {"property": "p", "op": "ne", "value": 1}
    groups = [{"all": [one] * 20}] * 3
    for conditions in ([one] * 21, groups):
        response = draft(product, trigger=filtered(*conditions))
        assert (response.status_code, list(response.json["errors"])) == (422, ["trigger.filters"])


@pytest.mark.parametrize(
    "regex", ["(a+)+$", "([a-z]+)*$", "(a|ab)*$", "(\\w|\\d)+$", "(aa?)+$", "(.*){11}x"]
)
def test_publishing_refuses_a_regex_that_backtracks(product: Product, regex: str) -> None:
    trigger = {"kind": "page_view", "url": {"match": "regex", "value": regex}}
    survey = draft(product, trigger=trigger).json
    response = product.call("POST", f"/v1/surveys/{survey['id']}/publish")
    assert response.status_code == 422
    assert "repeats a group" in response.json["errors"]["trigger.url.value"][0]


@pytest.mark.parametrize("levels", [1, 2, 7, 100, 900])
def test_deeply_nested_properties_are_refused_without_affecting_other_events(
    product: Product, levels: int
) -> None:
    events = [
        {"id": "deep", "name": "x", "user_id": "u_1", "properties": deep(levels)},
        {"id": "flat", "name": "x", "user_id": "u_1"},
    ]
    refused, stored = product.ok("POST", "/v1/events", {"events": events})["results"]
    assert stored["status"] == "stored"
    if levels > 1:
        assert refused["status"] == "refused"
        assert "`a` is nested" in refused["errors"]["properties"][0]
    visitor = product.visitor()
    body = {**visitor.who(), "attributes": deep(levels)}
    response = visitor.post("identify", body)
    assert response.status_code == (422 if levels > 1 else 200)
    trigger = {"kind": "event", "id": "e", "name": "x", "properties": deep(levels)}
    response = visitor.post("decide", {**visitor.who(), "trigger": trigger})
    assert response.status_code == (422 if levels > 1 else 200)
    assert levels <= 1 or "trigger.properties" in response.json["errors"]


def test_ten_thousand_attributes_for_a_person_are_refused(product: Product) -> None:
    many = {f"a{n}": n for n in range(10_000)}
    person = {"user_id": "u_42", "attributes": many}
    (result,) = product.ok("POST", "/v1/people", {"people": [person]})["results"]
    assert result["status"] == "refused"
    assert list(result["errors"]) == ["attributes"]
    visitor = product.visitor("u_42")
    response = visitor.post("identify", {**visitor.who(), "attributes": many})
    assert (response.status_code, response.json["code"]) == (413, "request_entity_too_large")


def test_attributes_beyond_the_limit_are_refused(
    product: Product,
) -> None:
    for first in range(0, 200, 100):
        names = {f"a{n}": n for n in range(first, first + 100)}
        person = {"user_id": "u_42", "attributes": names}
        (result,) = product.ok("POST", "/v1/people", {"people": [person]})["results"]
        assert result["status"] == "stored"
    one_more = {"user_id": "u_42", "attributes": {"more": 1}}
    other = {"user_id": "u_43", "attributes": {"more": 1}}
    first, second = product.ok("POST", "/v1/people", {"people": [one_more, other]})["results"]
    assert (first["status"], second["status"]) == ("refused", "stored")
    assert "With `more` the person would have 201 attributes" in first["errors"]["attributes"][0]


@pytest.mark.parametrize(
    "at",
    ["2099-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00",
     "0001-01-01T00:00:00+14:00"],
)  # fmt: skip
def test_an_event_from_another_century_is_refused_from_page_and_backend(
    product: Product, at: str
) -> None:
    product.survey()
    result = product.track("u_1", at=at)
    assert result["status"] == "refused"
    assert result.get("reason") == "implausible_time" or "at" in result["errors"]
    visitor = product.visitor()
    events = [{"id": "a", "name": "order_completed", "at": at}]
    response = visitor.post("events", {**visitor.who(), "events": events})
    if response.status_code == 200:
        assert response.json["results"][0]["status"] == "refused"
    else:
        assert (response.status_code, list(response.json["errors"])) == (422, ["events.0.at"])


@pytest.mark.parametrize(
    "value",
    ["9999-12-31", "9999-12-31T23:59:59-12:00", "0001-01-01", "0001-01-01T00:00:00+14:00",
     "2026-13-45T99:99:99+00:00", 10**400, -(10**18), 1e308, "", [], {}, None, True, "x" * 1_000],
)  # fmt: skip
def test_odd_attribute_values_do_not_break_a_decision(product: Product, value: Any) -> None:
    zone = {"time_zone": "America/New_York"}
    person = {"user_id": "u_42", "attributes": {"signed_up_at": value, **zone}}
    product.ok("POST", "/v1/people", {"people": [person]})
    conditions = [
        {"any": [fits("before", "2026-01-01"), fits("in_last_days", 7), fits("ne", 1)]},
        {"property": "signed_up_at", "op": "over_days_ago", "value": 1},
        {"property": "signed_up_at", "op": "after", "value": "0001-01-01"},
    ]
    product.survey(audience={"attributes": conditions})
    product.publish({"template": "nps", "trigger": {"kind": "lifecycle", "preset": "relationship"}})
    product.track("u_42")
    visitor = product.visitor("u_42")
    named = [one["id"].replace("-", "")[-8:] for one in product.ok("GET", "/v1/surveys")["surveys"]]
    visitor.asked("page_view", surveys=named)
    visitor.did()
    assert product.ledger("u_42")
    assert product.call("GET", "/v1/decisions?user_id=u_42").status_code == 200


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity", "1" * 5_000])
def test_a_number_that_no_database_can_store_is_refused(product: Product, number: str) -> None:
    product.survey(trigger={"filters": [{"property": "p", "op": "gt", "value": 5}]})
    visitor = product.visitor()
    trigger = {"kind": "event", "id": "e", "name": "order_completed", "properties": {"p": "?"}}
    body = json.dumps({**visitor.who(), "trigger": trigger}).replace('"?"', number)
    assert visitor.post("decide", body).status_code in (400, 422)
    body = json.dumps({**visitor.who(), "attributes": {"p": "?"}}).replace('"?"', number)
    assert visitor.post("identify", body).status_code in (400, 422)
    survey = json.dumps({**CSAT, "trigger": filtered(fits("gt", "?"))}).replace('"?"', number)
    response = product.client.post(
        "/v1/surveys", data=survey, headers={"Authorization": f"Bearer {product.secret_key}"}
    )
    assert response.status_code in (400, 422)


def test_a_very_large_integer_is_a_number(product: Product) -> None:
    product.survey(trigger={"filters": [fits("lt", 10**400), fits("ne", 10**400)]})
    assert product.visitor().did(properties={"p": 5.5}) is not None
    assert product.visitor().did(properties={"p": 10**400}) is None
    relative = draft(product, trigger=filtered(fits("in_last_days", 10**400)))
    assert (relative.status_code, list(relative.json["errors"])) == (
        422,
        ["trigger.filters.0.value"],
    )


@pytest.mark.parametrize(
    ("survey", "field"),
    [
        ({"priority": 101}, "priority"),
        ({"priority": 1.5}, "priority"),
        ({"quota": {"responses": -1}}, "quota.responses"),
        ({"quota": {"answers": 5}}, "quota.answers"),
        ({"target": {"responses": 0}}, "target.responses"),
        ({"target": {"margin": 0}}, "target.margin"),
        ({"variants": [{"name": "a"}]}, "variants"),
        ({"variants": [{"name": "a"}, {"name": "B"}]}, "variants.1.name"),
        ({"variants": [{"name": "a"}, {"name": "b", "weight": -1}]}, "variants.1.weight"),
        ({"ends_at": "soon"}, "ends_at"),
        ({"throttle": {"cool_down_days": {"answered": 1}}}, "throttle.cool_down_days"),
        ({"throttle": {"again_after_days": {"closed": 1}}}, "throttle.again_after_days.closed"),
        (
            {"throttle": {"again_after_days": {"answered": -1}}},
            "throttle.again_after_days.answered",
        ),
        ({"audience": {"percent": 101}}, "audience.percent"),
        ({"audience": {"languages": ["german"] * 0}}, "audience.languages"),
        ({"audience": {"languages": ["d"]}}, "audience.languages.0"),
        ({"audience": {"countries": ["de"]}}, "audience.countries.0"),
        ({"audience": {"devices": ["watch"]}}, "audience.devices.0"),
        ({"audience": {"segments": ["No Name"]}}, "audience.segments.0"),
        ({"trigger": {"event": "e", "from": "app"}}, "trigger.from"),
        ({"trigger": {"event": "e", "nth": 0}}, "trigger.nth"),
        ({"trigger": {"event": "e", "nth": 2, "every": 2}}, "trigger.nth"),
        ({"trigger": {"event": "e", "after": {"event": "x"}}}, "trigger.after.within"),
        ({"trigger": {"event": "e", "unless": {"within": 5}}}, "trigger.unless.event"),
        ({"trigger": {"event": "e", "cancel_on": []}}, "trigger.cancel_on"),
        ({"trigger": {"event": "e", "seconds": 5}}, "trigger.seconds"),
        ({"trigger": {"kind": "scroll"}}, "trigger.percent"),
        ({"trigger": {"kind": "time_on_page"}}, "trigger.seconds"),
        ({"trigger": {"kind": "inactivity"}}, "trigger.seconds"),
        ({"trigger": {"kind": "click"}}, "trigger.selector"),
        ({"trigger": {"kind": "click", "selector": "a", "text": "b"}}, "trigger.selector"),
        ({"trigger": {"kind": "lifecycle"}}, "trigger.preset"),
        ({"trigger": {"kind": "lifecycle", "preset": "yearly"}}, "trigger.preset"),
        ({"trigger": {"kind": "wish"}}, "trigger.kind"),
    ],
)
def test_the_error_names_the_wrong_field_of_a_survey(
    product: Product, survey: dict[str, Any], field: str
) -> None:
    response = draft(product, **{"trigger": {"event": "e"}, **survey})
    assert response.status_code == 422, response.text
    assert list(response.json["errors"]) == [field]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_body_in_another_encoding_with_a_nul_is_refused(product: Product, encoding: str) -> None:
    visitor = product.visitor()
    body = json.dumps({**visitor.who(), "attributes": {"note": "a\0b"}})
    response = visitor.post("identify", body.encode(encoding))
    assert (response.status_code, response.json["code"]) == (400, "malformed")


def test_an_encoded_lone_surrogate_is_refused(product: Product) -> None:
    visitor = product.visitor()
    body = json.dumps({**visitor.who(), "attributes": {"note": "?"}}).encode()
    response = visitor.post("identify", body.replace(b"?", b"\xed\xa0\x80"))
    assert (response.status_code, response.json["code"]) == (400, "malformed")


def test_a_byte_order_mark_is_ignored(product: Product) -> None:
    visitor = product.visitor()
    assert (
        visitor.post("identify", json.dumps(visitor.who()).encode("utf-8-sig")).status_code == 200
    )


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("end", ["from", "to"])
@pytest.mark.parametrize("path", ["decisions", "surveys/{}/report", "surveys/{}/report?test=1"])
def test_extreme_dates_do_not_break_a_query(
    product: Product, path: str, end: str, day: str
) -> None:
    path = path.format(product.survey())
    response = product.call("GET", f"/v1/{path}{'&' if '?' in path else '?'}{end}={day}")
    empty = (end, day) == ("from", "9999-12-31")
    assert response.status_code == (422 if empty else 200), response.text


@pytest.mark.parametrize("value", [0, 0.0, 1, 1.0])
def test_a_number_is_not_a_boolean(product: Product, value: float) -> None:
    response = draft(product, trigger=filtered(fits("exists", value)))
    assert (response.status_code, list(response.json["errors"])) == (
        422,
        ["trigger.filters.0.value"],
    )


@pytest.mark.parametrize("op", ["in_last_days", "in_next_days"])
def test_a_span_of_zero_days_is_refused(product: Product, op: str) -> None:
    response = draft(product, trigger=filtered(fits(op, 0)))
    assert (response.status_code, list(response.json["errors"])) == (
        422,
        ["trigger.filters.0.value"],
    )
    assert draft(product, trigger=filtered(fits("over_days_ago", 0))).status_code == 201


@pytest.mark.parametrize(
    "survey",
    [
        {"audience": {"countries": ["DE\n"]}},
        {"audience": {"languages": ["de\n"]}},
        {"audience": {"segments": ["pros\n"]}},
        {"variants": [{"name": "a\n"}, {"name": "b"}]},
        {"theme": {"accent": "#112233\n"}},
    ],
)
def test_a_trailing_line_break_is_refused(product: Product, survey: dict[str, Any]) -> None:
    assert draft(product, trigger=filtered(), **survey).status_code == 422
