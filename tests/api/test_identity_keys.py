"""`/v1/identity-keys`: keys are created, listed without secrets, and retired."""

from pathlib import Path
from typing import Any

import pytest

from sayso_server.storage.projects import audit
from tests.product import Clock, Product, make_app, make_product


@pytest.fixture
def product(migrated_sqlite_url: str, tmp_path: Path, clock: Clock) -> Product:
    return make_product(make_app(migrated_sqlite_url, tmp_path, clock), clock)


def kids(product: Product) -> list[str]:
    return [one["kid"] for one in product.ok("GET", "/v1/identity-keys")["identity_keys"]]


def proves(product: Product, secret: str) -> bool:
    visitor = product.visitor()
    visitor.token = product.token("u_1", secret=secret)
    return bool(visitor.post("identify", visitor.who()).status_code == 200)


def retire(product: Product, kid: str) -> Any:
    return product.call("DELETE", f"/v1/identity-keys/{kid}")


def test_old_and_new_secrets_prove_users_until_the_old_one_is_retired(
    product: Product,
) -> None:
    made = product.ok("POST", "/v1/identity-keys")
    secrets = [product.identity_secret, made["identity_secret"]]
    assert sorted(kids(product)) == sorted([product.kid, made["kid"]])
    assert [proves(product, one) for one in secrets] == [True, True]
    assert retire(product, product.kid).status_code == 204
    assert kids(product) == [made["kid"]]
    assert [proves(product, one) for one in secrets] == [False, True]


def test_the_only_identity_key_is_not_retired(product: Product) -> None:
    refused = retire(product, product.kid)
    assert (refused.status_code, refused.json["code"]) == (409, "last_key")
    assert "make a new one" in refused.json["message"]
    assert kids(product) == [product.kid]


def test_an_unknown_or_foreign_key_is_not_found(product: Product) -> None:
    other = make_product(product.app, product.clock)
    product.ok("POST", "/v1/identity-keys")
    for kid in ("00000000", "%00", other.kid):
        assert retire(product, kid).status_code == 404
    assert kids(other) == [other.kid]


def test_the_audit_trail_records_a_rotation(product: Product) -> None:
    made = product.ok("POST", "/v1/identity-keys")["kid"]
    retire(product, product.kid)
    with product.dependencies.store.read() as connection:
        rows = audit.latest(connection, product.project_id, 2)
    assert [(row["action"], row["details"]) for row in rows] == [
        ("identity_rotated", {"retired": product.kid}),
        ("identity_rotated", {"made": made}),
    ]
    assert all(row["actor"].startswith("key ") for row in rows)
