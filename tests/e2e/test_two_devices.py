"""A person with two open browsers is asked in only one of them."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, Response, expect

from tests.demo.running import Demo
from tests.e2e.host_site import HostSite
from tests.e2e.project import Project
from tests.e2e.visitor import is_call, popup, until

Decisions = list[bool]


def asked(page: Page) -> Decisions:
    """Collect, for each *decide* reply to this page, whether it asks."""
    decisions: Decisions = []

    def collect(response: Response) -> None:
        if is_call("decide")(response):
            decisions.append(response.json()["ask"] is not None)

    page.on("response", collect)
    return decisions


def states(user_id: str, project: Project) -> list[str]:
    return [one["state"] for one in project.invitations(user_id)]


def test_one_person_in_two_browsers_sees_exactly_one_popup(
    host: HostSite, project: Project, new_context: Callable[..., BrowserContext]
) -> None:
    survey = project.survey(event="order_completed")
    url = host.add("/", head=project.tag("u_both"))
    pages = [new_context().new_page() for _ in range(2)]
    decisions = [asked(page) for page in pages]
    for page in pages:
        with page.expect_response(is_call("live")):
            page.goto(url)

    project.track("u_both", "order_completed")
    until(lambda: all(decisions), pages[0])
    assert sorted(decisions) == [[False], [True]]
    chosen = decisions.index([True])
    expect(popup(pages[chosen])).to_be_visible()
    expect(popup(pages[1 - chosen])).to_have_count(0)

    until(lambda: states("u_both", project) == ["shown"], pages[chosen])
    popup(pages[chosen]).get_by_role("radio", name="Neutral").click()
    popup(pages[chosen]).get_by_role("button", name="Skip").click()
    expect(popup(pages[chosen])).to_contain_text("Thank you!")
    until(lambda: states("u_both", project) == ["completed"], pages[chosen])
    other = pages[1 - chosen]
    with other.expect_response(is_call("live")):
        other.reload()
    expect(popup(other)).to_have_count(0)
    assert states("u_both", project) == ["completed"]
    assert project.report(survey)["counts"]["shown"] == 1


def test_the_shops_customer_on_two_devices_is_asked_once(
    demo: Demo, new_context: Callable[..., BrowserContext]
) -> None:
    laptop = new_context()
    first = laptop.new_page()
    first.goto(f"{demo.shop}/basket")
    cookies = {"cookies": laptop.cookies(), "origins": []}
    second = new_context(storage_state=cookies).new_page()
    with second.expect_response(is_call("live")):
        second.goto(f"{demo.shop}/basket")
    decisions = [asked(page) for page in (first, second)]
    first.get_by_role("button", name="Finish the order").click()
    until(lambda: all(decisions), first)
    assert sorted(decisions) == [[False], [True]]
    shown = [first, second][decisions.index([True])]
    expect(popup(shown)).to_be_visible()
