"""Fixture that records the server's SQL statements."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
import sqlalchemy

from tests.product import Product

Statements = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def statements(product: Product) -> Statements:
    """Collects the SQL statements that the server runs within a block."""
    engine = product.dependencies.store.engine

    @contextmanager
    def collected() -> Iterator[list[str]]:
        seen: list[str] = []

        def see(_connection: object, _cursor: object, statement: str, *_: Any) -> None:
            seen.append(statement)

        sqlalchemy.event.listen(engine, "before_cursor_execute", see)
        yield seen
        sqlalchemy.event.remove(engine, "before_cursor_execute", see)

    return collected
