"""Runs migrations on the engine passed by `storage/database/schema.py`, in one transaction."""

from alembic import context

from sayso_server.storage.database.tables import metadata

# Timeouts for requests are too short for the migration of a large table.
WITHOUT_LIMITS = {
    "postgresql": (
        "SET LOCAL statement_timeout = 0",
        "SET LOCAL lock_timeout = 0",
        "SET LOCAL idle_in_transaction_session_timeout = 0",
    ),
    "sqlite": (),
}

# If two nodes start together, the second waits for this lock, then finds nothing to do.
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
        transactional_ddl=True,  # SQLite has it; otherwise Alembic commits and unlocks each step
    )
    with context.begin_transaction():
        for statement in WITHOUT_LIMITS[connection.dialect.name]:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql(LOCK[connection.dialect.name])
        context.run_migrations()
    connection.commit()
