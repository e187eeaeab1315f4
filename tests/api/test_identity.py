"""Who a page's visitor is counts only when a token proves it."""

from typing import Any

import jwt
import pytest

from tests.product import Product


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
    visitor = product.visitor("u_42")
    product.clock.forward(hours=0)
    visitor.token = product.token("u_42", iat=1_000_000, exp=1_003_600)
    response = visitor.post("decide", _any_moment(visitor.who()))
    assert response.status_code == 401
    assert response.json["code"] == "token_expired"


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "pk_other"},
        {"exp": 4_000_000_000},
        {"sub": ""},
        {"sub": 7},
        {"iat": None},
    ],
)
def test_a_token_that_does_not_hold_is_a_clear_error(
    product: Product, claims: dict[str, Any]
) -> None:
    visitor = product.visitor()
    visitor.token = product.token("u_42", **claims)
    response = visitor.post("decide", _any_moment(visitor.who()))
    assert (response.status_code, response.json["code"]) == (401, "token_invalid")


def test_a_token_of_another_algorithm_or_key_is_refused(product: Product) -> None:
    payload = {"sub": "u", "aud": product.public_key, "iat": 1, "exp": 2_000_000_000}
    forged = jwt.encode(payload, "", algorithm="none", headers={"kid": product.kid})
    other = jwt.encode(payload, "x" * 64, algorithm="HS512", headers={"kid": product.kid})
    unknown = product.token("u_42", secret="is_00000000_" + "abc" * 20)
    for token in (forged, other, unknown, "no token", "a.b.c"):
        visitor = product.visitor()
        visitor.token = token
        response = visitor.post("decide", _any_moment(visitor.who()))
        assert (response.status_code, response.json["code"]) == (401, "token_invalid")


def test_identity_keys_roll_over_and_a_retired_one_is_refused(product: Product) -> None:
    from sayso_server.storage import projects  # noqa: PLC0415

    store, old = product.parts.store, product.token("u_42")
    project, now = product.project_id, product.clock.now
    new_kid = store.write(lambda c: projects.add_identity_key(c, project, now))
    product.parts.directory.forget()
    visitor = product.visitor()
    visitor.token = old
    assert visitor.asked() is None
    store.write(lambda c: projects.retire_identity_key(c, project, product.kid, now))
    product.parts.directory.forget()
    assert visitor.post("decide", _any_moment(visitor.who())).status_code == 401
    product.kid = new_kid
    visitor.token = product.token("u_42")
    assert visitor.asked() is None


def test_a_proven_user_takes_the_anonymous_history_over(product: Product) -> None:
    product.survey()
    visitor = product.visitor()
    visitor.show(visitor.did()["invitation"])
    visitor.token = product.token("u_42")
    product.clock.forward(minutes=5)
    assert visitor.did() is None
    assert ("already_asked", 1) in product.ledger("u_42")


def test_an_alias_by_the_backend_merges_the_visitor(product: Product) -> None:
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


def test_an_unproven_page_changes_nothing_that_a_backend_said(product: Product) -> None:
    product.ok(
        "POST", "/v1/people", {"people": [{"user_id": "u_1", "attributes": {"plan": "pro"}}]}
    )
    visitor = product.visitor()
    body = {"visitor": visitor.id, "user_id": "u_1", "attributes": {"plan": "free"}}
    assert visitor.ok("identify", body)["proven"] is False
    person = product.ok("GET", "/v1/people/u_1")["person"]
    assert person["attributes"] == {"plan": "pro"}
    assert person["unproven_attributes"] == {}


def test_a_token_of_one_user_does_not_identify_another(product: Product) -> None:
    visitor = product.visitor("u_1")
    response = visitor.post("identify", {**visitor.who(), "user_id": "u_2"})
    assert response.status_code == 401


def _any_moment(who: dict[str, object]) -> dict[str, object]:
    return {**who, "trigger": {"kind": "invitation", "id": "t"}}
