"""Asking later: after a delay, after "ask me later", and after another person logs in."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.host_site import HostSite
from tests.e2e.project import Project
from tests.e2e.visitor import appearing, is_call, is_shown, popup, until

DELAY = 4  # seconds


def test_an_event_with_a_delay_is_asked_on_the_page_that_is_open_by_then(
    host: HostSite, project: Project, page: Page
) -> None:
    project.survey("csat", event="order_completed", delay=DELAY, **{"from": "page"})
    first = host.add("/order", head=project.tag())
    second = host.add("/thanks", head=project.tag())
    page.goto(first)
    with page.expect_response(is_call("decide")) as decided:
        page.evaluate("sayso.track('order_completed')")
    assert decided.value.json()["waiting"]["in"] <= DELAY
    with appearing(page):
        page.goto(second)
    expect(popup(page)).to_contain_text("How would you rate your experience?")


def test_ask_me_later_is_told_apart_from_closing(
    host: HostSite, project: Project, page: Page
) -> None:
    """Only a snoozed invitation is asked again, a week later."""
    put_off = project.survey("csat", event="order_completed")
    closed = project.survey("ces", event="help_closed")
    page.goto(host.add("/", head=project.tag("u_1")))
    for event, choice in (("order_completed", "Ask me later"), ("help_closed", "Close")):
        with appearing(page):
            page.evaluate(f"sayso.track('{event}')")
        with page.expect_response(is_shown):
            popup(page).get_by_role("button", name=choice, exact=True).click()
        expect(popup(page)).to_have_count(0)
    states = {one["survey_id"]: one["state"] for one in project.invitations("u_1")}
    assert states == {put_off: "snoozed", closed: "dismissed"}


def test_two_people_on_one_browser_are_never_mixed(
    host: HostSite, project: Project, page: Page
) -> None:
    orders = project.survey("csat", event="order_completed")
    help_ = project.survey("ces", event="help_closed")
    loyal = project.survey("nps", event="came_back", delay=DELAY)
    page.goto(host.add("/", head=project.tag("u_ada")))
    page.evaluate("sayso.track('came_back')")
    page.wait_for_timeout(500)
    with appearing(page):
        page.evaluate("sayso.track('order_completed')")

    page.evaluate("sayso.reset()")  # Ada logs out with her popup open and an invitation waiting
    expect(popup(page)).to_have_count(0)
    token = project.client.identity_token("u_ben")
    with page.expect_response(is_call("identify")):
        page.evaluate("(token) => sayso.identify('u_ben', {token})", token)
    page.wait_for_timeout((DELAY + 1) * 1_000)
    expect(popup(page)).to_have_count(0)  # Ada's waiting invitation is not shown to Ben
    with appearing(page):
        page.evaluate("sayso.track('help_closed')")
    popup(page).get_by_role("radio").first.click()
    popup(page).get_by_role("button", name="Skip").click()
    expect(popup(page)).to_contain_text("Thank you!")

    def of(user_id: str) -> dict[str, str]:
        return {one["survey_id"]: one["state"] for one in project.invitations(user_id)}

    until(lambda: of("u_ben").get(help_) == "completed", page)
    assert of("u_ben") == {help_: "completed"}
    assert set(of("u_ada")) == {orders, loyal}
