"""The settings. Only this module reads the environment, into one frozen dataclass."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from sayso_server import data_directory
from sayso_server.errors import Misconfigured
from sayso_server.limit_table import LIMITS, LimitSettings

DATABASES = ("sqlite", "postgresql", "postgresql+psycopg")
SQLITE = "sqlite:///"
PLAIN_PATH = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*")
"""A path that needs no escaping in a URL, a header, a cookie or HTML."""


@dataclass(frozen=True)
class Settings(LimitSettings):
    """How this server runs. The field `name` is `SAYSO_NAME` in the environment. The limits are in
    `limit_table.py`."""

    data_dir: Path
    """Directory of the SQLite database and the generated secret key. Default: ./sayso-data"""
    database_url: str
    """sqlite:///file or postgresql://…; default: an SQLite file in the data directory."""
    secret_key: str
    """Identity secrets and capability tokens are derived from it; at least 32 characters, the same
    on every node. Default: generated at the first start and stored in the data directory; with
    PostgreSQL it must be given."""
    redis_url: str | None = None
    """redis://…, required for more than one worker process. Default: none."""
    public_url: str = "http://127.0.0.1:8300"
    """The URL at which browsers reach this server, with its path if there is one; printed in tags
    and links. With https, HSTS is sent. Default: the address that `sayso serve` listens on."""
    trusted_proxies: int = 0
    """How many proxies in front set X-Forwarded-For, -Proto and -Host, and may set -Prefix.
    Default: 0, these headers are ignored."""
    request_seconds: int = 30
    """Timeout in seconds for the headers of a request, then for its body, then for sending the
    reply; also for an idle connection."""
    database_pool: int = 10
    """PostgreSQL connections per worker process, at most."""
    database_timeout: int = 15
    """Timeout of one PostgreSQL statement, in seconds; then the reply is 503."""
    database_pooler: str | None = None
    """"transaction" for a pooler such as pgbouncer in transaction mode."""

    @property
    def https(self) -> bool:
        """Whether the public URL is https."""
        return self.public_url.lower().startswith("https:")

    @property
    def embedded(self) -> bool:
        """Whether the database is SQLite, which allows exactly one worker process."""
        return self.database_url.startswith("sqlite")


def from_environment(
    environment: Mapping[str, str] | None = None, *, listening_at: str | None = None
) -> Settings:
    """The settings of this process; `listening_at` is the default of the public URL. Raises
    Misconfigured, whose message names the variable and the remedy."""
    env = os.environ if environment is None else environment
    data_dir = Path(env.get("SAYSO_DATA_DIR") or "sayso-data").resolve()
    database_url = _database_url(env.get("SAYSO_DATABASE_URL"), data_dir)
    if database_url.startswith(SQLITE):
        data_directory.prepare(data_dir)
    return Settings(
        data_dir=data_dir,
        database_url=database_url,
        secret_key=_secret_key(env.get("SAYSO_SECRET_KEY"), data_dir, database_url),
        redis_url=_url(env, "SAYSO_REDIS_URL", ("redis", "rediss", "valkey", "unix")),
        public_url=public_url(env, listening_at=listening_at),
        trusted_proxies=_count(env, "SAYSO_TRUSTED_PROXIES", Settings.trusted_proxies),
        request_seconds=_count(env, "SAYSO_REQUEST_SECONDS", Settings.request_seconds, least=1),
        database_pool=_count(env, "SAYSO_DATABASE_POOL", Settings.database_pool, least=1),
        database_timeout=_count(env, "SAYSO_DATABASE_TIMEOUT", Settings.database_timeout, least=1),
        database_pooler=_one_of(env, "SAYSO_DATABASE_POOLER", ("transaction",)),
        **{name: _count(env, limit.setting, limit.default) for name, limit in LIMITS.items()},
    )


def public_url(
    environment: Mapping[str, str] | None = None, *, listening_at: str | None = None
) -> str:
    """The URL at which browsers reach the server. Raises Misconfigured."""
    env = os.environ if environment is None else environment
    name = "SAYSO_PUBLIC_URL"
    value = _url(env, name, ("http", "https"))
    if value is None:
        return listening_at or Settings.public_url
    parts = urlsplit(value)
    path = parts.path.rstrip("/")
    if parts.query or parts.fragment or parts.username is not None or not parts.hostname:
        raise Misconfigured(f"{name} is {value!r}; write scheme, host and path only")
    if not PLAIN_PATH.fullmatch(path):
        raise Misconfigured(
            f"{name} is {value!r}; its path may have letters, digits and . _ ~ - between slashes"
        )
    return f"{parts.scheme}://{parts.netloc}{path}"


def sqlite_file(database_url: str) -> Path:
    """The file of an SQLite URL. Raises Misconfigured if the URL names no file."""
    name = database_url.removeprefix(SQLITE).partition("?")[0]
    if not name or name.startswith((":", "file:")) or name == database_url:
        raise Misconfigured(
            f"SAYSO_DATABASE_URL is {database_url!r}, which names no file; write sqlite:///path"
        )
    return Path(name)


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
    if scheme == "sqlite":
        # Absolute, because libraries disagree about what a relative path is relative to.
        return f"{SQLITE}{sqlite_file(value).absolute()}" + "".join(value.partition("?")[1:])
    if scheme == "postgresql":
        return value.replace("postgresql://", "postgresql+psycopg://", 1)
    return value


def _secret_key(value: str | None, data_dir: Path, database_url: str) -> str:
    if value:
        if wrong := data_directory.wrong_with_key(value):
            raise Misconfigured(
                f"SAYSO_SECRET_KEY {wrong}; give it exactly as it was, or make one with: "
                "openssl rand -hex 32"
            )
        return value
    if not database_url.startswith(SQLITE):
        raise Misconfigured(
            "With PostgreSQL the secret key must be given by SAYSO_SECRET_KEY, the same on every "
            "node. Make one with: openssl rand -hex 32" + _kept_before(data_dir)
        )
    return data_directory.kept_key(data_dir, sqlite_file(database_url))


def _kept_before(data_dir: Path) -> str:
    kept = data_dir / data_directory.KEY
    return f" (or, if it was used until now, give the one in {kept})" if kept.exists() else ""


def _url(env: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str | None:
    value = env.get(name)
    if not value:
        return None
    parts = _split(value)
    if parts is None or parts.scheme not in schemes or not (parts.netloc or parts.path):
        raise Misconfigured(f"{name} is not a URL that begins with {schemes[0]}://host; write one")
    return value


def _split(value: str) -> SplitResult | None:
    """None if it is not a valid URL or its port is not valid."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _count(env: Mapping[str, str], name: str, default: int, *, least: int = 0) -> int:
    value = env.get(name)
    if not value:
        return default
    if not value.isdecimal() or int(value) < least:
        raise Misconfigured(f"{name} is {value!r}; write a whole number, {least} or more")
    return int(value)


def _one_of(env: Mapping[str, str], name: str, values: tuple[str, ...]) -> str | None:
    value = env.get(name)
    if not value:
        return None
    if value not in values:
        raise Misconfigured(f"{name} is {value!r}; write {' or '.join(values)}, or leave it out")
    return value
