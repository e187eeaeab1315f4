"""Ids and last use of secret keys; a mark on projects whose rows are being deleted."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("projects", sa.Column("deleted_at", sa.DateTime(timezone=True)))
    op.create_index("ix_projects_deleted_at", "projects", ["deleted_at"])
    op.add_column("secret_keys", sa.Column("id", sa.Uuid))
    op.add_column("secret_keys", sa.Column("last_used_at", sa.DateTime(timezone=True)))
    _give_ids()
    with op.batch_alter_table("secret_keys") as table:
        table.alter_column("id", existing_type=sa.Uuid(), nullable=False)
    op.create_index(
        "uq_secret_keys_project_id_id", "secret_keys", ["project_id", "id"], unique=True
    )


def downgrade() -> None:
    op.drop_index("uq_secret_keys_project_id_id", "secret_keys")
    with op.batch_alter_table("secret_keys") as table:
        table.drop_column("last_used_at")
        table.drop_column("id")
    op.drop_index("ix_projects_deleted_at", "projects")
    with op.batch_alter_table("projects") as table:
        table.drop_column("deleted_at")


def _give_ids() -> None:
    keys = sa.table("secret_keys", sa.column("hash", sa.LargeBinary), sa.column("id", sa.Uuid))
    connection = op.get_bind()
    for key_hash in connection.scalars(sa.select(keys.c.hash)).all():
        connection.execute(keys.update().where(keys.c.hash == key_hash).values(id=uuid4()))
