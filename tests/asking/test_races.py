"""Under concurrency a person is asked once, an event stored once, nothing counted twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

from sayso_server.background import Background
from tests.product import Product

AT_ONCE = 12


def at_once(work: Callable[[int], Any]) -> list[Any]:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(work, range(AT_ONCE)))


def test_many_devices_of_one_user_are_asked_once(product: Product) -> None:
    product.survey()
    product.track("u_1")
    devices = [product.visitor("u_1") for _ in range(AT_ONCE)]
    asks = at_once(lambda n: devices[n].asked())
    assert sum(ask is not None for ask in asks) == 1


def test_many_tabs_of_a_new_visitor_are_asked_once(product: Product) -> None:
    product.survey()
    tab = product.visitor()
    asks = at_once(lambda _: tab.did())
    assert sum(ask is not None for ask in asks) == 1


def test_one_event_sent_many_times_at_once_is_stored_once(product: Product) -> None:
    product.survey()
    event = uuid4().hex
    results = at_once(lambda _: product.track("u_1", id=event)["status"])
    assert sorted(results) == ["duplicate"] * (AT_ONCE - 1) + ["stored"]
    assert product.ledger("u_1") == [("queued", 1)]


def test_folding_while_answers_arrive_neither_loses_nor_doubles_any(product: Product) -> None:
    survey = product.survey()
    visitors = [product.visitor() for _ in range(AT_ONCE)]
    background = Background(product.dependencies)

    def answer_and_fold(n: int) -> None:
        for _ in range(3):
            background.run_once()
            visitors[n].answer(invitations[n], ("score", 1 + n % 5))
        visitors[n].answer(invitations[n], ("score", 5), complete=True)

    invitations = [visitor.did()["invitation"] for visitor in visitors]
    at_once(answer_and_fold)
    assert product.report(survey)["distribution"] == {"1": 0, "2": 0, "3": 0, "4": 0, "5": AT_ONCE}
    while product.dependencies.folding.fold(product.dependencies.store, product.clock.now):
        pass
    report = product.report(survey)
    assert report["n"] == AT_ONCE
    assert report["counts"]["completed"] == AT_ONCE


def test_two_browsers_that_log_in_at_once_become_one_person(product: Product) -> None:
    browsers = [product.visitor() for _ in range(AT_ONCE)]
    for browser in browsers:
        browser.asked()
        browser.token = product.token("u_1")
    at_once(lambda n: browsers[n].asked())
    assert len(product.ok("GET", "/v1/people?user_id=u_1")["person"]["visitors"]) == AT_ONCE
