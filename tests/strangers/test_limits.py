"""Limits on what strangers can store: per address, per visitor, and per project and day."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from sayso_server.errors import TooMany
from sayso_server.limit_table import LIMITS, LimitSettings
from sayso_server.limits import KEPT, Charge, Limits, MemoryCounts
from sayso_server.storage.projects import projects
from tests.dashboard.member import Member
from tests.product import ORIGIN, Clock, Product, Visitor, make_app, make_product

Make = Callable[..., Product]


@pytest.fixture
def make(migrated_sqlite_url: str, tmp_path: Path, clock: Clock) -> Make:
    """A server with only these limits, and a project that collects the event `seen`."""

    def made(**limits: int) -> Product:
        app = make_app(migrated_sqlite_url, tmp_path, clock, **limits)
        return collecting(make_product(app, clock))

    return made


def collecting(product: Product) -> Product:
    product.dependencies.store.write(
        lambda c: projects.change(c, product.project_id, {"tracked": ["seen"]})
    )
    return product


def only(**limits: int) -> LimitSettings:
    return LimitSettings(**{**dict.fromkeys(LIMITS, 0), **limits})


def come_from(product: Product, address: str) -> None:
    product.client.environ_base["REMOTE_ADDR"] = address


def decide(visitor: Visitor, name: str = "order_completed", **properties: Any) -> Any:
    return visitor.post(
        "decide",
        {
            **visitor.who(),
            "trigger": {
                "kind": "event",
                "id": uuid4().hex,
                "name": name,
                "properties": properties,
            },
            "page": {"url": f"{ORIGIN}/", "locale": "en"},
        },
    )


def events(visitor: Visitor, n: int = 1, **properties: Any) -> Any:
    sent = [{"id": uuid4().hex, "name": "seen", "properties": properties} for _ in range(n)]
    return visitor.post("events", {**visitor.who(), "events": sent})


def identify(visitor: Visitor, **attributes: Any) -> Any:
    return visitor.post("identify", {**visitor.who(), "attributes": attributes})


def stream(visitor: Visitor) -> Any:
    return visitor.post("live", visitor.who())


WAYS_TO_COME: dict[str, Callable[[Visitor], Any]] = {
    "decide": decide,
    "events": events,
    "identify": identify,
    "live": stream,
}


@pytest.mark.parametrize("way", WAYS_TO_COME)
@pytest.mark.parametrize(
    "addresses",
    [["203.0.113.7"] * 4, ["2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4"]],
    ids=["one IPv4 address", "one IPv6 network"],
)
def test_new_people_from_one_address_are_limited(
    make: Make, way: str, addresses: list[str]
) -> None:
    product = make(new_people_per_hour=2)
    product.survey()
    known = product.visitor()
    come_from(product, "198.51.100.1")
    assert WAYS_TO_COME[way](known).status_code == 200
    codes = []
    for address in addresses:
        come_from(product, address)
        codes.append(WAYS_TO_COME[way](product.visitor()).status_code)
    assert codes == [200, 200, 429, 429]
    assert WAYS_TO_COME[way](known).status_code == 200, "who is known is not new"
    come_from(product, "198.51.100.2")
    assert WAYS_TO_COME[way](product.visitor()).status_code == 200


@pytest.mark.parametrize("way", WAYS_TO_COME)
def test_a_visitor_with_a_token_is_not_limited(make: Make, way: str) -> None:
    product = make(
        new_people_per_hour=1,
        answers_per_hour=1,
        stored_kb_per_hour=1,
        visitor_stored_kb_per_hour=1,
        unproven_writes_per_day=1,
    )
    product.survey()
    for number in range(4):
        assert WAYS_TO_COME[way](product.visitor(f"u_{number}")).status_code == 200


def test_an_hourly_limit_resets_after_an_hour(make: Make) -> None:
    product = make(new_people_per_hour=1)
    assert [events(product.visitor()).status_code for _ in range(2)] == [200, 429]
    product.clock.forward(minutes=59)
    refused = events(product.visitor())
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    product.clock.forward(minutes=1)
    assert events(product.visitor()).status_code == 200


@pytest.mark.parametrize("size", [1, 1_000, 5_000])
@pytest.mark.parametrize("way", [decide, events, identify])
def test_stored_bytes_of_one_visitor_are_limited(make: Make, way: Any, size: int) -> None:
    product = make(visitor_stored_kb_per_hour=20)
    product.survey()
    visitor, other = product.visitor(), product.visitor()
    codes = [way(visitor, text="x" * size).status_code for _ in range(25)]
    most = 20 * 1_024 // max(1_024, size)
    assert codes.count(200) in range(most - 4, most + 1)
    assert codes[-1] == 429
    assert way(other).status_code == 200


@pytest.mark.parametrize("per_call", [1, 10, 100])
def test_stored_bytes_from_one_address_are_limited_for_any_batch_size(
    make: Make, per_call: int
) -> None:
    product = make(stored_kb_per_hour=200)
    stored = sum(
        per_call
        for _ in range(400 // per_call)
        if events(product.visitor(), per_call).status_code == 200
    )
    assert stored <= 200
    assert stored >= 100
    come_from(product, "198.51.100.1")
    assert events(product.visitor()).status_code == 200


def answered(product: Product, visitor: Visitor, value: int = 5) -> int:
    ask = visitor.did()
    visitor.show(ask["invitation"])
    return again(visitor, ask["invitation"], value)


def again(visitor: Visitor, invitation: str, value: int) -> int:
    body = {"invitation": invitation, "answers": [{"question": "score", "value": value}]}
    return int(visitor.post("responses", body).status_code)


def test_unproven_answers_from_one_address_are_limited(
    make: Make,
) -> None:
    product = make(answers_per_hour=3)
    survey = product.survey()
    assert [answered(product, product.visitor()) for _ in range(5)] == [200, 200, 200, 429, 429]
    assert answered(product, product.visitor("u_1")) == 200
    come_from(product, "198.51.100.1")
    assert answered(product, product.visitor()) == 200
    assert product.report(survey)["n"] == 5


def test_answers_of_one_visitor_are_limited_across_addresses(make: Make) -> None:
    product = make(visitor_answers_per_hour=3)
    product.survey()
    visitor = product.visitor()
    invitation = visitor.did()["invitation"]
    visitor.show(invitation)
    codes = []
    for number in range(5):
        come_from(product, f"198.51.100.{number}")
        codes.append(again(visitor, invitation, 1 + number % 5))
    assert codes == [200, 200, 200, 429, 429]


@pytest.mark.parametrize("quota", [{"shown_a_day": 20}, {"responses": 20}, {"shown": 20}])
def test_a_burst_from_one_address_takes_only_its_share_of_a_quota(
    make: Make, quota: dict[str, int]
) -> None:
    product = make(quota_percent_per_hour=25)
    product.survey(quota=quota)

    def asks(n: int) -> int:
        got = [product.visitor().did() for _ in range(n)]
        return sum(ask is not None for ask in got)

    come_from(product, "2001:db8::7")
    assert asks(12) == 5
    come_from(product, "2001:db8::8")
    assert asks(3) == 0, "another address of the same network"
    come_from(product, "198.51.100.1")
    assert asks(3) == 3
    come_from(product, "203.0.113.7")
    assert sum(product.visitor(f"u_{n}").did() is not None for n in range(9)) == 9, "the proven"


def test_unshown_reservations_of_a_burst_are_released_after_their_lease(make: Make) -> None:
    product = make(quota_percent_per_hour=100)
    product.survey(quota={"shown_a_day": 3})
    assert [product.visitor().did() is not None for _ in range(4)] == [True, True, True, False]
    product.clock.forward(seconds=16)
    come_from(product, "198.51.100.1")
    shown = [product.visitor() for _ in range(3)]
    for visitor in shown:
        visitor.show(visitor.did()["invitation"])
    assert product.visitor().did() is None


def test_a_small_quota_leaves_every_address_one_place(make: Make) -> None:
    product = make(quota_percent_per_hour=25)
    product.survey(quota={"responses": 3})
    assert [product.visitor().did() is not None for _ in range(2)] == [True, False]
    come_from(product, "198.51.100.1")
    assert product.visitor().did() is not None


@pytest.mark.parametrize("way", [decide, events, identify])
def test_a_projects_daily_unproven_writes_are_limited_logged_once_and_shown(
    make: Make, caplog: pytest.LogCaptureFixture, way: Any
) -> None:
    product = make(unproven_writes_per_day=3)
    product.survey()
    member = Member(product).logged_in()
    assert "unproven writes is spent" not in member.read("/results")
    with caplog.at_level(logging.WARNING):
        codes = []
        for number in range(6):
            come_from(product, f"198.51.100.{number}")
            codes.append(way(product.visitor()).status_code)
    assert codes == [200, 200, 200, 429, 429, 429]
    said = [record.getMessage() for record in caplog.records if record.name == "sayso.limits"]
    assert len(said) == 1
    assert "SAYSO_UNPROVEN_WRITES_PER_DAY" in said[0]
    assert "budget of 3 unproven writes is spent" in member.read("/results")
    assert way(product.visitor("u_1")).status_code == 200
    product.clock.forward(hours=12)  # midnight
    assert way(product.visitor()).status_code == 200


def test_a_survey_page_shows_the_spent_budget_too(make: Make) -> None:
    product = make(unproven_writes_per_day=1)
    survey = product.survey()
    member = Member(product).logged_in()
    fragment = f"/results/{survey}/fragment"
    tag = member.get(fragment).headers["ETag"]
    for _ in range(2):
        events(product.visitor())
    changed = member.get(fragment, **{"If-None-Match": tag})
    assert changed.status_code == 200
    assert "unproven writes is spent" in changed.text


def test_each_project_has_its_own_daily_budget(make: Make, clock: Clock) -> None:
    product = make(unproven_writes_per_day=1)
    other = collecting(make_product(product.app, clock))
    assert [events(product.visitor()).status_code for _ in range(2)] == [200, 429]
    assert events(other.visitor()).status_code == 200


@pytest.mark.parametrize(
    "limit", ["new_people_per_hour", "stored_kb_per_hour", "visitor_stored_kb_per_hour"]
)
def test_refused_calls_do_not_use_the_projects_budget(make: Make, limit: str) -> None:
    product = make(**{limit: 1, "unproven_writes_per_day": 20})
    stranger = product.visitor()
    codes = [
        events(product.visitor() if limit == "new_people_per_hour" else stranger).status_code
        for _ in range(40)
    ]
    assert codes.count(200) == 1
    for number in range(19):
        come_from(product, f"198.51.100.{number}")
        assert events(product.visitor()).status_code == 200


@pytest.mark.parametrize("name", ["page_calls_per_minute", "stored_kb_per_hour"])
def test_the_memory_for_the_limits_is_bounded(name: str) -> None:
    counts = MemoryCounts()
    for number in range(KEPT + 500):
        counts.add([Charge(name, f"2001:db8:{number:x}::/64")], now=float(number % 7))
    assert len(counts._windows[name]) == KEPT
    last = f"2001:db8:{KEPT + 499:x}::/64"
    assert counts.add([Charge(name, last)], now=7.0)[0][0] == 2, "the latest are remembered"


def test_limits_in_memory_and_in_valkey_agree(clock: Clock, valkey_url: str) -> None:
    settings = only(new_people_per_hour=3, unproven_writes_per_day=5)
    for url in (None, valkey_url, valkey_url.replace("redis://", "valkey://")):
        limits = Limits(settings, url, clock)
        who = uuid4().hex

        def spend(*charges: Charge, limits: Limits = limits) -> bool:
            try:
                limits.spend(*charges)
            except TooMany:
                return False
            return True

        people, writes = Charge("new_people_per_hour", who), Charge("unproven_writes_per_day", who)
        assert [spend(people, writes) for _ in range(4)] == [True, True, True, False]
        assert [spend(writes) for _ in range(3)] == [True, True, False]
        assert limits.spent("new_people_per_hour", who)
        assert not limits.spent("new_people_per_hour", "somebody else")


def test_an_unreachable_valkey_is_not_retried_at_once(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    limits = Limits(only(new_people_per_hour=1), "redis://127.0.0.1:1", clock)
    for _ in range(3):
        limits.spend(Charge("new_people_per_hour", "somebody"))
    assert len(caplog.records) == 1
    assert limits.away
