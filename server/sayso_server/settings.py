"""Settings: read from the environment here and nowhere else, into one frozen value."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sayso_server.errors import Misconfigured
from sayso_server.limit_table import LIMITS, LimitSettings

DATABASES = ("sqlite", "postgresql", "postgresql+psycopg")
SHORTEST_SECRET = 32


@dataclass(frozen=True)
class Settings(LimitSettings):
    """How this server runs. Each field is named `SAYSO_<NAME>` in the environment; the limits are
    those of `limit_table.py`."""

    data_dir: Path
    """Where the embedded database and the kept secret key lie. Default: ./sayso-data"""
    database_url: str
    """sqlite:///file or postgresql://…; default: an SQLite file in the data directory."""
    secret_key: str
    """Derives identity secrets and capabilities; at least 32 characters, the same on every
    node. Default: made at the first start and kept in the data directory."""
    redis_url: str | None = None
    """redis://…, needed as soon as there is more than one worker process. Default: none."""
    public_url: str = "http://127.0.0.1:8300"
    """Where browsers reach this server; printed in tags and links. With https, browsers are told to
    use nothing else (HSTS)."""
    trusted_proxies: int = 0
    """How many proxies in front set X-Forwarded-For and -Proto. Default: 0, none is believed."""
    request_seconds: int = 30
    """Seconds in which a call's headers must have come, then its body, then its reply be taken; an
    idle connection is closed after as many."""
    database_pool: int = 10
    """Connections one worker process may hold to PostgreSQL."""
    database_timeout: int = 15
    """Seconds PostgreSQL may take over one statement; then the call is answered 503."""
    database_pooler: str | None = None
    """"transaction" where a pooler such as pgbouncer lends connections for one transaction."""

    @property
    def https(self) -> bool:
        """Whether browsers reach this server by https."""
        return self.public_url.lower().startswith("https:")

    @property
    def embedded(self) -> bool:
        """Whether the database is the SQLite file, which means exactly one worker process."""
        return self.database_url.startswith("sqlite")


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises Misconfigured with the variable and the remedy."""
    found = os.environ if environment is None else environment
    data_dir = Path(found.get("SAYSO_DATA_DIR") or "sayso-data").resolve()
    return Settings(
        data_dir=data_dir,
        database_url=_database_url(found.get("SAYSO_DATABASE_URL"), data_dir),
        secret_key=_secret_key(found.get("SAYSO_SECRET_KEY"), data_dir),
        redis_url=_url(found, "SAYSO_REDIS_URL", ("redis", "rediss", "valkey", "unix")),
        public_url=(
            _url(found, "SAYSO_PUBLIC_URL", ("http", "https")) or Settings.public_url
        ).rstrip("/"),
        trusted_proxies=_count(found, "SAYSO_TRUSTED_PROXIES", Settings.trusted_proxies),
        request_seconds=_count(found, "SAYSO_REQUEST_SECONDS", Settings.request_seconds, least=1),
        database_pool=_count(found, "SAYSO_DATABASE_POOL", Settings.database_pool, least=1),
        database_timeout=_count(
            found, "SAYSO_DATABASE_TIMEOUT", Settings.database_timeout, least=1
        ),
        database_pooler=_one_of(found, "SAYSO_DATABASE_POOLER", ("transaction",)),
        **{name: _count(found, one.setting, one.default) for name, one in LIMITS.items()},
    )


def _database_url(value: str | None, data_dir: Path) -> str:
    if not value:
        return f"sqlite:///{data_dir / 'sayso.db'}"
    scheme = value.partition("://")[0]
    if scheme == "postgres":
        scheme, value = "postgresql", value.replace("postgres://", "postgresql://", 1)
    if scheme not in DATABASES:
        raise Misconfigured(
            f"SAYSO_DATABASE_URL begins with {scheme!r}; write postgresql://user:password@host/name"
            " or sqlite:///path"
        )
    if scheme == "postgresql":
        return value.replace("postgresql://", "postgresql+psycopg://", 1)
    return value


def _secret_key(value: str | None, data_dir: Path) -> str:
    if value:
        if len(value) < SHORTEST_SECRET:
            raise Misconfigured(
                f"SAYSO_SECRET_KEY is shorter than {SHORTEST_SECRET} characters; "
                "make one with: openssl rand -hex 32"
            )
        return value
    return _kept_secret_key(data_dir)


def _kept_secret_key(data_dir: Path) -> str:
    kept = data_dir / "secret_key"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(kept, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return kept.read_text().strip()
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
        return kept.read_text()
    except OSError as error:
        raise Misconfigured(
            f"SAYSO_DATA_DIR {data_dir} cannot be written ({error.strerror}); "
            "name a directory that this user may write to"
        ) from error


def _url(found: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str | None:
    value = found.get(name)
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme not in schemes or not (parts.netloc or parts.path):
        raise Misconfigured(f"{name} is {value!r}; write a URL that begins with {schemes[0]}://")
    return value


def _count(found: Mapping[str, str], name: str, default: int, *, least: int = 0) -> int:
    value = found.get(name)
    if not value:
        return default
    if not value.isdecimal() or int(value) < least:
        raise Misconfigured(f"{name} is {value!r}; write a whole number, {least} or more")
    return int(value)


def _one_of(found: Mapping[str, str], name: str, values: tuple[str, ...]) -> str | None:
    value = found.get(name)
    if not value:
        return None
    if value not in values:
        raise Misconfigured(f"{name} is {value!r}; write {' or '.join(values)}, or leave it out")
    return value
