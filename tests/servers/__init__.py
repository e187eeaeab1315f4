"""Real servers for tests: PostgreSQL and Valkey from pip packages, nginx and pgbouncer from Debian
packages.

Each server is a child process with a temporary folder and a free loopback port. It ends with its
``with`` block. If util-linux's ``setpriv`` exists (on every Debian), it also ends when its parent
is killed.
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
