"""The database as commands use it."""

from sayso_server.app import create_app
from sayso_server.cli.output import say
from sayso_server.parts import parts
from sayso_server.settings import Settings, from_environment
from sayso_server.storage import server_facts
from sayso_server.storage.opening import open_database
from sayso_server.storage.store import Store


def open_store(settings: Settings) -> Store:
    """The store, with its schema brought up. Raises Misconfigured, Unavailable."""
    store = store_of(settings)
    open_database(store, settings.secret_key.encode(), tell)
    return store


def store_of(settings: Settings) -> Store:
    """The store, not opened yet."""
    return parts(create_app(settings)).store


def public_url(store: Store) -> str:
    """Where browsers reach the server: as set, or where the last `sayso serve` said it listens."""
    with store.read() as connection:
        listening_at = server_facts.get(connection, server_facts.LISTENING_AT)
    return from_environment(listening_at=listening_at).public_url


def tell(message: str) -> None:
    """Tell whoever waits, apart from what the command prints."""
    say(f"sayso: {message}", err=True)
