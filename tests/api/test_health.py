"""Whether the process lives, and whether it can do its work."""

from pathlib import Path

from tests.product import Clock, Product, make_app


def test_a_server_with_its_database_lives_and_is_ready(product: Product) -> None:
    for path in ("/healthz", "/readyz"):
        assert product.client.get(path).json == {"status": "ok"}


def test_without_its_database_a_server_lives_and_is_not_ready(tmp_path: Path, clock: Clock) -> None:
    client = make_app("postgresql://nobody@127.0.0.1:1/none", tmp_path, clock).test_client()
    assert client.get("/healthz").status_code == 200
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json is not None
    assert response.json["code"] == "unavailable"
    assert response.headers["Retry-After"] == "2"
