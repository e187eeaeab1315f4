"""Counts by version, the first comparable version, the draft's revision, the project's language."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
KEY = ("project_id", "survey_id", "measure", "day", "bucket", "proven", "variant")
STEPS = ("shown", "started", "completed")
# Fields of a question that do not affect the meaning of its answers.
UNHEEDED = ("required", "then", "placeholder", "limit", "shuffle", "earliest", "latest", "url")

versions = sa.table(
    "versions",
    sa.column("project_id", sa.Uuid),
    sa.column("survey_id", sa.Uuid),
    sa.column("version", sa.Integer),
    sa.column("definition", JSON),
    sa.column("comparable_since", sa.Integer),
)


def upgrade() -> None:
    _add("projects", sa.Column("language", sa.String(35), nullable=False, server_default="en"))
    _add("surveys", sa.Column("revision", sa.Integer, nullable=False, server_default="1"))
    _add("versions", sa.Column("comparable_since", sa.Integer, nullable=False, server_default="1"))
    _set_comparable_since()
    _move_tail_and_rollups_into_totals()
    _add("tail", sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    _create_rollups(sa.Column("version", sa.Integer, nullable=False))
    _find_known()
    _fill_rollups()


def downgrade() -> None:
    _move_tail_and_rollups_into_totals()
    _create_rollups()
    _run("INSERT INTO rollups ({key}, count) SELECT {key}, count FROM totals")
    op.drop_table("totals")
    for name, column in (
        ("tail", "version"),
        ("versions", "comparable_since"),
        ("surveys", "revision"),
        ("projects", "language"),
    ):
        with op.batch_alter_table(name) as table:
            table.drop_column(column)


def _add(name: str, column: sa.Column[Any]) -> None:
    """Add a column with a default for existing rows, but not for new ones."""
    with op.batch_alter_table(name) as table:
        table.add_column(column)
    with op.batch_alter_table(name) as table:
        table.alter_column(column.name, existing_type=column.type, server_default=None)


# --- Comparable versions ---------------------------------------------------------------


def _set_comparable_since() -> None:
    """`comparable_since` is the version in which the questions were last changed."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(versions).order_by(*(versions.c[name] for name in _VERSION))
    ).all()
    before = None
    since = 1
    for row in rows:
        same_survey = before is not None and before[:2] == row[:2]
        if before is None or not same_survey or _asked(before) != _asked(row):
            since = row.version
        if since != 1:
            connection.execute(
                sa.update(versions)
                .where(*(versions.c[name] == getattr(row, name) for name in _VERSION))
                .values(comparable_since=since)
            )
        before = row


_VERSION = ("project_id", "survey_id", "version")


def _asked(row: Any) -> list[Any]:
    definition: Mapping[str, Any] = row.definition
    own = [[one["name"], _heeded(one.get("questions"))] for one in definition.get("variants", ())]
    return [_heeded(definition["questions"]), own]


def _heeded(questions: Sequence[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in question.items() if name not in UNHEEDED}
        for question in questions or ()
    ]


# --- Counts by version -----------------------------------------------------------------
#
# Totals do not change. Counts derived from stored invitations and answers get the invitation's
# version, the rest get the version that was live on that day.


def _create_rollups(*version: sa.Column[Any]) -> None:
    op.create_table(
        "rollups",
        sa.Column("project_id", sa.Uuid, nullable=False),
        sa.Column("survey_id", sa.Uuid, nullable=False),
        *version,
        sa.Column("measure", sa.String(160), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("bucket", sa.SmallInteger, nullable=False),
        sa.Column("proven", sa.Boolean, nullable=False),
        sa.Column("variant", sa.String(64), nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint(
            *KEY[:2], *(one.name for one in version), *KEY[2:], name="pk_rollups"
        ),
    )


def _move_tail_and_rollups_into_totals() -> None:
    _run(
        "CREATE TABLE totals AS SELECT {key}, sum(count) AS count FROM ("
        "SELECT {key}, count FROM rollups UNION ALL SELECT {key}, delta FROM tail"
        ") AS every_one GROUP BY {key}"
    )
    _run("DELETE FROM tail")
    op.drop_table("rollups")


def _find_known() -> None:
    """Counts derived from invitations and answers, for surveys with several versions."""
    found = [_invitations(f"'{step}'", f"{step}_at", f"i.{step}_at IS NOT NULL") for step in STEPS]
    found.append(_invitations("i.state", "ended_at", "i.ended_at IS NOT NULL"))
    found.append(_ANSWERS)
    _run(
        f"CREATE TABLE known AS SELECT {{key}}, version, count(*) AS count FROM ("  # noqa: S608  # only constants
        f"{' UNION ALL '.join(found)}"
        ") AS every_one GROUP BY {key}, version"
    )
    _run("CREATE TABLE matched AS SELECT {key}, sum(count) AS n FROM known GROUP BY {key}")


_SEVERAL = """
    EXISTS (
        SELECT 1 FROM surveys s
        WHERE s.project_id = i.project_id AND s.id = i.survey_id AND s.version > 1
    )
"""
_ANSWERS = f"""
    SELECT
        i.project_id, i.survey_id, i.version,
        'answer:' || a.kind || coalesce(CAST(a.scale AS VARCHAR), '') || ':' || a.question
            || CASE WHEN a.part = '' THEN '' ELSE ':' || a.part END AS measure,
        {{day_of_at}} AS day, a.value AS bucket, i.proven, coalesce(i.variant, '') AS variant
    FROM answers a
    JOIN invitations i ON i.project_id = a.project_id AND i.id = a.invitation_id
    WHERE NOT i.test AND a.value IS NOT NULL AND {_SEVERAL}
"""  # noqa: S608  # only constants


def _invitations(measure: str, moment: str, counted: str) -> str:
    left = "" if moment in ("shown_at", "ended_at") else "AND i.deleted_at IS NULL"
    return f"""
        SELECT
            i.project_id, i.survey_id, i.version, {measure} AS measure,
            {{day_of_{moment}}} AS day, 0 AS bucket, i.proven, coalesce(i.variant, '') AS variant
        FROM invitations i
        WHERE NOT i.test AND {counted} {left} AND {_SEVERAL}
    """  # noqa: S608  # only constants


def _fill_rollups() -> None:
    into = "INSERT INTO rollups ({key}, version, count) "
    _run(
        into + "SELECT {key}, known.version, known.count "
        "FROM known JOIN matched USING ({key}) JOIN totals USING ({key}) "
        "WHERE matched.n <= totals.count"
    )
    _run(
        into  # noqa: S608  # only constants
        + "SELECT {key}, coalesce(("
        "SELECT max(v.version) FROM versions v WHERE v.project_id = rest.project_id "
        "AND v.survey_id = rest.survey_id AND {day_of_published_at} <= rest.day"
        "), 1), rest.count FROM ("
        "SELECT {key}, totals.count - "
        "CASE WHEN matched.n <= totals.count THEN matched.n ELSE 0 END AS count "
        "FROM totals LEFT JOIN matched USING ({key})"
        ") AS rest WHERE rest.count <> 0 "
        "ON CONFLICT ({key}, version) DO UPDATE SET count = rollups.count + excluded.count"
    )
    for scratch in ("known", "matched", "totals"):
        op.drop_table(scratch)


def _run(statement: str) -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    day = "date({})" if sqlite else "CAST({} AT TIME ZONE 'UTC' AS DATE)"
    moments = {
        "at": "a.at",
        "published_at": "v.published_at",
        **{name: f"i.{name}" for name in (*(f"{step}_at" for step in STEPS), "ended_at")},
    }
    days = {f"day_of_{name}": day.format(column) for name, column in moments.items()}
    op.execute(statement.format(key=", ".join(KEY), **days))
