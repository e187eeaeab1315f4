"""The database as commands use it."""

from sayso_server.app import create_app
from sayso_server.parts import parts
from sayso_server.settings import Settings
from sayso_server.storage import schema
from sayso_server.storage.store import Store


def open_store(settings: Settings) -> Store:
    """The store, with its schema brought up."""
    store = parts(create_app(settings)).store
    schema.upgrade(store.engine)
    return store
