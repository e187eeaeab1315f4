"""Limits on open streams per visitor, address and process, which leave room for calls."""

from pathlib import Path
from typing import Any

import pytest

from sayso_server.errors import TooMany
from sayso_server.limit_table import LIMITS, LimitSettings
from sayso_server.live.stream_limit import StreamLimit
from tests.product import Clock, Product, Visitor, make_app, make_product


@pytest.fixture
def product(migrated_sqlite_url: str, tmp_path: Path, clock: Clock) -> Product:
    limits = {"streams_per_visitor": 2, "streams_per_address": 3}
    return make_product(make_app(migrated_sqlite_url, tmp_path, clock, **limits), clock)


def open_stream(visitor: Visitor, address: str = "203.0.113.7") -> Any:
    visitor.product.client.environ_base["REMOTE_ADDR"] = address
    return visitor.post("live", visitor.who())


@pytest.mark.parametrize("user_id", [None, "u_1"])
def test_one_visitor_may_open_a_few_streams(product: Product, user_id: str | None) -> None:
    visitor = product.visitor(user_id)
    addresses = ["203.0.113.1", "203.0.113.2", "203.0.113.3", "2001:db8::1"]
    opened = [open_stream(visitor, address) for address in addresses]
    assert [one.status_code for one in opened] == [200, 200, 429, 429]
    assert opened[-1].headers["Retry-After"]
    assert open_stream(product.visitor(), "203.0.113.1").status_code == 200


@pytest.mark.parametrize(
    "addresses",
    [["203.0.113.7"] * 5, [f"2001:db8::{n}" for n in range(5)], ["nonsense"] * 5],
    ids=["IPv4", "one IPv6 network", "no address"],
)
def test_one_address_may_open_a_limited_number_of_streams(
    product: Product, addresses: list[str]
) -> None:
    codes = [open_stream(product.visitor(), address).status_code for address in addresses]
    assert codes == [200, 200, 200, 429, 429]
    assert open_stream(product.visitor(), "198.51.100.1").status_code == 200


@pytest.mark.parametrize("heard", [0, 1])
def test_a_closed_stream_frees_its_place(product: Product, heard: int) -> None:
    visitor = product.visitor()
    first = open_stream(visitor)
    for _ in range(heard):
        next(first.response)
    assert open_stream(visitor).status_code == 200
    first.close()
    first.close()  # closing twice frees one place
    assert [open_stream(visitor).status_code for _ in range(2)] == [200, 429]


@pytest.mark.parametrize("break_it", ["find_page_person", "page_person"])
def test_a_stream_that_fails_to_open_takes_no_place(
    product: Product, monkeypatch: pytest.MonkeyPatch, break_it: str
) -> None:
    visitor = product.visitor()
    with monkeypatch.context() as broken:
        broken.setattr(f"sayso_server.api.page.live.people.{break_it}", lambda *_: 1 / 0)
        assert [open_stream(visitor).status_code for _ in range(3)] == [500, 500, 500]
    assert open_stream(visitor).status_code == 200


@pytest.mark.parametrize("connections", [40, 824, 20_000])
def test_a_process_reserves_connections_for_calls_and_limits_each_address(connections: int) -> None:
    places = StreamLimit(LimitSettings(), connections)

    def opened(address: str) -> int:
        for number in range(connections):
            try:
                places.take(f"{address}/{number}", address)
            except TooMany:
                return number
        return connections

    most = min(LimitSettings.streams_per_address, int(connections * 0.75 / 4))
    assert opened("203.0.113.7") == most
    assert sum(opened(f"198.51.100.{n}") for n in range(20)) == int(connections * 0.75) - most


def test_without_limits_the_process_still_reserves_connections() -> None:
    places = StreamLimit(LimitSettings(**dict.fromkeys(LIMITS, 0)), connections=20)
    for _ in range(15):
        places.take("visitor", "address")
    with pytest.raises(TooMany):
        places.take("another", "another")
