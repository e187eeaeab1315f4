"""A batch takes few statements and has the same result as its events sent one by one."""

import random
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import sqlalchemy

from sayso_server.storage.people import people_batch
from tests.product import Product
from tests.statements import Statements


def batch(product: Product, *whos: dict[str, str]) -> list[str]:
    at = product.clock.now.isoformat()
    events = [{"id": uuid4().hex, "name": "order_completed", "at": at, **who} for who in whos]
    results = product.ok("POST", "/v1/events", {"events": events})["results"]
    return [one["status"] for one in results]


def test_ten_times_the_people_take_no_more_statements(
    product: Product, statements: Statements
) -> None:
    product.track("warm", "page_opened")
    counts = []
    for size in (4, 40):
        whos = [{"user_id": f"{size}_{n}"} for n in range(size)]
        whos += [{"anonymous_id": f"visitor_{size:04}_{n:04}"} for n in range(size)]
        with statements() as seen:
            assert batch(product, *whos) == ["stored"] * len(whos)
        counts.append(len(seen))
    assert counts[0] == counts[1] < 15


def test_ten_times_the_people_asked_before_take_no_more_statements(
    product: Product, statements: Statements
) -> None:
    product.survey()
    counts = []
    for size in (4, 40):
        whos = [{"user_id": f"{size}_{n}"} for n in range(size)]
        assert batch(product, *whos) == ["stored"] * size
        with statements() as seen:
            assert batch(product, *whos) == ["stored"] * size
        counts.append(len(seen))
    assert counts[0] == counts[1] < 15


def test_a_person_who_triggers_twice_in_a_batch_is_asked_once(product: Product) -> None:
    product.survey()
    batch(product, {"user_id": "u_1"}, {"user_id": "u_2"}, {"user_id": "u_1"}, {"user_id": "u_1"})
    for user in ("u_1", "u_2"):
        person = product.ok("GET", f"/v1/people?user_id={user}")["person"]
        assert len(person["invitations"]) == 1


def test_everybody_in_a_batch_is_asked(product: Product) -> None:
    product.survey()
    known, new = product.visitor(), product.visitor()
    known.asked()
    statuses = batch(
        product,
        {"user_id": "u_1"},
        {"anonymous_id": known.id},
        {"user_id": "u_2"},
        {"anonymous_id": new.id},
        {"user_id": "u_1"},
    )
    assert statuses == ["stored"] * 5
    for visitor in (known, new, product.visitor("u_1"), product.visitor("u_2")):
        assert visitor.asked() is not None


def test_an_event_about_a_users_visitor_belongs_to_the_user(product: Product) -> None:
    visitor = product.visitor("u_1")
    visitor.asked()
    batch(product, {"anonymous_id": visitor.id}, {"user_id": "u_1"})
    person = product.ok("GET", "/v1/people?user_id=u_1")["person"]
    assert len(person["events"]) == 2


def test_never_again_applies_to_a_batch_about_erased_people(product: Product) -> None:
    product.survey()
    visitor = product.visitor("u_1")
    invitation = visitor.did()["invitation"]
    visitor.show(invitation)
    visitor.state(invitation, "never")
    assert product.call("DELETE", "/v1/people?user_id=u_1").status_code < 300
    assert batch(product, {"user_id": "u_1"}, {"anonymous_id": visitor.id}) == ["refused"] * 2
    product.clock.forward(hours=1)
    anonymous = {"anonymous_id": visitor.id}
    assert batch(product, {"user_id": "u_2"}, {"user_id": "u_1"}, anonymous) == ["stored"] * 3
    assert product.visitor("u_1").asked() is None
    visitor.token = None
    assert visitor.asked() is None
    assert product.visitor("u_2").asked() is not None


def test_batches_about_the_same_new_people_in_any_order_are_all_stored(product: Product) -> None:
    users = [{"user_id": f"u_{n}"} for n in range(30)]
    whos = users + [{"anonymous_id": f"visitor_{n:08}"} for n in range(30)]
    orders = [whos, whos[::-1]] * 4
    with ThreadPoolExecutor(len(orders)) as threads:
        statuses = list(threads.map(lambda order: batch(product, *order), orders))
    assert statuses == [["stored"] * len(whos)] * len(orders)
    person = product.ok("GET", "/v1/people?user_id=u_7")["person"]
    assert len(person["events"]) == len(orders)


@pytest.mark.parametrize("seed", range(3))
def test_batches_with_shared_new_and_known_people_never_deadlock(
    product: Product, seed: int
) -> None:
    chance = random.Random(seed)
    users = [{"user_id": f"u_{n}"} for n in range(300)]
    batches = [chance.sample(users, 60) for _ in range(24)]
    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(lambda whos: batch(product, *whos), batches))
    assert statuses == [["stored"] * 60] * len(batches)


def test_a_batch_about_somebody_just_erased_must_be_retried(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch(product, {"user_id": "u_1"})
    dialect = product.dependencies.store.engine.dialect.name
    gone = people_batch._locked(dialect).where(sqlalchemy.false())
    monkeypatch.setattr(people_batch, "_locked", lambda _dialect: gone)
    events = [{"id": "e1", "name": "order_completed", "user_id": "u_1"}]
    response = product.call("POST", "/v1/events", {"events": events})
    assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
    monkeypatch.undo()
    assert product.track("u_1", id="e1")["status"] == "stored"
