"""The ledger contains `asked` only for surveys that were seen; unseen invitations expire."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# Before this migration, `asked` was written when an invitation was created.
QUEUED = """
    UPDATE decisions SET reason = 'queued'
    WHERE reason IN ('asked', 'opened_by_hand', 'embedded') AND EXISTS (
        SELECT 1 FROM invitations
        WHERE invitations.project_id = decisions.project_id
          AND invitations.person_id = decisions.person_id
          AND invitations.survey_id = decisions.survey_id
          AND invitations.trigger_id = decisions.moment
          AND invitations.shown_at IS NULL
    )
"""
# Waiting invitations are checked when they expire.
LOOKED_AT = """
    INSERT INTO due_work (id, due_at, project_id, kind, subject_id)
    SELECT id, expires_at, project_id, 'offer', id FROM invitations
    WHERE state IN ('queued', 'claimed') AND trigger_kind <> 'embed'
"""


def upgrade() -> None:
    op.execute(QUEUED)
    op.execute(LOOKED_AT)


def downgrade() -> None:
    op.execute("DELETE FROM decisions WHERE reason IN ('queued', 'expired')")
    op.execute("DELETE FROM due_work WHERE id = subject_id")
