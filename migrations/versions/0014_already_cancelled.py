"""The ledger contains `cancelled` only for invitations; silences have `already_cancelled`."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "UPDATE decisions SET reason = 'already_cancelled' "
        "WHERE reason = 'cancelled' AND moment = ''"
    )


def downgrade() -> None:
    op.execute("UPDATE decisions SET reason = 'cancelled' WHERE reason = 'already_cancelled'")
