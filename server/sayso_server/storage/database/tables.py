"""All tables. `migrations/` creates them; a test compares the two.

A tenant table's primary key and indexes begin with `project_id`, and no foreign key crosses
projects, so that rows can be sharded by project. `ABOVE_PROJECTS` lists the tables that are not
tenant tables.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    Uuid,
    text,
)

from sayso_server.storage.database.columns import Json, Utc

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = 64
NAME = 128
IDENTIFIER = 256
LANGUAGE = 35
MEASURE = 160  # fits the kind, a question's id and a part's id


def _project() -> Column[object]:
    return Column("project_id", Uuid, primary_key=True)


projects = Table(
    "projects",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", String(NAME), nullable=False),
    Column("public_key", String(ID), nullable=False, unique=True),
    Column("origins", Json, nullable=False),
    Column("tracked", Json, nullable=False),
    Column("policy", Json, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("rules_version", Integer, nullable=False),
    Column("language", String(LANGUAGE), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("deleted_at", Utc, index=True),  # set at once; the rows are deleted later, in batches
)

secret_keys = Table(
    "secret_keys",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("id", Uuid, nullable=False),
    Column("project_id", Uuid, ForeignKey("projects.id"), nullable=False),
    Column("hint", String(16), nullable=False),
    Column("scopes", Json, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("last_used_at", Utc),
    Column("revoked_at", Utc),
    Index("uq_secret_keys_project_id_id", "project_id", "id", unique=True),
)

identity_keys = Table(
    "identity_keys",
    metadata,
    Column("project_id", Uuid, ForeignKey("projects.id"), primary_key=True),
    Column("kid", String(16), primary_key=True),
    Column("created_at", Utc, nullable=False),
    Column("retired_at", Utc),
)

login_links = Table(
    "login_links",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("project_id", Uuid, ForeignKey("projects.id"), nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("used_at", Utc),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("hash", LargeBinary(32), nullable=False, unique=True),
    Column("project_id", Uuid, ForeignKey("projects.id"), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("last_seen_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("ended_at", Utc),
    Column("browser", String(ID), nullable=False),
)

due_work = Table(
    "due_work",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("due_at", Utc, nullable=False, index=True),
    Column("project_id", Uuid, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("subject_id", Uuid, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("project_id", Uuid),  # a refused login belongs to no project
    Column("at", Utc, nullable=False, index=True),
    Column("actor", String(ID), nullable=False),
    Column("action", String(32), nullable=False),
    Column("subject", String(IDENTIFIER), nullable=False),
    Column("details", Json, nullable=False),
    Index(None, "project_id", "id"),
)

server_facts = Table(
    "server_facts",
    metadata,
    Column("name", String(ID), primary_key=True),
    Column("value", Text, nullable=False),
)

widget_files = Table(
    "widget_files",
    metadata,
    Column("name", String(ID), primary_key=True),
    Column("content", Text, nullable=False),
    Column("used_at", Utc, nullable=False),
)

ABOVE_PROJECTS = frozenset(
    table.name
    for table in (
        projects,
        secret_keys,
        identity_keys,
        login_links,
        sessions,
        due_work,
        audit,
        server_facts,
        widget_files,
    )
)

people = Table(
    "people",
    metadata,
    _project(),
    Column("id", Uuid, primary_key=True),
    Column("user_id", String(IDENTIFIER)),
    Column("attributes", Json, nullable=False),
    Column("unproven_attributes", Json, nullable=False),
    Column("refused_at", Utc),
    Column("created_at", Utc, nullable=False),
    Index("uq_people_project_id_user_id", "project_id", "user_id", unique=True),
)

visitors = Table(
    "visitors",
    metadata,
    _project(),
    Column("visitor", String(ID), primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("claimed_user_id", String(IDENTIFIER)),
    Column("created_at", Utc, nullable=False),
    Index(None, "project_id", "person_id"),
    Index(None, "project_id", "claimed_user_id"),
)

tombstones = Table(
    "tombstones",
    metadata,
    _project(),
    Column("hash", LargeBinary(32), primary_key=True),
    Column("refused", Boolean, nullable=False),
    Column("erased_at", Utc, nullable=False),
)

surveys = Table(
    "surveys",
    metadata,
    _project(),
    Column("id", Uuid, primary_key=True),
    Column("name", String(NAME), nullable=False),
    Column("state", String(16), nullable=False),
    Column("definition", Json, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("updated_at", Utc, nullable=False),
    Column("target_reached_at", Utc),
    Column("revision", Integer, nullable=False),
)

segments = Table(
    "segments",
    metadata,
    _project(),
    Column("name", String(ID), primary_key=True),
    Column("definition", Json, nullable=False),
    Column("updated_at", Utc, nullable=False),
)

versions = Table(
    "versions",
    metadata,
    _project(),
    Column("survey_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("definition", Json, nullable=False),
    Column("published_at", Utc, nullable=False),
    Column("comparable_since", Integer, nullable=False),
)

events = Table(
    "events",
    metadata,
    _project(),
    # Ids are unique per sender: the backend has one id space, each visitor has its own.
    Column("id", String(ID), primary_key=True),
    Column("source", String(8), primary_key=True),
    Column("visitor", String(ID), primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("name", String(NAME), nullable=False),
    Column("proven", Boolean, nullable=False),
    Column("at", Utc, nullable=False),
    Column("received_at", Utc, nullable=False),
    Column("properties", Json, nullable=False),
    Index(None, "project_id", "person_id", "name", "at"),
)

event_counts = Table(
    "event_counts",
    metadata,
    _project(),
    Column("person_id", Uuid, primary_key=True),
    Column("name", String(NAME), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", Utc, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    _project(),
    Column("id", Uuid, primary_key=True),
    Column("survey_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("state", String(16), nullable=False),
    Column("source", String(8), nullable=False),
    Column("trigger_kind", String(16), nullable=False),
    Column("trigger_id", String(ID), nullable=False),
    Column("claim_id", String(ID)),
    Column("needs_proof", Boolean, nullable=False),
    Column("proven", Boolean, nullable=False),
    Column("secret_hash", LargeBinary(32)),
    Column("language", String(35)),
    Column("page_url", Text),
    Column("variant", String(ID)),
    Column("reserved", Boolean, nullable=False),
    Column("test", Boolean, nullable=False),
    Column("happened_at", Utc, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("available_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("lease_until", Utc),
    Column("shown_at", Utc),
    Column("started_at", Utc),
    Column("completed_at", Utc),
    Column("ended_at", Utc),
    Column("deleted_at", Utc),
    Index(None, "project_id", "person_id", "id"),
    Index("uq_invitations_project_id_secret_hash", "project_id", "secret_hash", unique=True),
    Index(
        "ix_invitations_test",
        "project_id",
        "survey_id",
        sqlite_where=text("test"),
        postgresql_where=text("test"),
    ),
)

answers = Table(
    "answers",
    metadata,
    _project(),
    Column("invitation_id", Uuid, primary_key=True),
    Column("question", String(ID), primary_key=True),
    Column("part", String(ID), primary_key=True),
    Column("survey_id", Uuid, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("scale", SmallInteger),
    Column("value", SmallInteger),
    Column("text", Text),
    Column("at", Utc, nullable=False),
    Index(None, "project_id", "survey_id", "kind", "at"),
)

answered = answers.join(
    invitations,
    (answers.c.project_id == invitations.c.project_id)
    & (answers.c.invitation_id == invitations.c.id),
)
"""Answers joined with their invitations."""

decisions = Table(
    "decisions",
    metadata,
    _project(),
    Column("person_id", Uuid, primary_key=True),
    Column("survey_id", Uuid, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("reason", String(32), primary_key=True),
    Column("moment", String(ID), primary_key=True),
    Column("first_at", Utc, nullable=False),
    Column("last_at", Utc, nullable=False),
    Column("count", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("saw", Json, nullable=False),
    Index(None, "project_id", "survey_id", "day"),
    Index(None, "project_id", "day"),
)

quota_use = Table(
    "quota_use",
    metadata,
    _project(),
    Column("survey_id", Uuid, primary_key=True),
    Column("quota", String(32), primary_key=True),
    Column("used", Integer, nullable=False),
)

reservations = Table(
    "reservations",
    metadata,
    _project(),
    Column("survey_id", Uuid, primary_key=True),
    Column("invitation_id", Uuid, primary_key=True),
    Column("shown", Boolean, nullable=False),
    Column("until", Utc, nullable=False),
)

rollups = Table(
    "rollups",
    metadata,
    _project(),
    Column("survey_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("measure", String(MEASURE), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("bucket", SmallInteger, primary_key=True),
    Column("proven", Boolean, primary_key=True),
    Column("variant", String(ID), primary_key=True),
    Column("count", BigInteger, nullable=False),
)

tail = Table(
    "tail",
    metadata,
    _project(),
    Column("id", Uuid, primary_key=True),
    Column("survey_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("measure", String(MEASURE), nullable=False),
    Column("day", Date, nullable=False),
    Column("bucket", SmallInteger, nullable=False),
    Column("proven", Boolean, nullable=False),
    Column("variant", String(ID), nullable=False),
    Column("delta", SmallInteger, nullable=False),
    Index(None, "project_id", "survey_id"),
)
