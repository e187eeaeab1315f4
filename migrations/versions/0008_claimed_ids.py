"""An index to find visitors who claimed to be a user, for erasing that user."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INDEX = "ix_visitors_project_id_claimed_user_id"


def upgrade() -> None:
    op.create_index(INDEX, "visitors", ["project_id", "claimed_user_id"])


def downgrade() -> None:
    op.drop_index(INDEX, "visitors")
