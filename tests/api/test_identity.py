"""A page's user id counts only if a token proves it."""

import warnings
from typing import Any

import jwt
import pytest
from sqlalchemy import select

from sayso_server.storage.database.tables import people, visitors
from tests.product import NOON, Product

NOW = int(NOON.timestamp())


def test_a_page_without_a_token_never_gets_a_backend_ask(product: Product) -> None:
    product.survey()
    product.track("u_42")
    visitor = product.visitor()
    visitor.ok("identify", {"visitor": visitor.id, "user_id": "u_42"})
    assert visitor.asked() is None


def test_a_logged_out_page_of_a_known_user_gets_no_backend_ask(product: Product) -> None:
    product.survey()
    visitor = product.visitor("u_42")
    assert visitor.asked() is None
    visitor.token = None
    product.track("u_42")
    assert visitor.asked() is None
    assert ("identity_unproven", 1) in product.ledger("u_42")


def test_an_expired_token_is_a_clear_error(product: Product) -> None:
    visitor = product.visitor()
    visitor.token = product.token("u_42", exp=NOW + 60)
    product.clock.forward(seconds=60 + 30)  # the host's clock may be half a minute slow
    assert visitor.asked() is None
    product.clock.forward(seconds=1)
    response = visitor.post("decide", _any_moment(visitor.who()))
    assert response.status_code == 401
    assert response.json["code"] == "token_expired"


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "pk_other"},
        {"exp": NOW + 86_401},
        {"iat": NOW + 31, "exp": NOW + 86_431},
        {"iat": NOW + 10**9, "exp": NOW + 10**9 + 3_600},
        {"exp": NOW + 3_600.5},
        {"iat": NOW - 0.5},
        {"sub": ""},
        {"sub": 7},
        {"sub": "u" * 257},
        {"sub": "two\nlines"},
        {"aud": None},
        {"sub": None},
        {"iat": None},
        {"exp": None},
    ],
)
def test_an_invalid_token_is_a_clear_error(product: Product, claims: dict[str, Any]) -> None:
    visitor = product.visitor()
    visitor.token = product.token("u_42", **claims)
    response = visitor.post("decide", _any_moment(visitor.who()))
    assert (response.status_code, response.json["code"]) == (401, "token_invalid")


@pytest.mark.parametrize("claim", ["sub", "aud", "iat", "exp"])
def test_a_token_that_lacks_a_claim_is_a_clear_error(product: Product, claim: str) -> None:
    payload = {"sub": "u", "aud": product.public_key, "iat": NOW, "exp": NOW + 60}
    del payload[claim]
    secret = product.identity_secret.split("_", 2)[2]
    visitor = product.visitor()
    visitor.token = jwt.encode(payload, secret, headers={"kid": product.kid})
    response = visitor.post("decide", _any_moment(visitor.who()))
    assert (response.status_code, response.json["code"]) == (401, "token_invalid")


def test_a_token_with_another_algorithm_or_key_is_refused(product: Product) -> None:
    payload = {"sub": "u", "aud": product.public_key, "iat": NOW, "exp": NOW + 60}
    forged = jwt.encode(payload, "", algorithm="none", headers={"kid": product.kid})
    secret = product.identity_secret.split("_", 2)[2]
    with warnings.catch_warnings(action="ignore"):  # the key is short for HS512
        other = jwt.encode(payload, secret, algorithm="HS512", headers={"kid": product.kid})
    unknown = product.token("u_42", secret="is_00000000_" + "abc" * 20)
    for token in (forged, other, unknown, "no token", "a.b.c"):
        visitor = product.visitor()
        visitor.token = token
        response = visitor.post("decide", _any_moment(visitor.who()))
        assert (response.status_code, response.json["code"]) == (401, "token_invalid")


def test_identity_keys_roll_over_and_a_retired_one_is_refused(product: Product) -> None:
    old = product.token("u_42")
    new_kid = product.ok("POST", "/v1/identity-keys")["kid"]
    visitor = product.visitor()
    visitor.token = old
    assert visitor.asked() is None
    product.call("DELETE", f"/v1/identity-keys/{product.kid}")
    assert visitor.post("decide", _any_moment(visitor.who())).status_code == 401
    product.kid = new_kid
    visitor.token = product.token("u_42")
    assert visitor.asked() is None


def test_a_proven_user_takes_over_the_anonymous_history(product: Product) -> None:
    product.survey()
    visitor = product.visitor()
    visitor.show(visitor.did()["invitation"])
    visitor.token = product.token("u_42")
    product.clock.forward(minutes=5)
    assert visitor.did() is None
    assert ("already_asked", 1) in product.ledger("u_42")


def test_a_visitors_earlier_events_become_the_users(product: Product) -> None:
    product.survey()
    product.track("u_42", "known_before")
    visitor = product.visitor()
    visitor.did()
    visitor.token = product.token("u_42")
    visitor.asked()
    person = product.ok("GET", "/v1/people?user_id=u_42")["person"]
    names = {event["name"] for event in person["events"]}
    assert names == {"known_before", "order_completed"}
    assert [one["visitor"] for one in person["visitors"]] == [visitor.id]
    with product.dependencies.store.read() as connection:
        assert len(connection.execute(select(people)).all()) == 1


def test_never_again_still_applies_after_logging_in(product: Product) -> None:
    product.survey()
    product.track("u_42", "known_before")
    visitor = product.visitor()
    visitor.state(visitor.did()["invitation"], "never")
    visitor.token = product.token("u_42")
    product.clock.forward(minutes=5)
    visitor.asked()
    assert product.visitor("u_42").did() is None
    assert ("refused_for_good", 1) in product.ledger("u_42")


def test_an_alias_from_the_backend_merges_the_visitor(product: Product) -> None:
    product.survey()
    visitor = product.visitor()
    visitor.show(visitor.did()["invitation"])
    product.ok("POST", "/v1/people", {"people": [{"user_id": "u_1", "anonymous_id": visitor.id}]})
    product.clock.forward(minutes=5)
    other_device = product.visitor("u_1")
    assert other_device.did() is None


def test_another_user_on_the_same_browser_inherits_nothing(product: Product) -> None:
    product.survey()
    browser = product.visitor("u_1")
    browser.show(browser.did()["invitation"])
    product.clock.forward(minutes=5)
    browser.token = product.token("u_2")
    assert browser.did() is not None


def test_an_unproven_page_cannot_change_backend_attributes(product: Product) -> None:
    product.ok(
        "POST", "/v1/people", {"people": [{"user_id": "u_1", "attributes": {"plan": "pro"}}]}
    )
    visitor = product.visitor()
    body = {"visitor": visitor.id, "user_id": "u_1", "attributes": {"plan": "free"}}
    assert visitor.ok("identify", body)["proven"] is False
    person = product.ok("GET", "/v1/people?user_id=u_1")["person"]
    assert person["attributes"] == {"plan": "pro"}
    assert person["unproven_attributes"] == {}


def test_attributes_from_a_proven_page_are_stored_separately(product: Product) -> None:
    visitor = product.visitor("u_1")
    body = {**visitor.who(), "attributes": {"plan": "free"}}
    assert visitor.ok("identify", body)["proven"] is True
    person = product.ok("GET", "/v1/people?user_id=u_1")["person"]
    assert (person["attributes"], person["unproven_attributes"]) == ({}, {"plan": "free"})


def test_a_claimed_user_id_is_kept_until_a_user_is_proven(product: Product) -> None:
    def noted() -> Any:
        with product.dependencies.store.read() as connection:
            return connection.execute(select(visitors.c.claimed_user_id)).scalar_one()

    visitor = product.visitor()
    visitor.ok("identify", {"visitor": visitor.id, "user_id": "u_1"})
    assert noted() == "u_1"
    visitor.token = product.token("u_2")
    visitor.asked()
    visitor.token = product.token("u_3")
    visitor.asked()
    assert noted() is None


def test_a_token_may_be_valid_for_a_day(product: Product) -> None:
    visitor = product.visitor()
    visitor.token = product.token("u_42", exp=NOW + 86_400)
    assert visitor.asked() is None


def test_a_token_for_one_user_does_not_identify_another(product: Product) -> None:
    visitor = product.visitor("u_1")
    response = visitor.post("identify", {**visitor.who(), "user_id": "u_2"})
    assert response.status_code == 401


def _any_moment(who: dict[str, object]) -> dict[str, object]:
    return {**who, "trigger": {"kind": "invitation", "id": "t"}}
