"""Data for decisions: policies, segments, event counts, quotas, variants, values seen."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

UTC = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROLLUP_KEY = ["project_id", "survey_id", "measure", "day", "bucket", "proven"]


def upgrade() -> None:
    _policy_instead_of_cool_down()
    _new_tables()
    op.execute(
        "INSERT INTO event_counts (project_id, person_id, name, count, last_at) "
        "SELECT project_id, person_id, name, count(*), max(at) FROM events "
        "GROUP BY project_id, person_id, name"
    )
    op.add_column("surveys", sa.Column("target_reached_at", UTC))
    with op.batch_alter_table("invitations") as table:
        table.add_column(sa.Column("variant", sa.String(64)))
        for name in ("reserved", "test"):
            table.add_column(sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("happened_at", UTC))
    op.execute("UPDATE invitations SET happened_at = created_at")
    with op.batch_alter_table("invitations") as table:
        table.alter_column("happened_at", existing_type=UTC, nullable=False)
        for name in ("reserved", "test"):
            table.alter_column(name, existing_type=sa.Boolean, server_default=None)
    with op.batch_alter_table("decisions") as table:
        table.add_column(sa.Column("version", sa.Integer, nullable=False, server_default="0"))
        table.add_column(sa.Column("saw", JSON, nullable=False, server_default="{}"))
    with op.batch_alter_table("decisions") as table:
        table.alter_column("version", existing_type=sa.Integer, server_default=None)
        table.alter_column("saw", existing_type=JSON, server_default=None)
    op.create_index(
        "ix_decisions_project_id_survey_id_day", "decisions", ["project_id", "survey_id", "day"]
    )
    op.create_index("ix_decisions_project_id_day", "decisions", ["project_id", "day"])
    _variant_in_counts()


def downgrade() -> None:
    op.execute("DELETE FROM rollups WHERE variant <> ''")
    with op.batch_alter_table("rollups") as table:
        table.drop_constraint("pk_rollups", type_="primary")
        table.drop_column("variant")
        table.create_primary_key("pk_rollups", ROLLUP_KEY)
    with op.batch_alter_table("tail") as table:
        table.drop_column("variant")
    op.drop_index("ix_decisions_project_id_day", "decisions")
    op.drop_index("ix_decisions_project_id_survey_id_day", "decisions")
    with op.batch_alter_table("decisions") as table:
        table.drop_column("saw")
        table.drop_column("version")
    with op.batch_alter_table("invitations") as table:
        for name in ("happened_at", "test", "reserved", "variant"):
            table.drop_column(name)
    with op.batch_alter_table("surveys") as table:
        table.drop_column("target_reached_at")
    for name in ("reservations", "quota_use", "event_counts", "segments"):
        op.drop_table(name)
    _cool_down_instead_of_policy()


def _policy_instead_of_cool_down() -> None:
    with op.batch_alter_table("projects") as table:
        table.add_column(sa.Column("policy", JSON, nullable=False, server_default="{}"))
    made = "json_object" if op.get_bind().dialect.name == "sqlite" else "jsonb_build_object"
    op.execute(f"UPDATE projects SET policy = {made}('cool_down_days', cool_down_days)")  # noqa: S608  # one of two names
    with op.batch_alter_table("projects") as table:
        table.alter_column("policy", existing_type=JSON, server_default=None)
        table.drop_column("cool_down_days")


def _cool_down_instead_of_policy() -> None:
    with op.batch_alter_table("projects") as table:
        table.add_column(
            sa.Column("cool_down_days", sa.Integer, nullable=False, server_default="7")
        )
    with op.batch_alter_table("projects") as table:
        table.alter_column("cool_down_days", existing_type=sa.Integer, server_default=None)
        table.drop_column("policy")


def _new_tables() -> None:
    op.create_table(
        "segments",
        sa.Column("project_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("definition", JSON, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("project_id", "name", name="pk_segments"),
    )
    op.create_table(
        "event_counts",
        sa.Column("project_id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("last_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("project_id", "person_id", "name", name="pk_event_counts"),
    )
    op.create_table(
        "quota_use",
        sa.Column("project_id", sa.Uuid, nullable=False),
        sa.Column("survey_id", sa.Uuid, nullable=False),
        sa.Column("quota", sa.String(32), nullable=False),
        sa.Column("used", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("project_id", "survey_id", "quota", name="pk_quota_use"),
    )
    op.create_table(
        "reservations",
        sa.Column("project_id", sa.Uuid, nullable=False),
        sa.Column("survey_id", sa.Uuid, nullable=False),
        sa.Column("invitation_id", sa.Uuid, nullable=False),
        sa.Column("shown", sa.Boolean, nullable=False),
        sa.Column("until", UTC, nullable=False),
        sa.PrimaryKeyConstraint("project_id", "survey_id", "invitation_id", name="pk_reservations"),
    )


def _variant_in_counts() -> None:
    for name in ("rollups", "tail"):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("variant", sa.String(64), nullable=False, server_default=""))
    with op.batch_alter_table("rollups") as table:
        table.drop_constraint("pk_rollups", type_="primary")
        table.create_primary_key("pk_rollups", [*ROLLUP_KEY, "variant"])
        table.alter_column("variant", existing_type=sa.String(64), server_default=None)
    with op.batch_alter_table("tail") as table:
        table.alter_column("variant", existing_type=sa.String(64), server_default=None)
