"""Opens the database for commands."""

from sayso_server.cli.output import say
from sayso_server.settings import Settings, from_environment
from sayso_server.storage.database import connecting, server_facts
from sayso_server.storage.database.opening import open_database
from sayso_server.storage.database.store import Store


def open_store(settings: Settings) -> Store:
    """The store, with its schema upgraded. Raises Misconfigured, Unavailable."""
    store = store_of(settings)
    open_database(store, settings.secret_key.encode(), tell)
    return store


def store_of(settings: Settings) -> Store:
    """The store, before its schema is checked."""
    return Store(connecting.connect(settings), settings.secret_key.encode())


def public_url(store: Store) -> str:
    """The server's public URL: the setting, or else the address of the last `sayso serve`."""
    with store.read() as connection:
        listening_at = server_facts.get(connection, server_facts.LISTENING_AT)
    return from_environment(listening_at=listening_at).public_url


def tell(message: str) -> None:
    """Print a progress message on standard error."""
    say(f"sayso: {message}", err=True)
