"""64 clients race for the last places: a quota is met exactly, an invitation is claimed once.

The short form runs in this process; the long form (`make proof`) on servers with 1 and 4 workers.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.asking.served import Served
from tests.faults.server import serving
from tests.product import Product, Visitor

T = TypeVar("T")

CLIENTS = 64
RUNS = 20
PLACES = 100
MINUTES_10 = 600  # seconds, the limit for 20 runs


def at_once(work: Callable[[T], Any], each: list[T]) -> list[Any]:
    with ThreadPoolExecutor(CLIENTS) as clients:
        return list(clients.map(work, each))


def answer(visitor: Visitor) -> bool:
    """Shows and answers the survey if the server asks it; returns whether it did."""
    ask = visitor.did("raced_for")
    if ask is not None:
        visitor.show(ask["invitation"])
        visitor.answer(ask["invitation"], ("score", 5), complete=True)
    return ask is not None


def show(visitor: Visitor) -> bool:
    ask = visitor.did("raced_for")
    if ask is not None:
        visitor.show(ask["invitation"])
    return ask is not None


def race_for_a_quota(product: Product, quota: str, places: int) -> None:
    """Starts twice as many visitors as places, at least 64."""
    survey = product.survey(event="raced_for", quota={quota: places})
    visitors = [product.visitor() for _ in range(max(2 * places, CLIENTS))]
    asked = at_once(answer if quota == "responses" else show, visitors)
    assert sum(asked) == places
    assert product.visitor().did("raced_for") is None
    report = product.report(survey)
    assert report["counts"]["shown"] == places
    assert report["n"] == (places if quota == "responses" else 0)
    product.ok("POST", f"/v1/surveys/{survey}/end")


def race_for_an_invitation(product: Product, user: str) -> None:
    """Every client is a device of the same user."""
    survey = product.survey(event="waited_for")
    assert product.track(user, "waited_for")["status"] == "stored"
    devices = [product.visitor(user) for _ in range(CLIENTS)]
    asks = at_once(lambda device: device.asked(), devices)
    assert sum(ask is not None for ask in asks) == 1
    product.ok("POST", f"/v1/surveys/{survey}/end")


@pytest.mark.parametrize("quota", ["responses", "shown"])
def test_many_racing_visitors_meet_a_quota_exactly(product: Product, quota: str) -> None:
    race_for_a_quota(product, quota, places=20)


def test_only_one_of_many_racing_devices_claims_an_invitation(product: Product) -> None:
    race_for_an_invitation(product, "u_42")


def test_visitors_can_race_for_places_of_lapsed_claims(product: Product) -> None:
    survey = product.survey(event="raced_for", quota={"responses": 20})
    leaving = [product.visitor() for _ in range(12)]
    assert all(at_once(lambda visitor: visitor.did("raced_for") is not None, leaving))
    others = [product.visitor() for _ in range(40)]
    assert sum(at_once(answer, others)) == 8
    product.clock.forward(seconds=16)  # longer than a lease
    late = [product.visitor() for _ in range(40)]
    assert sum(at_once(answer, late)) == 12
    report = product.report(survey)
    assert (report["n"], report["counts"]["shown"]) == (20, 20)


@pytest.mark.parametrize("quota", ["responses", "shown"])
@pytest.mark.proof
@pytest.mark.timeout(MINUTES_10)
def test_four_workers_meet_a_quota_exactly_in_every_run(
    migrated_postgres_url: str, valkey_url: str, tmp_path: Path, quota: str
) -> None:
    with serving(tmp_path, migrated_postgres_url, workers=4, redis_url=valkey_url) as server:
        product = Served(server)
        for _ in range(RUNS):
            race_for_a_quota(product, quota, PLACES)


@pytest.mark.parametrize("quota", ["responses", "shown"])
@pytest.mark.proof
@pytest.mark.timeout(MINUTES_10)
def test_one_worker_meets_a_quota_exactly_in_every_run(
    migrated_sqlite_url: str, tmp_path: Path, quota: str
) -> None:
    with serving(tmp_path, migrated_sqlite_url) as server:
        product = Served(server)
        for _ in range(RUNS):
            race_for_a_quota(product, quota, PLACES)


@pytest.mark.proof
@pytest.mark.timeout(MINUTES_10)
def test_four_workers_give_an_invitation_to_one_device_in_every_run(
    migrated_postgres_url: str, valkey_url: str, tmp_path: Path
) -> None:
    with serving(tmp_path, migrated_postgres_url, workers=4, redis_url=valkey_url) as server:
        product = Served(server)
        for run in range(RUNS):
            race_for_an_invitation(product, f"u_{run}")


@pytest.mark.proof
@pytest.mark.timeout(MINUTES_10)
def test_one_worker_gives_an_invitation_to_one_device_in_every_run(
    migrated_sqlite_url: str, tmp_path: Path
) -> None:
    with serving(tmp_path, migrated_sqlite_url) as server:
        product = Served(server)
        for run in range(RUNS):
            race_for_an_invitation(product, f"u_{run}")
