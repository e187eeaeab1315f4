"""Our stream and lock do not keep a page out of the back/forward cache."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import CHROMIUM_FLAGS
from tests.e2e.host_site import HostSite
from tests.e2e.project import Project
from tests.e2e.visitor import appearing, is_call, popup

NOTE_RETURN = "addEventListener('pageshow', (event) => (window.kept = event.persisted))"


@pytest.fixture
def page(browser: Browser, browser_path: str) -> Iterator[Page]:
    """A page in a browser with the back/forward cache, which Playwright disables by default."""
    keeping = browser.browser_type.launch(
        executable_path=browser_path,
        args=CHROMIUM_FLAGS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield keeping.new_page()
    keeping.close()


def leave_and_return(host: HostSite, page: Page) -> None:
    page.evaluate(NOTE_RETURN)
    page.goto(host.add("/elsewhere"))
    page.go_back(wait_until="commit")
    page.wait_for_function("'kept' in window")
    assert page.evaluate("kept") is True


def test_a_page_that_streams_is_kept_and_streams_again(
    host: HostSite, project: Project, page: Page
) -> None:
    project.survey(event="order_completed")
    with page.expect_response(lambda reply: is_call("live")(reply) and reply.ok):
        page.goto(host.add("/", head=project.tag("u_1")))
    with page.expect_response(lambda reply: is_call("live")(reply) and reply.ok):
        leave_and_return(host, page)
    with appearing(page):
        project.track("u_1", "order_completed")


def test_an_open_popup_is_still_there_and_can_be_answered(
    host: HostSite, project: Project, page: Page
) -> None:
    survey = project.survey(kind="page_view")
    with appearing(page):
        page.goto(host.add("/", head=project.tag()))
    leave_and_return(host, page)
    expect(popup(page)).to_have_count(1)
    with page.expect_response(is_call("responses")):
        popup(page).get_by_role("radio", name="Satisfied", exact=True).click()
    assert project.report(survey)["n"] == 1
