"""Runs migrations on the engine handed over by `sayso_server.storage.schema`, all or none."""

from alembic import context

from sayso_server.storage.tables import metadata

# Requests have limits that a migration of a large table needs more than.
WITHOUT_LIMITS = {
    "postgresql": (
        "SET LOCAL statement_timeout = 0",
        "SET LOCAL lock_timeout = 0",
        "SET LOCAL idle_in_transaction_session_timeout = 0",
    ),
    "sqlite": (),
}

# Two nodes that start together: the second waits for this lock, then finds nothing to do.
LOCK = {
    "postgresql": "SELECT pg_advisory_xact_lock(7299733)",
    "sqlite": "BEGIN IMMEDIATE",
}

with context.config.attributes["engine"].connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,  # SQLite's is; Alembic would commit, and let the lock go, each step
    )
    with context.begin_transaction():
        for statement in WITHOUT_LIMITS[connection.dialect.name]:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql(LOCK[connection.dialect.name])
        context.run_migrations()
    connection.commit()
