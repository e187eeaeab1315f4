"""`/v1/keys`: keys are created, listed without secrets, and revoked by id."""

from pathlib import Path
from typing import Any

import pytest

from sayso_server.storage.projects import audit
from tests.product import Clock, Product, make_app, make_product


@pytest.fixture
def product(migrated_sqlite_url: str, tmp_path: Path, clock: Clock) -> Product:
    return make_product(make_app(migrated_sqlite_url, tmp_path, clock), clock)


def make(product: Product, *scopes: str) -> Any:
    return product.ok("POST", "/v1/keys", {"scopes": [*scopes]})


def listed(product: Product) -> list[Any]:
    found: list[Any] = product.ok("GET", "/v1/keys")["keys"]
    return found


def revoke(product: Product, key: Any, key_used: str | None = None, query: str = "") -> Any:
    return product.call("DELETE", f"/v1/keys/{key['id']}{query}", key=key_used)


def test_a_new_keys_secret_is_returned_once_and_not_listed(product: Product) -> None:
    made = make(product, "read", "events")
    assert made["key"].endswith(made["hint"])
    assert product.call("GET", "/v1/surveys", key=made["key"]).status_code == 200
    first, second = listed(product)
    assert first["scopes"] == ["events", "read", "manage"]
    assert {**second, "last_used_at": None, "key": made["key"]} == made
    assert made["scopes"] == ["events", "read"]
    assert "key" not in second


def test_a_revoked_key_is_unauthorised(product: Product) -> None:
    made = make(product, "read")
    assert revoke(product, made).status_code == 204
    assert product.call("GET", "/v1/surveys", key=made["key"]).status_code == 401
    assert made["id"] not in [one["id"] for one in listed(product)]
    again = revoke(product, made)
    assert (again.status_code, again.json["code"]) == (404, "not_found")


def test_another_projects_key_is_not_found(product: Product) -> None:
    other = make_product(product.app, product.clock)
    key = make(other, "read")
    assert revoke(product, key).status_code == 404
    assert other.call("GET", "/v1/surveys", key=key["key"]).status_code == 200
    assert len(listed(product)) == 1


def test_a_key_grants_no_scope_that_it_lacks(product: Product) -> None:
    manager = make(product, "manage")["key"]
    body = {"scopes": ["manage", "read"]}
    response = product.call("POST", "/v1/keys", body, key=manager)
    assert response.status_code == 422
    assert "`read`" in response.json["errors"]["scopes"][0]
    assert product.call("POST", "/v1/keys", {"scopes": ["manage"]}, key=manager).status_code == 201


@pytest.mark.parametrize("scopes", [[], ["all"], "read", None, ["read", 1]])
def test_wrong_scopes_are_refused(product: Product, scopes: Any) -> None:
    response = product.call("POST", "/v1/keys", {"scopes": scopes})
    assert response.status_code == 422
    assert all(field.startswith("scopes") for field in response.json["errors"])


def test_revoking_the_last_manage_key_needs_last_true(product: Product) -> None:
    make(product, "read")
    (own, *_) = listed(product)
    refused = revoke(product, own)
    assert (refused.status_code, refused.json["code"]) == (409, "last_key")
    assert "?last=true" in refused.json["message"]
    assert revoke(product, own, query="?last=true").status_code == 204
    assert product.call("GET", "/v1/keys").status_code == 401


def test_a_key_may_revoke_itself_if_another_can_manage(product: Product) -> None:
    second = make(product, "manage")
    (own, *_) = listed(product)
    assert revoke(product, own).status_code == 204
    last = revoke(product, second, second["key"])
    assert last.status_code == 409


def test_a_project_has_at_most_a_hundred_keys(product: Product) -> None:
    for _ in range(99):
        make(product, "events")
    response = product.call("POST", "/v1/keys", {"scopes": ["events"]})
    assert (response.status_code, response.json["code"]) == (409, "conflict")


def test_the_audit_trail_records_created_and_revoked_keys_by_id(product: Product) -> None:
    made = make(product, "read")
    revoke(product, made)
    by = f"key {listed(product)[0]['id']}"
    with product.dependencies.store.read() as connection:
        rows = audit.latest(connection, product.project_id, 2)
    assert [(row["action"], row["actor"], row["subject"]) for row in rows] == [
        ("key_revoked", by, made["id"]),
        ("key_made", by, made["id"]),
    ]
    assert made["hint"] not in str([row["details"] for row in rows])


@pytest.fixture
def guarded(migrated_sqlite_url: str, tmp_path: Path, clock: Clock) -> Product:
    """A project on a server that allows two wrong keys a minute for each address."""
    app = make_app(migrated_sqlite_url, tmp_path, clock, wrong_keys_per_minute=2)
    return make_product(app, clock)


def tries(product: Product, *keys: str) -> list[int]:
    return [product.call("GET", "/v1/surveys", key=key).status_code for key in keys]


def test_wrong_keys_are_throttled_for_each_address(guarded: Product) -> None:
    assert tries(guarded, "sk_a", "sk_b", "sk_c", "sk_d") == [401, 401, 429, 429]
    refused = guarded.call("GET", "/v1/surveys", key="sk_e")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    guarded.client.environ_base["REMOTE_ADDR"] = "10.0.0.2"
    assert tries(guarded, "sk_e", guarded.secret_key) == [401, 200]


def test_a_throttled_address_does_not_learn_that_a_key_is_right(guarded: Product) -> None:
    fresh = make(guarded, "read")["key"]
    assert tries(guarded, "sk_a", "sk_b", fresh) == [401, 401, 429]


def test_a_key_in_use_keeps_working_while_its_address_is_throttled(guarded: Product) -> None:
    key = guarded.secret_key
    assert tries(guarded, key, "sk_a", "sk_b", "sk_c", key) == [200, 401, 401, 429, 200]
    guarded.dependencies.project_cache.forget()
    assert tries(guarded, key) == [200]


def test_no_limiter_key_contains_a_part_of_a_secret(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    spent: list[str] = []
    monkeypatch.setattr(
        type(product.dependencies.limits), "spend", lambda _, *said: spent.append(str(said))
    )
    product.call("GET", "/v1/surveys")
    product.call("GET", "/v1/surveys", key="sk_wrong-and-quite-long-to-look-like-one")
    assert len(spent) == 2
    for secret in (product.secret_key, "sk_wrong-and-quite-long-to-look-like-one"):
        for end in (secret[-16:], secret[-4:], secret[:12]):
            assert not any(end in one for one in spent)
