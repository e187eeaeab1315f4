"""A cache of compiled statements for all tests. Each test has its own engine, and compiling a
statement takes longer than running it."""

from typing import Any

from sqlalchemy.engine.interfaces import Dialect

from sayso_server.storage.database.store import Store


class Compiled(dict[tuple[Any, ...], Any]):
    """SQLAlchemy's compiled cache, shared by all engines of one dialect."""

    def get(self, key: tuple[Dialect, Any], default: Any = None) -> Any:
        return super().get(_of_any_engine(key), default)

    def __setitem__(self, key: tuple[Dialect, Any], value: Any) -> None:
        super().__setitem__(_of_any_engine(key), value)


def _of_any_engine(key: tuple[Dialect, Any]) -> tuple[Any, ...]:
    dialect, *statement = key
    return (dialect.name, *statement)


_COMPILED = Compiled()


def share_compiled(store: Store) -> None:
    """Makes the store use the shared cache."""
    store.engine.update_execution_options(compiled_cache=_COMPILED)
    # The store made `_reads` before these options were set.
    store._reads = store._reads.execution_options(compiled_cache=_COMPILED)
