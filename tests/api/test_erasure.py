"""`/v1/people` exports or erases everything about a person, by any id."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from sayso_server.dependencies import dependencies
from sayso_server.live.hub import Listener
from sayso_server.storage.database.tables import audit, tombstones
from tests.lively_person import erase, get, lively
from tests.product import Clock, Product, make_app, make_product

IDS = [
    "tenant/42",
    "../../etc",
    "..",
    "a?b=c&d",
    "a#b",
    "a%2Fb",
    "a+b c",
    "Zoë 名前 🙂",
    "'; --",
    "x" * 256,
]


@pytest.fixture
def product(migrated_sqlite_url: str, tmp_path: Path, clock: Clock) -> Iterator[Product]:
    """Only on SQLite: tests/storage/test_erasure.py covers differences between databases."""
    app = make_app(migrated_sqlite_url, tmp_path, clock)
    yield make_product(app, clock)
    dependencies(app).store.engine.dispose()


def test_other_people_are_kept(product: Product) -> None:
    lively(product)
    product.track("u_2", "viewed")
    stranger = get(product, user_id="u_1").json["claimed_by"][0]["visitor"]
    erase(product, user_id="u_1")
    assert get(product, user_id="u_2").json["tester"] is True
    assert len(get(product, user_id="u_2").json["person"]["events"]) == 1
    (row,) = get(product, anonymous_id=stranger).json["person"]["visitors"]
    assert row["claimed_user_id"] is None


def test_any_user_id_can_be_exported_and_erased(product: Product) -> None:
    for user_id in IDS:
        assert product.track(user_id)["status"] == "stored"
    for place, user_id in enumerate(IDS, 1):
        assert get(product, user_id=user_id).json["person"]["user_id"] == user_id
        assert erase(product, user_id=user_id) == 204
        assert get(product, user_id=user_id).status_code == 404
        left = [get(product, user_id=other).status_code for other in IDS[place:]]
        assert set(left) <= {200}


def test_an_id_that_was_only_claimed_can_be_exported_and_erased(product: Product) -> None:
    for user_id in IDS:
        visitor = product.visitor()
        visitor.ok("identify", {"visitor": visitor.id, "user_id": user_id})
        found = get(product, user_id=user_id).json
        assert (found["person"], found["claimed_by"][0]["visitor"]) == (None, visitor.id)
        assert erase(product, user_id=user_id) == 204
        assert get(product, user_id=user_id).status_code == 404
        assert get(product, anonymous_id=visitor.id).status_code == 200


def test_an_erased_visitor_returns_as_a_new_person(product: Product) -> None:
    product.survey()
    visitor = product.visitor()
    visitor.answer(visitor.did()["invitation"], ("comment", "mine-alone"))
    before = get(product, anonymous_id=visitor.id).json["person"]
    assert erase(product, anonymous_id=visitor.id) == 204
    assert get(product, anonymous_id=visitor.id).status_code == 404
    product.clock.forward(seconds=1)
    assert visitor.did() is not None
    after = get(product, anonymous_id=visitor.id).json["person"]
    assert after["id"] != before["id"]
    assert after["answers"] == []


def test_late_events_about_each_id_of_an_erased_merged_person_are_refused(
    product: Product,
) -> None:
    late = product.clock.now.isoformat()
    browsers = [product.visitor() for _ in range(3)]
    for browser in browsers:
        browser.did()
        record = {"user_id": "u_1", "anonymous_id": browser.id}
        product.ok("POST", "/v1/people", {"people": [record]})
    product.clock.forward(minutes=1)
    assert erase(product, anonymous_id=browsers[1].id) == 204
    for browser in browsers:
        assert get(product, anonymous_id=browser.id).status_code == 404
        event = {"anonymous_id": browser.id, "at": late}
        assert product.track(None, **event)["reason"] == "erased"
    assert product.track("u_1", at=late)["reason"] == "erased"


@pytest.mark.parametrize("proven", [False, True])
def test_late_page_events_about_an_erased_person_are_refused(
    product: Product, proven: bool
) -> None:
    product.survey()
    late = product.clock.now.isoformat()
    visitor = product.visitor("u_1")
    visitor.did()
    product.clock.forward(minutes=1)
    erase(product, user_id="u_1")
    product.clock.forward(seconds=1)
    visitor.id = uuid4().hex if proven else visitor.id  # another browser of the user if proven
    visitor.token = visitor.token if proven else None
    names = {"then": late, "now": product.clock.now.isoformat()}
    events = [{"id": id_, "name": "order_completed", "at": at} for id_, at in names.items()]
    body = {**visitor.who(), "sent_at": product.clock.now.isoformat()}
    late_only = visitor.ok("events", {**body, "events": events[:1]})["results"]
    assert late_only == [{"id": "then", "status": "refused", "reason": "erased"}]
    assert get(product, anonymous_id=visitor.id).status_code == 404
    results = visitor.ok("events", {**body, "events": events})["results"]
    assert [one["status"] for one in results] == ["refused", "stored"]


@pytest.mark.parametrize(
    "who", [{"user_id": "nobody"}, {"user_id": "u_1 "}, {"anonymous_id": "v" * 32}]
)
def test_an_unknown_id_is_not_found(product: Product, who: dict[str, str]) -> None:
    product.track("u_1")
    assert get(product, **who).status_code == erase(product, **who) == 404


def test_exactly_one_valid_id_is_required(product: Product) -> None:
    product.track("u_1")
    for asked, field in (
        ("", "user_id"),
        ("user_id=u_1&anonymous_id=" + "v" * 32, "user_id"),
        ("userid=u_1", "user_id"),
        ("user_id=", "user_id"),
        ("user_id=a%00b", "user_id"),
        ("user_id=" + "x" * 257, "user_id"),
        ("anonymous_id=short", "anonymous_id"),
    ):
        for method in ("GET", "DELETE"):
            response = product.call(method, f"/v1/people?{asked}")
            assert (response.status_code, [*response.json["errors"]]) == (422, [field]), asked
    assert get(product, user_id="u_1").status_code == 200


def test_exports_and_erasures_are_audited_and_logged_without_the_id(
    product: Product, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    product.track("tenant/42")
    visitor = product.visitor()
    visitor.ok("identify", visitor.who())
    get(product, user_id="tenant/42")
    erase(product, user_id="tenant/42")
    erase(product, anonymous_id=visitor.id)
    with product.dependencies.store.read() as connection:
        rows = connection.execute(select(audit).order_by(audit.c.id)).all()
        hashes = {row.hash.hex() for row in connection.execute(select(tombstones))}
    done = [row for row in rows if row.action.startswith("person_")]
    assert [row.action for row in done] == ["person_exported", "person_erased", "person_erased"]
    assert {row.subject for row in done} == hashes
    assert {row.project_id for row in done} == {product.project_id}
    assert all(row.actor.startswith("key ") for row in done)
    logged = [one.getMessage() for one in caplog.records]
    for row in done:
        assert any(row.action in line and row.subject in line for line in logged)
    for trace in ("tenant/42", visitor.id):
        assert trace not in repr(rows) + repr(logged)


def test_an_unknown_id_leaves_no_audit_row(product: Product) -> None:
    get(product, user_id="nobody")
    erase(product, user_id="nobody")
    with product.dependencies.store.read() as connection:
        assert not connection.execute(select(audit).where(audit.c.action.like("person%"))).all()


def test_open_pages_of_an_erased_person_reconnect(product: Product) -> None:
    visitor = product.visitor()
    visitor.ok("identify", visitor.who())
    person = get(product, anonymous_id=visitor.id).json["person"]["id"]
    listener = Listener(product.project_id, person, proven=False)
    product.dependencies.hub.join(listener)
    erase(product, anonymous_id=visitor.id)
    message = listener.queue.get_nowait()
    assert message is not None
    assert message.event == "reconnect"
