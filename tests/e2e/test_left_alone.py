"""No popup right after a page load, while printing, or over a banner or a marked element."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.host_site import HostSite
from tests.e2e.project import Project
from tests.e2e.visitor import Notices, appearing, popup

LONG_ENOUGH = 1_500  # milliseconds; a popup that may appear does so sooner
USUAL = 3_000  # milliseconds without a popup after a page load, by default
BANNER = (
    '<div id="onetrust-consent-sdk"><div id="onetrust-banner-sdk" style="position: fixed; inset:'
    ' auto 0 0; height: 120px">We use cookies<button onclick="this.parentNode.remove()">OK</button>'
    "</div></div>"
)
MARKED = '<section data-sayso-quiet style="height: 200px"><button>Pay</button></section>'


@pytest.mark.parametrize(
    ("body", "over"),
    [
        (BANNER, "document.querySelector('#onetrust-banner-sdk').remove()"),
        (MARKED, "document.querySelector('section').style.display = 'none'"),
        (MARKED + '<div style="height: 4000px"></div>', "scrollTo(0, 3000)"),
        ("", "dispatchEvent(new Event('afterprint'))"),
    ],
    ids=["banner", "marked", "scrolled", "printing"],
)
def test_the_popup_waits_until_nothing_is_interrupted(
    host: HostSite, project: Project, page: Page, body: str, over: str
) -> None:
    project.survey(kind="page_view")
    notices = Notices(page)
    if not body:
        project.policy(settle_seconds=1)
    page.goto(host.add("/", body, head=project.tag() + '<link rel="icon" href="data:,">'))
    if not body:
        page.wait_for_function("!!window.sayso?.track")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.wait_for_timeout(LONG_ENOUGH)
    expect(popup(page)).to_have_count(0)
    with appearing(page):
        page.evaluate(over)
    assert notices.heard == []


def test_a_page_that_has_just_come_is_left_alone_for_three_seconds_unless_the_project_says_else(
    host: HostSite, project: Project, page: Page
) -> None:
    project.survey(kind="page_view")
    project.call("PUT", "policy", {})
    with appearing(page):
        page.goto(host.add("/", head=project.tag()))
    loaded = "performance.now() - performance.getEntriesByType('navigation')[0].loadEventStart"
    assert page.evaluate(loaded) >= USUAL


def test_what_the_page_opens_by_hand_comes_at_once_and_again(
    host: HostSite, project: Project, page: Page
) -> None:
    survey = project.publish("csat", {"event": "never_sent"}, by_hand=True)
    button = f"<button onclick=\"sayso.show('{survey}')\">Feedback</button>"
    page.goto(host.add("/", BANNER + button, head=project.tag()))
    page.wait_for_function("!!window.sayso?.show")
    for _ in range(2):
        with appearing(page):
            page.get_by_role("button", name="Feedback").click()
        popup(page).get_by_role("button", name="Close").click()


def test_the_page_hears_when_nothing_opens(host: HostSite, project: Project, page: Page) -> None:
    page.goto(host.add("/", head=project.tag()))
    page.wait_for_function("!!window.sayso?.show")
    heard = page.evaluate(
        "new Promise((hear) => { sayso.on('unavailable', hear); sayso.show('unknown'); })"
    )
    assert heard == {"survey": "unknown"}
