"""Only migrations create the schema, and it keeps tenants separate."""

import re
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import (
    Engine,
    Uuid,
    bindparam,
    create_engine,
    inspect,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from sayso_server.storage.database import schema
from sayso_server.storage.database.columns import Utc
from sayso_server.storage.database.store import Store
from sayso_server.storage.database.tables import ABOVE_PROJECTS, metadata
from tests.product import NOON, Product

# The start of a nested statement (a data-modifying WITH) or of the statement after it.
WRITE_INSIDE = re.compile(r"\(\s*(?=INSERT |UPDATE |DELETE )|\)\s*(?=INSERT |UPDATE |DELETE )")
TENANT = [table for name, table in metadata.tables.items() if name not in ABOVE_PROJECTS]


def engine_for(database_url: str) -> Engine:
    return Store(create_engine(database_url), key=b"any").engine


def test_migrations_create_exactly_the_tables_in_the_code(migrated_database_url: str) -> None:
    engine = engine_for(migrated_database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_migrations_downgrade_to_nothing_and_upgrade_again(database_url: str) -> None:
    engine = engine_for(database_url)
    schema.upgrade(engine)
    schema.upgrade(engine)
    schema.downgrade(engine, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    schema.upgrade(engine)
    assert set(inspect(engine).get_table_names()) > set(metadata.tables)
    engine.dispose()


def test_a_migration_gives_each_secret_key_its_own_id(database_url: str) -> None:
    engine = engine_for(database_url)
    schema.upgrade(engine, "0006")
    project = {"id": uuid4(), "name": "Shop", "public_key": "pk", "at": NOON}
    columns = "name, public_key, created_at, id, origins, tracked, policy, paused, rules_version"
    values = ":name, :public_key, :at, :id, '[]', '[]', '{}', false, 1"
    key = "INSERT INTO secret_keys (hash, project_id, hint, scopes, created_at)"
    typed = [bindparam("id", type_=Uuid), bindparam("at", type_=Utc)]
    with engine.begin() as connection:
        statement = text(f"INSERT INTO projects ({columns}) VALUES ({values})")
        connection.execute(statement.bindparams(*typed), project)
        statement = text(f"{key} VALUES (:hash, :id, 'abcd', '[]', :at)").bindparams(*typed)
        for number in (b"1", b"2"):
            connection.execute(statement, {**project, "hash": number * 32})
    schema.upgrade(engine, "0007")
    with engine.connect() as connection:
        chosen = text("SELECT id FROM secret_keys").columns(id=Uuid)
        ids = connection.scalars(chosen).all()
    assert len({*ids}) == 2
    assert None not in ids
    schema.downgrade(engine, "0006")
    engine.dispose()


def test_every_tenant_key_and_index_begins_with_the_project() -> None:
    assert {table.name for table in TENANT} == {
        "answers",
        "decisions",
        "event_counts",
        "events",
        "invitations",
        "people",
        "quota_use",
        "reservations",
        "rollups",
        "segments",
        "surveys",
        "tail",
        "tombstones",
        "versions",
        "visitors",
    }
    for table in TENANT:
        assert next(iter(table.primary_key.columns)).name == "project_id", table.name
        assert not table.foreign_keys, table.name
        for index in table.indexes:
            assert next(iter(index.columns)).name == "project_id", index.name


def test_tenant_tables_can_be_distributed_by_project(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        for table in TENANT:
            ddl = str(CreateTable(table).compile(dialect=postgresql.dialect())).strip()  # type: ignore[no-untyped-call]  # untyped in SQLAlchemy
            connection.execute(text(f"{ddl} PARTITION BY HASH (project_id)"))
            for index in table.indexes:
                index.create(connection)
    engine.dispose()


def test_every_statement_on_a_tenant_table_names_the_project(product: Product) -> None:
    seen: list[str] = []
    engine = product.dependencies.store.engine

    def see(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.extend(WRITE_INSIDE.split(statement))

    sqlalchemy.event.listen(engine, "before_cursor_execute", see)
    _use_everything(product)
    names = {table.name for table in TENANT}
    tenant = [
        statement
        for statement in seen
        if names & set(statement.replace("(", " ").replace(",", " ").replace("\n", " ").split())
    ]
    verbs = {"SELECT", "INSERT", "UPDATE", "DELETE"}
    assert verbs <= {statement.split(" ", 1)[0] for statement in tenant}
    assert [statement for statement in tenant if "project_id" not in statement] == []


def _use_everything(product: Product) -> None:
    survey = product.survey()
    visitor = product.visitor("u_1")
    product.track("u_1")
    invitation = visitor.asked()["invitation"]
    visitor.show(invitation)
    visitor.answer(invitation, ("score", 4), ("comment", "fine"), complete=True)
    product.ok("POST", "/v1/people", {"people": [{"user_id": "u_1", "attributes": {"a": 1}}]})
    stranger = product.visitor()
    stranger.did()
    product.ok("POST", "/v1/people", {"people": [{"user_id": "u_1", "anonymous_id": stranger.id}]})
    product.ledger("u_1")
    product.report(survey)
    product.ok("POST", f"/v1/surveys/{survey}/simulate", {})
    product.call("DELETE", "/v1/people?user_id=u_1")
    product.ok("GET", "/v1/surveys")
    product.ok("POST", f"/v1/surveys/{survey}/end")
    product.call("DELETE", f"/v1/surveys/{product.survey(event='unused')}")


def test_migrations_run_in_one_transaction(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A start that is killed midway leaves nothing behind."""
    engine = engine_for(database_url)
    done: list[str] = []

    def fail_at_the_third(revision: str) -> None:
        done.append(revision)
        if len(done) == 3:
            raise InterruptedError

    original = MigrationContext.run_migrations

    def interrupted(self: MigrationContext, **options: object) -> None:
        steps = self._migrations_fn

        def counted(heads: Any, context: Any) -> Any:
            for step in steps(heads, context):  # type: ignore[misc]  # set when migrations run
                fail_at_the_third(str(step))
                yield step

        self._migrations_fn = counted
        original(self, **options)

    monkeypatch.setattr(MigrationContext, "run_migrations", interrupted)
    with pytest.raises(InterruptedError):
        schema.upgrade(engine)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
