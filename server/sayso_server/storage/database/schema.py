"""Migrate the schema up and down with Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

import sayso_server


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Upgrade the schema to `revision`; idempotent."""
    command.upgrade(_config(engine), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Downgrade the schema to `revision` ("base" for an empty schema)."""
    command.downgrade(_config(engine), revision)


def current(connection: Connection) -> set[str]:
    """The revisions recorded in the database; empty for a new database."""
    return set(MigrationContext.configure(connection).get_current_heads())


def known() -> list[str]:
    """The revisions that this version of Sayso knows, newest first."""
    return [script.revision for script in ScriptDirectory(str(_folder())).walk_revisions()]


def _config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_folder()).replace("%", "%%"))
    config.attributes["engine"] = engine
    return config


def _folder() -> Path:
    """The migrations: inside the package in a wheel, at the repository root in a checkout."""
    package = Path(sayso_server.__file__).parent
    packed = package / "migrations"
    return packed if packed.is_dir() else package.parent.parent / "migrations"
