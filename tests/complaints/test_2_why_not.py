"""Why was it not shown? (formbricks #814, #6459, #2016; PostHog #47948): the ledger tells why."""

from typing import Any

import pytest

from tests.product import Product

WEEK = {"cool_down_days": 7}


def why(product: Product, **query: str) -> Any:
    """The rows of the ledger, newest first."""
    asked = "&".join(f"{name.rstrip('_')}={value}" for name, value in query.items())
    return product.ok("GET", f"/v1/decisions?{asked}")["decisions"]


def policy(product: Product, **of: Any) -> None:
    product.ok("PUT", "/v1/policy", {"cool_down_days": 0, **of})


def test_months_later_the_reason_is_still_there_formbricks_814(product: Product) -> None:
    survey = product.survey(trigger={"filters": [{"property": "total", "op": "gt", "value": 9}]})
    product.track("u_42", properties={"total": 3})
    product.clock.forward(days=200)
    (row,) = why(product, user_id="u_42", survey=survey, from_="2026-03-01")
    assert (row["reason"], row["day"], row["count"]) == ("filter_not_matched", "2026-03-02", 1)
    assert row["saw"] == {"wanted": "total gt 9", "value": 3}
    assert row["because"].startswith("The event's properties do not meet")
    assert row["remedy"]


# Why a person is not asked → the reason in the ledger.
@pytest.mark.parametrize(
    ("survey", "project", "reason"),
    [
        ({"trigger": {"from": "page"}}, {}, "other_source"),
        ({"trigger": {"nth": 2}}, {}, "not_this_time"),
        ({"trigger": {"after": {"event": "x", "within": 60}}}, {}, "not_in_sequence"),
        (
            {"audience": {"attributes": [{"property": "plan", "op": "exists"}]}},
            {},
            "not_in_audience",
        ),
        ({"audience": {"events": [{"event": "x"}]}}, {}, "not_in_audience"),
        ({"audience": {"percent": 0.0001}}, {}, "not_sampled"),
        (
            {"ask_within": 60},
            {"quiet_hours": {"from": "11:00", "to": "13:00"}},
            "quiet_hours",
        ),
        (
            {},
            {"staff": {"attributes": [{"property": "plan", "op": "exists", "value": False}]}},
            "staff",
        ),
    ],
)
def test_each_refusal_to_ask_has_its_own_reason_formbricks_6459(
    product: Product, survey: dict[str, Any], project: dict[str, Any], reason: str
) -> None:
    policy(product, **project)
    product.survey(**survey)
    product.track("u_42")
    assert product.visitor("u_42").asked() is None
    (row,) = why(product, user_id="u_42")
    assert row["reason"] == reason
    assert row["because"]
    assert row["remedy"]


def test_a_page_has_reasons_of_its_own_formbricks_2016(product: Product) -> None:
    policy(product, excluded_pages=[{"match": "exact", "value": "/"}])
    product.survey()
    visitor = product.visitor()
    assert visitor.did() is None
    (row,) = why(product, anonymous_id=visitor.id)
    assert (row["reason"], row["saw"]) == ("excluded_page", {"rule": "/"})


def test_equal_refusals_of_a_day_are_counted_and_days_kept_apart_posthog_47948(
    product: Product,
) -> None:
    product.survey("csat", throttle=WEEK)
    calls = product.survey("ces", "support_called", throttle=WEEK)
    visitor = product.visitor("u_42")
    visitor.show(visitor.did()["invitation"])
    for hour in (1, 23):
        product.clock.forward(hours=hour)
        for _ in range(3):
            product.track("u_42", "support_called")
    rows = why(product, user_id="u_42", survey=calls)
    assert [(row["day"], row["reason"], row["count"]) for row in rows] == [
        ("2026-03-03", "cooling_down", 3),
        ("2026-03-02", "cooling_down", 3),
    ]


def test_a_decision_to_ask_has_a_row_too(product: Product) -> None:
    survey = product.survey()
    product.track("u_42")
    (row,) = why(product, user_id="u_42")
    assert (row["reason"], row["survey"], row["version"]) == ("queued", survey, 1)


def test_an_anonymous_decision_is_found_under_the_user_after_the_log_in(product: Product) -> None:
    product.survey(audience={"attributes": [{"property": "plan", "op": "exists"}]})
    visitor = product.visitor()
    visitor.did()
    (before,) = why(product, anonymous_id=visitor.id)
    visitor.token = product.token("u_42")
    visitor.asked()
    (after,) = why(product, user_id="u_42")
    assert after["reason"] == before["reason"] == "not_in_audience"
