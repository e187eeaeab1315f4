"""A simulation over a long history has bounded memory and reports its progress."""

import sys

import pytest

from sayso_server.storage.history import replay
from tests.product import Product
from tests.simulated_past import busy_project, simulated

GROWTH = (
    50_000  # allocated blocks; a page of events has about 10,000, all 20,000 events have 200,000
)


@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("count", [20_000, pytest.param(1_000_000, marks=pytest.mark.proof)])
def test_memory_does_not_grow_with_the_events(product: Product, count: int) -> None:
    draft = busy_project(product, count)
    early, late = [0], [0]

    def look(done: int, of: int) -> None:
        (early if done < of // 5 else late).append(sys.getallocatedblocks())

    found = simulated(product, draft, look)
    assert found.people == count // 50
    assert 0.99 * found.people < found.summary.asked.people <= found.people
    assert max(late) - max(early) < GROWTH


def test_progress_is_reported_up_to_the_end(product: Product) -> None:
    draft = busy_project(product, 5_000)
    told: list[tuple[int, int]] = []
    simulated(product, draft, lambda *said: told.append(said))
    assert told == sorted(told)
    assert len(told) > 5
    assert told[-1] == (100, 100)


def test_page_and_group_sizes_do_not_change_the_result(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = busy_project(product, 1_000)
    whole = simulated(product, draft)
    for people, page in ((3, 20), (500, 1), (7, 60)):
        monkeypatch.setattr(replay, "PEOPLE", people)
        monkeypatch.setattr(replay, "PAGE", page)
        assert simulated(product, draft) == whole


def test_two_runs_give_the_same_result(product: Product) -> None:
    draft = busy_project(product, 2_000)
    assert simulated(product, draft) == simulated(product, draft)
