"""A body is JSON, plain or gzip. One invalid entry in a batch does not affect the others."""

import gzip
import json
import tracemalloc
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import brotli
import pytest

from sayso_server.api.body import BACKEND_BYTES, PAGE_BYTES
from sayso_server.dependencies import dependencies
from tests.product import ORIGIN, Clock, Product, make_app, make_product

EVENTS = {"events": [{"id": "e1", "name": "x", "user_id": "u_1"}]}
ODD = [5, "x", None, True, [], ["id"], {}]


@pytest.fixture
def product(migrated_sqlite_url: str, tmp_path: Path, clock: Clock) -> Iterator[Product]:
    """Only on SQLite, because these tests do not depend on the database."""
    app = make_app(migrated_sqlite_url, tmp_path, clock)
    yield make_product(app, clock)
    dependencies(app).store.engine.dispose()


def send(product: Product, body: bytes, encoding: str | None) -> Any:
    headers = {"Authorization": f"Bearer {product.secret_key}"}
    if encoding is not None:
        headers["Content-Encoding"] = encoding
    return product.client.post("/v1/events", data=body, headers=headers)


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip", " gzip "])
def test_a_gzip_body_is_accepted(product: Product, encoding: str) -> None:
    response = send(product, gzip.compress(json.dumps(EVENTS).encode()), encoding)
    assert response.json["results"] == [{"id": "e1", "status": "stored"}]


@pytest.mark.parametrize("encoding", [None, "", "identity"])
def test_a_plain_body_is_accepted(product: Product, encoding: str | None) -> None:
    assert send(product, json.dumps(EVENTS).encode(), encoding).status_code == 200


def test_a_page_may_send_gzip(product: Product) -> None:
    visitor = product.visitor()
    response = product.client.post(
        f"/v1/p/{product.public_key}/identify",
        data=gzip.compress(json.dumps(visitor.who()).encode()),
        headers={"Origin": ORIGIN, "Content-Encoding": "gzip"},
    )
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("br", brotli.compress), ("deflate", zlib.compress), ("zstd", bytes), ("gzip, gzip", bytes)],
)
def test_another_encoding_is_refused_with_the_accepted_one(
    product: Product, encoding: str, pack: Any
) -> None:
    response = send(product, pack(json.dumps(EVENTS).encode()), encoding)
    assert (response.status_code, response.json["code"]) == (415, "unsupported_media_type")
    assert "send it as gzip" in response.json["message"]


def test_an_invalid_gzip_body_is_malformed(product: Product) -> None:
    whole = gzip.compress(json.dumps(EVENTS).encode())
    for body in (json.dumps(EVENTS).encode(), whole[:-9], whole + b"more", whole + whole, b""):
        response = send(product, body, "gzip")
        assert (response.status_code, response.json["code"]) == (400, "malformed")
        assert "gzip" in response.json["message"]


def test_a_gzip_body_without_json_is_refused(product: Product) -> None:
    response = send(product, gzip.compress(b"no JSON"), "gzip")
    assert "not valid JSON" in response.json["message"]


@pytest.mark.parametrize("size", [BACKEND_BYTES - 1, BACKEND_BYTES])
def test_an_unpacked_body_may_be_as_large_as_a_plain_one(product: Product, size: int) -> None:
    body = json.dumps(EVENTS).encode().ljust(size)
    assert send(product, gzip.compress(body), "gzip").status_code == 200


@pytest.mark.parametrize("size", [BACKEND_BYTES + 1, 100 * BACKEND_BYTES])
def test_a_gzip_bomb_is_refused_before_it_is_unpacked(product: Product, size: int) -> None:
    packed = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packed.compress(b" " * BACKEND_BYTES) for _ in range(size // BACKEND_BYTES))
    bomb += packed.compress(b" " * (size % BACKEND_BYTES)) + packed.flush()
    tracemalloc.start()
    response = send(product, bomb, "gzip")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (response.status_code, response.json["code"]) == (413, "request_entity_too_large")
    assert "several calls" in response.json["message"]
    assert most < 8 * BACKEND_BYTES


def test_the_error_for_a_large_body_gives_the_limit(product: Product) -> None:
    response = send(product, b" " * (BACKEND_BYTES + 1), None)
    assert (response.status_code, response.json["code"]) == (413, "request_entity_too_large")
    assert "1024 kB" in response.json["message"]
    response = product.visitor().post("identify", b" " * (PAGE_BYTES + 1))
    assert "64 kB" in response.json["message"]


def test_an_entry_that_is_not_an_object_does_not_affect_the_others(product: Product) -> None:
    good = [
        {"id": "first", "name": "x", "user_id": "u_1"},
        {"id": "last", "name": "x", "user_id": "u_1"},
    ]
    events = [good[0], *ODD, good[1]]
    results = product.ok("POST", "/v1/events", {"events": events})["results"]
    assert [one["status"] for one in results] == ["stored", *["refused"] * len(ODD), "stored"]
    assert [one["id"] for one in results] == ["first", *[""] * len(ODD), "last"]
    people = [{"user_id": "u_1"}, *ODD, {"user_id": "u_2"}]
    results += product.ok("POST", "/v1/people", {"people": people})["results"]
    for one in results:
        if one["status"] == "refused":
            assert one["reason"] == "invalid"
            assert all(messages[0] for messages in one["errors"].values())
    no_objects = [one["errors"] for one in results if "body" in one.get("errors", {})]
    assert no_objects == [{"body": ["Send an object, in braces."]}] * 2 * (len(ODD) - 1)


def test_an_invalid_page_event_does_not_affect_the_others(product: Product) -> None:
    product.survey(event="x")
    visitor = product.visitor()
    wrong = [*ODD, {"id": "bad id", "name": "x"}, {"id": "deep", "name": "x", "properties": 5}]
    events = [{"id": "first", "name": "x"}, *wrong, {"id": "last", "name": "x"}]
    results = visitor.ok("events", {**visitor.who(), "events": events})["results"]
    assert [one["status"] for one in results] == ["stored", *["refused"] * len(wrong), "stored"]
    assert results[-2]["errors"].keys() == {"properties"}


@pytest.mark.parametrize("entries", [{}, "x", 5, None])
def test_a_batch_that_is_not_a_list_is_refused(product: Product, entries: Any) -> None:
    response = product.call("POST", "/v1/events", {"events": entries})
    assert (response.status_code, list(response.json["errors"])) == (422, ["events"])
