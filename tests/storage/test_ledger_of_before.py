"""Migrates a ledger from a version that wrote `asked` when it made an invitation."""

from sqlalchemy import text

from sayso_server.storage.database import schema
from tests.product import Product

BEFORE = "0011"


def test_unseen_invitations_become_queued_and_expire(product: Product) -> None:
    product.survey(ask_within=60)
    product.track("u_unseen")
    visitor = product.visitor("u_seen")
    visitor.show(visitor.did()["invitation"])
    engine = product.dependencies.store.engine
    with engine.begin() as connection:
        # The rows that the earlier version wrote.
        connection.execute(text("DELETE FROM decisions WHERE reason = 'asked'"))
        connection.execute(text("UPDATE decisions SET reason = 'asked'"))
        connection.execute(text("DELETE FROM due_work"))
    schema.downgrade(engine, BEFORE)
    schema.upgrade(engine)
    assert product.ledger("u_unseen") == [("queued", 1)]
    assert product.ledger("u_seen") == [("asked", 1)]
    product.clock.forward(minutes=2)
    assert product.ledger("u_unseen") == [("expired", 1), ("queued", 1)]
    assert product.ledger("u_seen") == [("asked", 1)]


def test_a_downgrade_removes_decisions_that_the_earlier_schema_lacks(product: Product) -> None:
    product.survey(ask_within=1)
    product.track("u_1")
    product.clock.forward(seconds=2)
    assert product.ledger("u_1") == [("expired", 1), ("queued", 1)]
    product.track("u_2")  # still queued
    engine = product.dependencies.store.engine
    for _ in range(2):
        schema.downgrade(engine, BEFORE)
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM decisions")) == 0
        schema.upgrade(engine)


def test_a_silence_is_distinct_from_a_cancelled_invitation(product: Product) -> None:
    product.survey("csat", "cart", trigger={"delay": 3, "cancel_on": ["undo"]})
    earlier = product.clock.now.isoformat()
    product.clock.forward(seconds=1)
    product.track("u_1", "cart")
    product.clock.forward(seconds=1)
    product.track("u_1", "undo")
    product.track("u_1", "cart", at=earlier)
    told = [("already_cancelled", 1), ("cancelled", 1), ("queued", 1)]
    assert product.ledger("u_1") == told
    engine = product.dependencies.store.engine
    schema.downgrade(engine, "0013")
    with engine.connect() as connection:
        reasons = connection.scalars(text("SELECT reason FROM decisions")).all()
    assert sorted(reasons) == ["cancelled", "cancelled", "queued"]
    schema.upgrade(engine)
    assert product.ledger("u_1") == told
