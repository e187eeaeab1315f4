"""The dashboard in a real browser: the login link works, and results refresh by themselves."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.serving import make_server

from sayso_server.dependencies import dependencies
from sayso_server.storage.members import sessions
from sayso_server.storage.projects import audit
from tests.dashboard.member import Member, answer
from tests.product import Clock, Product, make_app, make_product


@pytest.fixture
def product(migrated_sqlite_url: str, tmp_path: Path) -> Iterator[Product]:
    clock = Clock()
    app = make_app(migrated_sqlite_url, tmp_path, clock)
    yield make_product(app, clock)
    dependencies(app).store.engine.dispose()


@pytest.fixture
def address(product: Product) -> Iterator[str]:
    """Serve the app; yield its URL."""
    server = make_server("127.0.0.1", 0, product.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def said(page: Page) -> list[str]:
    """The browser's console messages and page errors."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def test_a_link_opens_the_results_by_itself(
    product: Product, page: Page, address: str, said: list[str]
) -> None:
    page.goto(f"{address}/login#{Member(product).link()}")
    page.wait_for_url(f"{address}/results")
    assert said == []


def test_a_link_opened_where_the_page_is_open_already_works_too(
    product: Product, page: Page, address: str
) -> None:
    page.goto(f"{address}/login")
    page.goto(f"{address}/login#{Member(product).link()}")
    page.wait_for_url(f"{address}/results")


def test_without_scripts_the_link_can_be_pasted(
    product: Product, new_context: Callable[..., BrowserContext], address: str
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    link = f"{address}/login#{Member(product).link()}"
    page.goto(link)
    page.get_by_label("Or paste the link").fill(link)
    page.get_by_role("button", name="Open").click()
    page.wait_for_url(f"{address}/results")


def test_an_answer_appears_by_itself_and_disturbs_nobody(
    product: Product, page: Page, address: str, said: list[str]
) -> None:
    survey = product.survey("csat")
    answer(product, 4, "the first")
    page.goto(f"{address}/login#{Member(product).link()}")
    page.wait_for_url(f"{address}/results")
    page.goto(f"{address}/results/{survey}")
    expect(page.get_by_text("n = 1")).to_be_visible()
    summary = page.get_by_text("Numbers by day")
    summary.click()
    first = page.locator("blockquote", has_text="the first").element_handle()

    product.clock.forward(minutes=1)
    answer(product, 5, "the second")
    expect(page.get_by_text("n = 2")).to_be_visible(timeout=15_000)

    assert page.locator("blockquote").all_inner_texts() == ["the second", "the first"]
    assert page.locator("details").get_attribute("open") is not None
    expect(summary).to_be_focused()
    assert first.evaluate("node => node.isConnected && node.textContent") == "the first"
    assert said == []


def test_while_the_server_is_away_the_page_says_so_quietly_and_comes_back(
    product: Product, page: Page, address: str
) -> None:
    survey = product.survey("csat")
    page.goto(f"{address}/login#{Member(product).link()}")
    page.wait_for_url(f"{address}/results")
    page.goto(f"{address}/results/{survey}")
    page.route("**/fragment", lambda route: route.abort())
    expect(page.get_by_text("Reconnecting")).to_be_visible(timeout=15_000)
    page.unroute("**/fragment")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("Reconnecting")).to_be_hidden(timeout=15_000)
    answer(product, 4)
    expect(page.get_by_text("n = 1")).to_be_visible(timeout=15_000)


def test_a_session_ended_meanwhile_closes_the_open_page_and_says_why(
    product: Product, page: Page, address: str
) -> None:
    survey = product.survey("csat")
    page.goto(f"{address}/login#{Member(product).link()}")
    page.wait_for_url(f"{address}/results")
    page.goto(f"{address}/results/{survey}")
    store, now = product.dependencies.store, product.clock.now
    with store.read() as connection:
        (session,) = sessions.open_sessions(connection, product.project_id, now)
    store.write(lambda connection: sessions.end(connection, session.id, audit.COMMAND, now))
    page.wait_for_url(f"{address}/login")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your session was ended")


def test_a_link_opened_where_a_session_is_open_asks_first(
    product: Product, page: Page, address: str
) -> None:
    other = make_product(product.app, product.clock)
    other.survey(name="Of the other project")
    page.goto(f"{address}/login#{Member(product).link()}")
    page.wait_for_url(f"{address}/results")
    link = f"{address}/login#{Member(other).link()}"
    page.goto(link)
    page.get_by_role("link", name="Stay in Shop").click()
    expect(page.get_by_text("No surveys yet")).to_be_visible()
    page.goto(link)
    page.get_by_role("button", name="Open Shop").click()
    expect(page.get_by_text("Of the other project")).to_be_visible()
