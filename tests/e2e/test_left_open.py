"""A popup that is left open on one page, and the invitation that waits behind it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.host_site import HostSite
from tests.e2e.project import Project
from tests.e2e.visitor import appearing, is_call, is_shown, popup

NO_CLICKS = 500  # ms in which a new popup ignores clicks
FIRST, SECOND = "How would you rate your experience?", "Was it easy"


def close(page: Page) -> None:
    page.wait_for_timeout(NO_CLICKS)
    with page.expect_response(is_shown):
        popup(page).get_by_role("button", name="Close", exact=True).click()


def test_it_comes_back_on_the_next_page_until_it_is_closed_and_then_the_next_one_comes(
    host: HostSite, project: Project, page: Page
) -> None:
    """Page events only, so the pages open no stream."""
    trigger = {"event": "order_completed", "from": "page"}
    first = project.publish("csat", trigger, priority=1)
    second = project.publish("ces", trigger)
    here, there = (host.add(path, head=project.tag("u_1")) for path in ("/here", "/there"))
    page.goto(here)
    with appearing(page):
        page.evaluate("sayso.track('order_completed')")
    expect(popup(page)).to_contain_text(FIRST)
    with page.expect_response(is_call("decide")):
        page.goto(there)
    expect(popup(page)).to_contain_text(FIRST)

    close(page)
    expect(popup(page)).to_contain_text(SECOND)  # long before the page would forget the first popup
    page.wait_for_timeout(NO_CLICKS)
    with page.expect_response(is_call("responses")):
        popup(page).get_by_role("radio").first.click()
    close(page)
    page.goto(here)
    states = {one["survey_id"]: one["state"] for one in project.invitations("u_1")}
    assert states == {first: "dismissed", second: "started"}
    assert [project.report(one)["counts"]["shown"] for one in (first, second)] == [1, 1]
    expect(popup(page)).to_have_count(0)


def test_what_was_held_for_longer_than_it_may_be_asked_is_not_asked(
    host: HostSite, project: Project, page: Page
) -> None:
    project.publish("csat", {"event": "order_completed"}, ask_within=1)
    project.publish("ces", {"event": "help_closed"}, ask_within=60)
    page.goto(host.add("/", head=project.tag("u_1")))
    page.evaluate("sayso.hold(); sayso.track('order_completed')")
    page.wait_for_timeout(1_500)
    with page.expect_response(is_call("decide")) as decided:
        page.evaluate("sayso.release()")
    assert decided.value.json()["ask"] is None
    assert project.reasons("u_1") == {"too_late"}
    page.evaluate("sayso.hold(); sayso.track('help_closed')")
    page.wait_for_timeout(1_500)
    with appearing(page):
        page.evaluate("sayso.release()")
