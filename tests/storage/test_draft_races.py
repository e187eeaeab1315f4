"""Of several concurrent changes with the same ETag, one succeeds."""

from threading import Barrier, Thread
from typing import Any

import pytest

from tests.product import Product

AT_ONCE = 4
TURNS = 10


def all_at_once(product: Product, method: str, path: str, bodies: list[Any], tag: str) -> list[int]:
    """Sends the calls concurrently with one If-Match; returns their sorted statuses."""
    together = Barrier(len(bodies))
    statuses: list[int] = []

    def call(body: Any) -> None:
        client = product.app.test_client()
        headers = {"Authorization": f"Bearer {product.secret_key}", "If-Match": tag}
        together.wait()
        statuses.append(client.open(path, method=method, json=body, headers=headers).status_code)

    threads = [Thread(target=call, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(statuses)


def test_one_of_several_draft_changes_succeeds(product: Product) -> None:
    path = f"/v1/surveys/{product.survey()}"
    bodies = [{"name": f"by {number}"} for number in range(AT_ONCE)]
    assert all_at_once(product, "PATCH", path, bodies, '"1"') == [200, 412, 412, 412]


@pytest.mark.parametrize("path", ["/v1/policy", "/v1/segments/s"])
def test_one_of_several_policy_or_segment_changes_succeeds(product: Product, path: str) -> None:
    product.ok("PUT", path, {})
    headers = {"Authorization": f"Bearer {product.secret_key}"}
    for turn in range(TURNS):
        product.clock.forward(seconds=1)
        tag = product.client.get(path, headers=headers).headers["ETag"]
        bodies = [
            {"settle_seconds": number / TURNS}
            if path == "/v1/policy"
            else {"events": [{"event": f"e{number}"}]}
            for number in range(turn * AT_ONCE + 1, (turn + 1) * AT_ONCE + 1)
        ]
        assert all_at_once(product, "PUT", path, bodies, tag) == [200, 412, 412, 412]


def test_concurrent_publications_make_one_version(product: Product) -> None:
    path = f"/v1/surveys/{product.survey('csat')}"
    product.ok("PATCH", path, {"template": "nps"})
    assert all_at_once(product, "POST", f"{path}/publish", [None] * AT_ONCE, '"2"') == [200] * 4
    assert product.ok("GET", path)["version"] == 2
