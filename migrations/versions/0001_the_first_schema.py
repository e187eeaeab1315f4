"""The first schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

UTC = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answers",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=64), nullable=False),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.SmallInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("project_id", "invitation_id", "question", name="pk_answers"),
    )
    op.create_index(
        "ix_answers_project_id_survey_id_kind_at",
        "answers",
        ["project_id", "survey_id", "kind", "at"],
    )

    op.create_table(
        "decisions",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("moment", sa.String(length=64), nullable=False),
        sa.Column("first_at", UTC, nullable=False),
        sa.Column("last_at", UTC, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "project_id", "person_id", "survey_id", "day", "reason", "moment", name="pk_decisions"
        ),
    )
    op.create_table(
        "due_work",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("due_at", UTC, nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_due_work"),
    )
    op.create_index("ix_due_work_due_at", "due_work", ["due_at"])

    op.create_table(
        "events",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("proven", sa.Boolean(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("received_at", UTC, nullable=False),
        sa.Column("properties", JSON, nullable=False),
        sa.PrimaryKeyConstraint("project_id", "id", name="pk_events"),
    )
    op.create_index(
        "ix_events_project_id_person_id_name_at",
        "events",
        ["project_id", "person_id", "name", "at"],
    )

    op.create_table(
        "invitations",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("trigger_kind", sa.String(length=16), nullable=False),
        sa.Column("trigger_id", sa.String(length=64), nullable=False),
        sa.Column("claim_id", sa.String(length=64), nullable=True),
        sa.Column("needs_proof", sa.Boolean(), nullable=False),
        sa.Column("proven", sa.Boolean(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("page_url", sa.Text(), nullable=True),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("available_at", UTC, nullable=False),
        sa.Column("expires_at", UTC, nullable=False),
        sa.Column("lease_until", UTC, nullable=True),
        sa.Column("shown_at", UTC, nullable=True),
        sa.Column("started_at", UTC, nullable=True),
        sa.Column("completed_at", UTC, nullable=True),
        sa.Column("ended_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("project_id", "id", name="pk_invitations"),
    )
    op.create_index(
        "ix_invitations_project_id_person_id", "invitations", ["project_id", "person_id"]
    )
    op.create_index(
        "uq_invitations_project_id_secret_hash",
        "invitations",
        ["project_id", "secret_hash"],
        unique=True,
    )

    op.create_table(
        "people",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.String(length=256), nullable=True),
        sa.Column("attributes", JSON, nullable=False),
        sa.Column("unproven_attributes", JSON, nullable=False),
        sa.Column("refused_at", UTC, nullable=True),
        sa.Column("created_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("project_id", "id", name="pk_people"),
    )
    op.create_index(
        "uq_people_project_id_user_id", "people", ["project_id", "user_id"], unique=True
    )

    op.create_table(
        "projects",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("origins", JSON, nullable=False),
        sa.Column("tracked", JSON, nullable=False),
        sa.Column("cool_down_days", sa.Integer(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_projects"),
        sa.UniqueConstraint("public_key", name="uq_projects_public_key"),
    )
    op.create_table(
        "rollups",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("measure", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("bucket", sa.SmallInteger(), nullable=False),
        sa.Column("proven", sa.Boolean(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "project_id", "survey_id", "measure", "day", "bucket", "proven", name="pk_rollups"
        ),
    )
    op.create_table(
        "surveys",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("definition", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("project_id", "id", name="pk_surveys"),
    )
    op.create_table(
        "tail",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("measure", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("bucket", sa.SmallInteger(), nullable=False),
        sa.Column("proven", sa.Boolean(), nullable=False),
        sa.Column("delta", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "id", name="pk_tail"),
    )
    op.create_index("ix_tail_project_id_survey_id", "tail", ["project_id", "survey_id"])

    op.create_table(
        "tombstones",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("erased_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("project_id", "hash", name="pk_tombstones"),
    )
    op.create_table(
        "versions",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("definition", JSON, nullable=False),
        sa.Column("published_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("project_id", "survey_id", "version", name="pk_versions"),
    )
    op.create_table(
        "visitors",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("visitor", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("claimed_user_id", sa.String(length=256), nullable=True),
        sa.Column("created_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("project_id", "visitor", name="pk_visitors"),
    )
    op.create_index("ix_visitors_project_id_person_id", "visitors", ["project_id", "person_id"])

    op.create_table(
        "identity_keys",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("kid", sa.String(length=16), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("retired_at", UTC, nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name="fk_identity_keys_project_id_projects"
        ),
        sa.PrimaryKeyConstraint("project_id", "kid", name="pk_identity_keys"),
    )
    op.create_table(
        "login_links",
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", UTC, nullable=False),
        sa.Column("used_at", UTC, nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name="fk_login_links_project_id_projects"
        ),
        sa.PrimaryKeyConstraint("hash", name="pk_login_links"),
    )
    op.create_table(
        "secret_keys",
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("hint", sa.String(length=16), nullable=False),
        sa.Column("scopes", JSON, nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("revoked_at", UTC, nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name="fk_secret_keys_project_id_projects"
        ),
        sa.PrimaryKeyConstraint("hash", name="pk_secret_keys"),
    )


def downgrade() -> None:
    op.drop_table("secret_keys")
    op.drop_table("login_links")
    op.drop_table("identity_keys")

    op.drop_table("visitors")
    op.drop_table("versions")
    op.drop_table("tombstones")

    op.drop_table("tail")
    op.drop_table("surveys")
    op.drop_table("rollups")
    op.drop_table("projects")

    op.drop_table("people")

    op.drop_table("invitations")

    op.drop_table("events")

    op.drop_table("due_work")
    op.drop_table("decisions")

    op.drop_table("answers")
