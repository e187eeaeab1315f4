"""Documents that are the same for everybody are rendered once, compressed, and revalidated."""

import gzip
from pathlib import Path
from typing import Any

import brotli
import pytest

from sayso_server.compressed import _compress
from sayso_server.dashboard import docs, reference
from sayso_server.dashboard.assets import version
from sayso_server.limit_table import LIMITS
from tests.product import Clock, Product, make_app, make_product

DOCUMENTS = ["/docs", "/docs/reasons", "/v1/openapi.json", "/a", f"/assets/{version()}/style.css"]
DECODED = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}


@pytest.fixture
def product(migrated_sqlite_url: str, tmp_path: Path, clock: Clock) -> Product:
    return make_product(make_app(migrated_sqlite_url, tmp_path, clock), clock)


def get(product: Product, path: str, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return product.client.get(path, headers=named)


@pytest.mark.parametrize("path", DOCUMENTS)
@pytest.mark.parametrize("encoding", ["br", "gzip", ""])
def test_a_document_is_compressed_as_the_client_accepts(
    product: Product, path: str, encoding: str
) -> None:
    reply = get(product, path, Accept_Encoding=encoding or "identity")
    assert reply.headers.get("Content-Encoding", "") == encoding
    plain = get(product, path).data
    assert DECODED[encoding](reply.data) == plain
    assert not encoding or len(reply.data) < len(plain) / 2 or len(plain) < 3_000
    assert "Accept-Encoding" in reply.headers["Vary"]


@pytest.mark.parametrize("path", DOCUMENTS)
@pytest.mark.parametrize("encoding", ["br", "gzip", "identity"])
def test_a_matching_etag_gets_304(product: Product, path: str, encoding: str) -> None:
    tag = get(product, path, Accept_Encoding=encoding).headers["ETag"]
    reply = get(product, path, Accept_Encoding=encoding, If_None_Match=tag)
    assert (reply.status_code, reply.data) == (304, b"")
    other = get(product, path, Accept_Encoding=encoding, If_None_Match='"something-else"')
    assert other.status_code == 200


@pytest.mark.parametrize("path", ["/docs", "/docs/reasons", "/v1/openapi.json"])
def test_a_document_is_rendered_once(
    product: Product, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    first = get(product, path)
    for module, name in ((docs, "render_template"), (reference, "sections")):
        monkeypatch.setattr(module, name, lambda *_, **__: 1 / 0)
    monkeypatch.setattr("apispec.APISpec.to_dict", lambda _: 1 / 0)
    again = get(product, path)
    assert (again.status_code, again.data) == (200, first.data)


@pytest.mark.parametrize("path", ["/docs", "/docs/reasons", "/v1/openapi.json", "/a"])
def test_request_headers_do_not_grow_the_caches(product: Product, path: str) -> None:
    get(product, path, Accept_Encoding="br")
    before = _compress.cache_info().currsize, docs._docs.cache_info().currsize
    for number in range(20):
        headers = {
            "Host": f"host-{number}.example",
            "Accept_Encoding": "br",
            "Accept_Language": "en",
            "X_Forwarded_Host": f"forwarded-{number}.example",
            "X_Forwarded_Prefix": f"/{number}",
        }
        get(product, f"{path}?{number}", **headers)
    assert (_compress.cache_info().currsize, docs._docs.cache_info().currsize) == before


@pytest.mark.parametrize("key", ["x" * 65, "x" * 4_000, "pk_" + "y" * 100])
def test_a_key_with_an_impossible_length_is_not_cached(product: Product, key: str) -> None:
    kept = product.dependencies.project_cache._cached
    assert get(product, f"/v1/p/{key}/rules.json").status_code == 404
    assert not any(key in str(name) for name in kept)


@pytest.mark.parametrize("name", LIMITS)
def test_the_reference_lists_every_limit(product: Product, name: str) -> None:
    page = get(product, "/docs").text
    assert LIMITS[name].setting in page
