"""Answers in parts and on other scales, for question kinds other than scores."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = ["project_id", "invitation_id", "question"]


def upgrade() -> None:
    with op.batch_alter_table("answers") as table:
        table.add_column(sa.Column("part", sa.String(64), nullable=False, server_default=""))
        table.add_column(sa.Column("scale", sa.SmallInteger))
    with op.batch_alter_table("answers") as table:
        table.drop_constraint("pk_answers", type_="primary")
        table.create_primary_key("pk_answers", [*KEY, "part"])
        table.alter_column("part", existing_type=sa.String(64), server_default=None)
    _measures(80, 160)


def downgrade() -> None:
    op.execute("DELETE FROM answers WHERE part <> ''")
    for name in ("rollups", "tail"):
        op.execute(f"DELETE FROM {name} WHERE length(measure) > 80")  # noqa: S608  # one of two names
    _measures(160, 80)
    with op.batch_alter_table("answers") as table:
        table.drop_constraint("pk_answers", type_="primary")
        table.create_primary_key("pk_answers", KEY)
        table.drop_column("scale")
        table.drop_column("part")


def _measures(before: int, after: int) -> None:
    for name in ("rollups", "tail"):
        with op.batch_alter_table(name) as table:
            table.alter_column("measure", existing_type=sa.String(before), type_=sa.String(after))
