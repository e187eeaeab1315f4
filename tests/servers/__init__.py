"""Real PostgreSQL and Valkey servers for tests, from nothing but pip; nginx and pgbouncer, from
Debian's packages.

Each server is a child of the process that starts it, lives in a temporary folder, listens
on a free loopback port, and ends with its ``with`` block. Where util-linux's ``setpriv`` is
found (every Debian) it also ends when its parent is killed outright.
"""

from tests.servers.emptied_databases import EmptiedDatabases
from tests.servers.nginx_server import nginx
from tests.servers.pgbouncer_server import pgbouncer
from tests.servers.postgres_server import DURABLE_SETTINGS, Postgres, postgres
from tests.servers.processes import ServerUnavailable, free_port, spawn, stop
from tests.servers.valkey_server import empty_valkey, valkey

__all__ = [
    "DURABLE_SETTINGS",
    "EmptiedDatabases",
    "Postgres",
    "ServerUnavailable",
    "empty_valkey",
    "free_port",
    "nginx",
    "pgbouncer",
    "postgres",
    "spawn",
    "stop",
    "valkey",
]
