"""Widget files of earlier builds, and an index on testers' invitations."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "widget_files",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(
        "ix_invitations_test",
        "invitations",
        ["project_id", "survey_id"],
        sqlite_where=sa.text("test"),
        postgresql_where=sa.text("test"),
    )


def downgrade() -> None:
    op.drop_index("ix_invitations_test", "invitations")
    op.drop_table("widget_files")
