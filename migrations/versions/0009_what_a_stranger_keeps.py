"""Event ids unique per sender, an index for the latest invitations, and a size limit for attributes
sent by pages."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = ["project_id", "id", "source", "visitor"]
EARLIER_KEY = ["project_id", "id"]


def upgrade() -> None:
    with op.batch_alter_table("events") as table:
        table.add_column(sa.Column("visitor", sa.String(64), nullable=False, server_default=""))
    with op.batch_alter_table("events") as table:
        table.alter_column("visitor", existing_type=sa.String(64), server_default=None)
        table.drop_constraint("pk_events", type_="primary")
        table.create_primary_key("pk_events", KEY)
    _index_invitations("ix_invitations_project_id_person_id", ["project_id", "person_id", "id"])
    # Larger attributes from before the limit would be parsed in every later call of the visitor.
    op.execute(
        "UPDATE people SET unproven_attributes = '{}' "
        "WHERE length(CAST(unproven_attributes AS TEXT)) > 32768"
    )


def downgrade() -> None:
    _index_invitations("ix_invitations_project_id_person_id_id", ["project_id", "person_id"])
    # Of several events with the same id, keep the backend's, else the first visitor's.
    op.execute(
        "DELETE FROM events WHERE EXISTS (SELECT 1 FROM events AS other "
        "WHERE other.project_id = events.project_id AND other.id = events.id "
        "AND (other.source, other.visitor) < (events.source, events.visitor))"
    )
    with op.batch_alter_table("events") as table:
        table.drop_constraint("pk_events", type_="primary")
        table.create_primary_key("pk_events", EARLIER_KEY)
        table.drop_column("visitor")


def _index_invitations(earlier: str, columns: list[str]) -> None:
    op.drop_index(earlier, "invitations")
    op.create_index(f"ix_invitations_{'_'.join(columns)}", "invitations", columns)
