"""The page sends an event that only a sequence uses before the event that ends the sequence."""

from playwright.sync_api import Page

from tests.e2e.host_site import HostSite
from tests.e2e.project import Project
from tests.e2e.visitor import appearing, popup


def test_a_sequence_of_page_events_asks(host: HostSite, project: Project, page: Page) -> None:
    project.survey(event="order_completed", after={"event": "cart", "within": 600})
    page.goto(host.add("/", head=project.tag()))
    page.wait_for_function("!!window.sayso?.track")
    with appearing(page):
        page.evaluate("sayso.track('cart'); sayso.track('order_completed')")
    assert popup(page).is_visible()
