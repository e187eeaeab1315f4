"""React, Vue and zone.js beside an open popup: neither disturbs the other."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.project import Project
from tests.e2e.visitor import Notices, is_call
from tests.hosts.rendered_pages import page_with_zones, rendered_page
from tests.hosts.static_site import StaticSite
from tests.hosts.visit import appearing, popup

LONG_ENOUGH = 2_000  # milliseconds; longer than any polling interval
A_BEAT = 1  # timer: the stream's heartbeat restarts it
THEIR_OWN = ("React DevTools", "development build of Vue")


@pytest.fixture(
    scope="module",
    params=["react", *(pytest.param(one, marks=pytest.mark.proof) for one in ("vue", "zone"))],
)
def address(request: pytest.FixtureRequest, site: StaticSite, project: Project) -> str:
    if request.param == "zone":
        return page_with_zones(site, script_of(project))
    return rendered_page(site, request.param, script_of(project))


def test_an_application_takes_over_its_page_and_a_change_of_its_route_asks_again(
    address: str, project: Project, page: Page
) -> None:
    heard = Notices(page).heard
    with appearing(page):
        page.goto(address)
    page.wait_for_function("window.hydrated")
    page.get_by_role("button", name="Count 0").click()
    expect(page.get_by_role("button", name="Count 1")).to_be_visible()
    answer(page)
    with appearing(page):
        page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading")).to_have_text("The second view")
    expect(popup(page)).to_contain_text("easy")
    popup(page).get_by_role("button", name="Close").click()
    expect(popup(page)).to_have_count(0)
    assert [line for line in heard if not any(own in line for own in THEIR_OWN)] == []


@pytest.mark.proof
def test_where_zones_watch_every_timer_none_of_ours_runs_while_nothing_happens(
    site: StaticSite, project: Project, page: Page
) -> None:
    with appearing(page):
        page.goto(page_with_zones(site, script_of(project)))
    answer(page)
    page.wait_for_timeout(LONG_ENOUGH)
    before = page.evaluate("tasks")
    page.wait_for_timeout(LONG_ENOUGH)
    assert page.evaluate("tasks") - before <= A_BEAT


def script_of(project: Project) -> str:
    return f"{project.url}/v1/p/{project.public_key}/sayso.js"


def answer(page: Page) -> None:
    popup(page).get_by_role("radio").last.click()
    with page.expect_response(is_call("responses")):
        popup(page).get_by_role("button", name="Skip").click()
    popup(page).get_by_role("button", name="Close").click()
    expect(popup(page)).to_have_count(0)
