"""An erased person is in no table, no file and no pending write."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from sayso_server.background import Background
from sayso_server.dependencies import dependencies
from sayso_server.storage.database.tables import due_work, metadata, reservations
from sayso_server.storage.people import erasure
from tests.lively_person import erase, get, lively
from tests.product import Clock, Product, make_app, make_product

SAYS_NOTHING_OF_A_PERSON = {
    "surveys": "written by the project's authors",
    "versions": "written by the project's authors",
    "segments": "written by the project's authors",
    "quota_use": "numbers",
    "rollups": "numbers",
    "tail": "numbers",
    "tombstones": "keyed hashes, which outlive erasure on purpose",
    "projects": "written by the project's authors; the ids of testers are taken out",
    "secret_keys": "the project's own",
    "identity_keys": "the project's own",
    "login_links": "of members",
    "sessions": "of members",
    "server_facts": "of the server",
    "widget_files": "of the server",
    "due_work": "an invitation's id until it is due; deleted with the invitation",
    "audit": "keyed hashes of people",
}


def stored(product: Product) -> str:
    with product.dependencies.store.read() as connection:
        rows = [connection.execute(select(table)).all() for table in metadata.sorted_tables]
    return repr(rows)


def flush(*apps: Flask) -> None:
    for one in apps:
        Background(dependencies(one)).run_once()


@pytest.fixture
def other_worker(
    app: Flask, migrated_database_url: str, tmp_path: Path, clock: Clock
) -> Iterator[Flask]:
    """Another process on the same database."""
    other = make_app(migrated_database_url, tmp_path, clock)
    yield other
    dependencies(other).store.engine.dispose()


def on(worker: Flask, product: Product) -> Product:
    """The same project on another worker."""
    return Product(
        worker,
        product.clock,
        product.public_key,
        product.secret_key,
        product.project_id,
        product.kid,
    )


def left(product: Product, traces: list[str]) -> list[str]:
    everything = stored(product).replace("-", "")
    return [trace for trace in traces if trace.replace("-", "") in everything]


def rows_of(product: Product, person: dict[str, Any]) -> dict[str, int]:
    """Counts the rows in each table that name the person or one of their invitations."""
    ids = {person["id"], *(one["id"] for one in person["invitations"])}
    with product.dependencies.store.read() as connection:
        rows = {
            table.name: connection.execute(select(table)).mappings().all()
            for table in metadata.sorted_tables
            if {"person_id", "invitation_id"} & set(table.columns.keys())
        }
    return {
        name: sum(str(row.get("invitation_id") or row.get("person_id")) in ids for row in found)
        for name, found in rows.items()
    }


def test_every_table_is_exported_and_erased_or_listed_with_a_reason() -> None:
    about_people = {table.name for table in (*erasure.BY_PERSON, *erasure.BY_INVITATION)}
    assert about_people | {"people"} | set(SAYS_NOTHING_OF_A_PERSON) == set(metadata.tables)
    assert not about_people & set(SAYS_NOTHING_OF_A_PERSON)
    of_a_person = {name for name, table in metadata.tables.items() if "person_id" in table.columns}
    of_an_invitation = {n for n, t in metadata.tables.items() if "invitation_id" in t.columns}
    assert {table.name for table in erasure.BY_PERSON} == of_a_person
    assert {table.name for table in erasure.BY_INVITATION} == of_an_invitation


@pytest.mark.parametrize("by", ["user_id", "anonymous_id"])
def test_no_row_mentions_an_erased_person(product: Product, other_worker: Flask, by: str) -> None:
    visitor, traces = lively(product)
    traces.remove('"u_1"')  # as JSON quotes it
    assert set(left(product, traces)) == set(traces)
    elsewhere = on(other_worker, product).visitor("u_1")
    assert elsewhere.did("never_asked") is None  # a silence that this worker has not written yet
    assert visitor.did("never_asked") is None
    assert erase(product, **{by: "u_1" if by == "user_id" else visitor.id}) == 204
    assert left(product, traces) == []
    product.clock.forward(minutes=1)
    flush(product.app, other_worker)
    assert left(product, [*traces, elsewhere.id]) == []


def test_an_export_contains_every_row_about_the_person(product: Product) -> None:
    visitor, _ = lively(product)
    visitor.did("never_asked")
    found = get(product, user_id="u_1").json
    person = found["person"]
    exported = {name: len(value) for name, value in person.items() if isinstance(value, list)}
    assert exported == rows_of(product, person)
    assert set(exported) == {t.name for t in (*erasure.BY_PERSON, *erasure.BY_INVITATION)}
    assert 0 not in exported.values()
    assert person["attributes"] == {"mail": "mine-alone-2"}
    assert person["unproven_attributes"] == {"page_said": "mine-alone-1"}
    assert [one["claimed_user_id"] for one in found["claimed_by"]] == ["u_1"]
    assert found["tester"] is True
    assert get(product, anonymous_id=visitor.id).json == found
    assert "secret" not in str(found)
    assert "tombstone" not in str(found)


def test_erasure_cancels_the_persons_due_work(product: Product) -> None:
    lively(product)
    product.track("u_3")
    erase(product, user_id="u_1")
    invitations = get(product, user_id="u_3").json["person"]["invitations"]
    with product.dependencies.store.read() as connection:
        due = {str(row.subject_id) for row in connection.execute(select(due_work))}
    assert due
    assert due <= {one["id"] for one in invitations}


def test_erasure_releases_a_quota_reservation(product: Product) -> None:
    product.survey(quota={"responses": 1})
    visitor = product.visitor()
    assert visitor.did() is not None
    assert product.visitor().did() is None
    erase(product, anonymous_id=visitor.id)
    with product.dependencies.store.read() as connection:
        assert connection.execute(select(reservations)).all() == []
    assert product.visitor().did() is not None


def test_a_silence_noted_before_a_merge_belongs_to_the_merged_person(product: Product) -> None:
    product.survey(trigger={"from": "backend"})
    product.track("u_1", "viewed")
    visitor = product.visitor()
    assert visitor.did() is None
    visitor.token = product.token("u_1")
    visitor.ok("identify", visitor.who())
    flush(product.app)
    people = {get(product, user_id="u_1").json["person"]["id"]}
    listed = product.ok("GET", "/v1/decisions")["decisions"]
    assert {one["person"] for one in listed} <= people


# --- The bytes of SQLite's files ------------------------------------------------------------


@pytest.fixture
def on_disk(migrated_sqlite_url: str, tmp_path: Path, clock: Clock) -> Iterator[Product]:
    app = make_app(migrated_sqlite_url, tmp_path, clock)
    yield make_product(app, clock)
    dependencies(app).store.engine.dispose()


def in_files(product: Product, *traces: str) -> list[str]:
    files = Path(product.dependencies.settings.data_dir).glob("sayso.db*")
    there = b"".join(file.read_bytes() for file in files)
    return [trace for trace in traces if re.search(re.escape(trace).encode(), there)]


def settle(product: Product) -> None:
    product.clock.forward(minutes=1)
    flush(product.app)


def test_no_byte_of_an_erased_person_is_in_the_files(on_disk: Product) -> None:
    visitor, _ = lively(on_disk)
    traces = [*(f"mine-alone-{n}" for n in range(1, 7)), "u_1", visitor.id]
    flush(on_disk.app)
    assert in_files(on_disk, *traces) == traces
    visitor.did("never_asked")
    erase(on_disk, user_id="u_1")
    settle(on_disk)
    assert in_files(on_disk, *traces) == []


def test_no_byte_of_replaced_or_deleted_data_is_in_the_files(on_disk: Product) -> None:
    on_disk.survey()
    visitor = on_disk.visitor("u_1")
    invitation = visitor.did()["invitation"]
    traces = ["said-at-first", "said-then", "said-on-the-receipt", "plan-before", "draft-before"]
    visitor.answer(invitation, ("score", 1), ("comment", traces[0]))
    reply = visitor.answer(invitation, ("score", 1), ("comment", traces[1]), complete=True)
    receipt = {"secret": reply["receipt"]["url"].partition("#")[2]}
    changed = {**receipt, "answers": [{"question": "comment", "value": traces[2]}]}
    assert on_disk.client.post("/v1/answer/change", json=changed).status_code == 200
    person = {"user_id": "u_1", "attributes": {"plan": traces[3]}}
    on_disk.ok("POST", "/v1/people", {"people": [person]})
    # Only the name stays, in the audit trail.
    draft = {"name": "x", "why": traces[4], "template": "csat", "trigger": {"event": "e"}}
    made = on_disk.ok("POST", "/v1/surveys", draft)
    assert in_files(on_disk, *traces) == traces
    assert on_disk.client.post("/v1/answer/delete", json=receipt).status_code == 200
    on_disk.ok("POST", "/v1/people", {"people": [{**person, "attributes": {"plan": "now"}}]})
    assert on_disk.call("DELETE", f"/v1/surveys/{made['id']}").status_code == 204
    settle(on_disk)
    assert in_files(on_disk, *traces) == []


def test_a_reader_delays_the_emptying_of_the_wal(on_disk: Product) -> None:
    lively(on_disk)
    erase(on_disk, user_id="u_1")
    background = Background(on_disk.dependencies)
    with on_disk.dependencies.store.engine.connect() as reader:
        reader.exec_driver_sql("BEGIN")
        reader.exec_driver_sql("SELECT * FROM people").all()
        on_disk.track("u_3", "viewed")
        background.run_once()
        assert in_files(on_disk, "mine-alone-6") != []
        reader.exec_driver_sql("ROLLBACK")
    background.run_once()
    assert in_files(on_disk, "mine-alone-6") == []


def test_a_stopping_worker_empties_the_wal(on_disk: Product) -> None:
    lively(on_disk)
    background = Background(on_disk.dependencies)
    background.run_once()
    erase(on_disk, user_id="u_1")
    background.stop()
    assert in_files(on_disk, "mine-alone-6") == []
