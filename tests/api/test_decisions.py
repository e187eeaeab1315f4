"""The ledger explains, months later, why a person was or was not asked."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from sayso_server.background import Background
from sayso_server.storage.invitations import quotas
from tests.product import Product

ID = "01900000-0000-7000-8000-000000000000"


def decisions(product: Product, **query: Any) -> list[dict[str, Any]]:
    said = "&".join(f"{name.rstrip('_')}={value}" for name, value in query.items())
    found: list[dict[str, Any]] = product.ok("GET", f"/v1/decisions?{said}")["decisions"]
    return found


def cursor(**changes: str) -> str:
    """A cursor in the ledger's format, with the given changes."""
    place = {"day": "2026-03-02", "last_at": "2026-03-02T12:00:00+00:00", "person": ID}
    place |= {"survey": ID, "reason": "bot", "moment": ""}
    said = json.dumps(list({**place, **changes}.values()))
    return base64.urlsafe_b64encode(said.encode()).decode()


def test_the_ledger_explains_why_u_42_was_not_asked_on_3_march(product: Product) -> None:
    product.survey("csat", name="Orders", throttle={"cool_down_days": 7})
    calls = product.survey("ces", event="support_called", throttle={"cool_down_days": 7})
    visitor = product.visitor("u_42")
    visitor.show(visitor.did()["invitation"])
    product.clock.forward(days=1)
    for _ in range(3):
        product.track("u_42", "support_called")
        product.clock.forward(minutes=10)
    product.clock.forward(days=90)
    (no,) = decisions(product, user_id="u_42", survey=calls, from_="2026-03-03", to="2026-03-03")
    assert (no["reason"], no["count"], no["day"]) == ("cooling_down", 3, "2026-03-03")
    assert no["because"] == (
        "Another survey of the project was shown too recently. "
        "Survey Orders was shown 2 Mar 2026 12:00 UTC, then ignored."
    )
    assert no["remedy"].startswith("Wait, or shorten the cool-down")
    assert no["version"] == 1


def test_each_ask_has_its_own_row(product: Product) -> None:
    product.survey("csat", throttle={"again_after_days": {"ignored": 0}})
    visitor = product.visitor("u_42")
    for _ in range(2):
        visitor.show(visitor.did()["invitation"])
        product.clock.forward(minutes=5)
    reasons = sorted(one["reason"] for one in decisions(product, user_id="u_42"))
    assert reasons == ["asked", "asked", "queued", "queued"]


def test_only_the_value_that_a_filter_checked_is_kept(product: Product) -> None:
    trigger = {"filters": [{"property": "total", "op": "gte", "value": 50}]}
    product.survey(trigger=trigger)
    product.track("u_42", properties={"total": 20, "card": "4111"})
    (no,) = decisions(product, user_id="u_42")
    assert no["saw"] == {"wanted": "total gte 50", "value": 20}
    assert "the value was 20" in no["because"]


def test_pagination_returns_every_decision_once(product: Product) -> None:
    product.survey("csat", throttle={"cool_down_days": 7})
    for user in range(7):
        product.track(f"u_{user}")
    seen: list[str] = []
    cursor = ""
    while True:
        reply = product.ok("GET", f"/v1/decisions?limit=3{cursor}")
        seen += [one["person"] for one in reply["decisions"]]
        if reply["next"] is None:
            break
        cursor = f"&cursor={reply['next']}"
    assert len(seen) == len(set(seen)) == 7


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-03-09&to=2026-03-02", "from"),
        ("cursor=nonsense", "cursor"),
        (f"cursor={cursor(reason=chr(0))}", "cursor"),
        (f"cursor={cursor(reason=chr(0xD800))}", "cursor"),
        (f"cursor={cursor(moment=chr(0))}", "cursor"),
        ("survey=nonsense", "survey"),
        ("limit=0", "limit"),
    ],
)
def test_an_invalid_query_is_refused_by_field(product: Product, query: str, field: str) -> None:
    response = product.call("GET", f"/v1/decisions?{query}")
    assert response.status_code == 422
    assert field in str(response.json["errors"])


def test_a_cursor_before_the_first_row_returns_no_decisions(product: Product) -> None:
    long_ago = cursor(last_at="0001-01-01T00:00:00+14:00")
    assert product.ok("GET", f"/v1/decisions?cursor={long_ago}")["decisions"] == []


def test_an_unknown_user_has_no_decisions(product: Product) -> None:
    assert decisions(product, user_id="nobody") == []


def test_decisions_are_removed_after_the_days_in_the_policy(product: Product) -> None:
    product.ok("PUT", "/v1/policy", {"cool_down_days": 0, "decisions_kept_days": 30})
    product.survey()
    product.track("u_42")
    visitor = product.visitor("u_42")
    visitor.show(visitor.asked()["invitation"])
    product.clock.forward(days=30)
    assert len(product.ledger("u_42")) == 2
    product.clock.now += timedelta(days=1)
    assert product.ledger("u_42") == []


@pytest.mark.parametrize("from_backend", [False, True])
def test_a_place_lost_in_a_race_names_the_quota(
    product: Product, monkeypatch: pytest.MonkeyPatch, from_backend: bool
) -> None:
    product.survey(quota={"responses": 1})
    if from_backend:
        product.track("u_late")
    assert product.visitor("u_first").did() is not None
    with monkeypatch.context() as before_it_was_taken:
        before_it_was_taken.setattr(quotas, "full", lambda *_: {})
        late = product.visitor("u_late")
        assert (late.asked() if from_backend else late.did()) is None
    no = next(one for one in decisions(product, user_id="u_late") if one["reason"] != "queued")
    assert (no["reason"], no["saw"]) == ("quota_reached", {"quota": "responses"})


def test_a_failed_removal_is_retried_on_the_next_run(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    product.ok("PUT", "/v1/policy", {"decisions_kept_days": 30})
    product.survey()
    visitor = product.visitor("u_42")
    visitor.show(visitor.did()["invitation"])
    background = Background(product.dependencies)
    product.clock.forward(days=31)
    with monkeypatch.context() as away:
        away.setattr("sayso_server.background.ledger.prune", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            background.run_once()
    background.run_once()
    assert decisions(product, user_id="u_42", from_="2026-01-01") == []
