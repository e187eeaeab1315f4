"""The last use of a secret key is written in the background, at most once a minute."""

from pathlib import Path
from typing import Any

from sayso_server.background import Background
from sayso_server.dependencies import dependencies
from sayso_server.storage.database.tables import secret_keys
from tests.product import Product, make_app
from tests.statements import Statements


def last_use(product: Product) -> Any:
    """Reads the database directly, because an API call would count as a use of the key."""
    with product.dependencies.store.read() as connection:
        return connection.execute(secret_keys.select()).mappings().one()["last_used_at"]


def use(product: Product) -> None:
    product.ok("GET", "/v1/surveys")


def test_the_last_use_is_written_in_the_background_once_a_minute(
    product: Product, statements: Statements
) -> None:
    first = product.clock.now
    with statements() as seen:
        use(product)
    assert not any("UPDATE" in one for one in seen)
    assert last_use(product) is None
    Background(product.dependencies).run_once()
    assert last_use(product) == first
    product.clock.forward(seconds=59)
    use(product)
    with statements() as seen:
        Background(product.dependencies).run_once()
    assert not any("UPDATE secret_keys" in one for one in seen)
    product.clock.forward(seconds=1)
    use(product)
    Background(product.dependencies).run_once()
    assert last_use(product) == product.clock.now


def test_a_use_that_another_process_wrote_within_the_minute_is_skipped(
    product: Product, tmp_path: Path
) -> None:
    use(product)
    Background(product.dependencies).run_once()
    written = last_use(product)
    product.clock.forward(seconds=30)
    url = product.dependencies.store.engine.url.render_as_string(hide_password=False)
    elsewhere = make_app(url, tmp_path, product.clock)
    headers = {"Authorization": f"Bearer {product.secret_key}"}
    assert elsewhere.test_client().get("/v1/surveys", headers=headers).status_code == 200
    Background(dependencies(elsewhere)).run_once()
    dependencies(elsewhere).store.engine.dispose()
    assert last_use(product) == written


def test_a_use_is_kept_while_the_database_is_unavailable(product: Product) -> None:
    use(product)
    store = product.dependencies.store
    broken = type("Away", (), {"write": lambda *_: 1 / 0})()
    try:
        product.dependencies.key_use.flush(broken, product.clock.now)
    except ZeroDivisionError:
        product.dependencies.key_use.flush(store, product.clock.now)
    assert last_use(product) == product.clock.now
