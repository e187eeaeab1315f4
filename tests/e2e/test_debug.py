"""`sayso.debug(token)`: a panel on the page tells why each survey asks there or not."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.e2e.host_site import HostSite
from tests.e2e.project import Project
from tests.e2e.visitor import Notices, is_call

POLICY = "default-src 'none'; script-src 'nonce-Ab12'; connect-src {}; img-src data:"
NO_ICON = '<link rel="icon" href="data:,">'


def panel(page: Page) -> Locator:
    return page.get_by_role("region", name="Sayso on this page")


def test_each_survey_says_how_its_rules_stand_here(
    host: HostSite, project: Project, page: Page
) -> None:
    project.survey("csat", kind="page_view", url={"match": "prefix", "value": "/docs"})
    project.survey("ces", event="order_completed")
    head = project.tag("u_1", nonce="Ab12") + NO_ICON
    notices = Notices(page)
    page.goto(host.add("/", head=head, csp=POLICY.format(project.url)))
    call = project.command("debug-token", project.id).strip()
    with page.expect_response(is_call("explain")) as explained:
        page.evaluate(call)
    assert explained.value.status == 200
    expect(panel(page)).to_contain_text("User u_1, proven by token")
    expect(panel(page)).to_contain_text("The survey's URL rule does not mean this page.")
    assert explained.value.json()["surveys"][1]["decision"]["because"] in panel(page).inner_text()
    assert notices.heard == []

    surveys = panel(page).get_by_role("group").filter(has=page.get_by_role("heading", level=3))
    assert surveys.count() >= 1
    page.keyboard.press("Tab")
    for _ in range(10):
        if (
            page.evaluate("document.activeElement.shadowRoot?.activeElement?.localName")
            == "summary"
        ):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(panel(page).get_by_role("list").nth(1)).to_contain_text("To change it:")
    page.keyboard.press("Escape")
    expect(panel(page)).to_have_count(0)


def test_an_expired_or_wrong_token_is_told_how_to_be_renewed(
    host: HostSite, project: Project, page: Page
) -> None:
    project.survey("csat", event="order_completed")
    page.goto(host.add("/", head=project.tag("u_1")))
    page.evaluate("sayso.debug('nonsense')")
    expect(panel(page)).to_contain_text("The debug token is not valid.")
    expect(panel(page)).to_contain_text("sayso debug-token PROJECT")


def test_a_host_that_holds_is_named_as_what_stands_in_the_way(
    host: HostSite, project: Project, page: Page
) -> None:
    project.survey("csat", kind="page_view", delay=3_600)
    page.goto(host.add("/", head=project.tag()))
    page.evaluate("sayso.hold()")
    page.evaluate(project.command("debug-token", project.id).strip())
    expect(panel(page)).to_contain_text("The page holds surveys back with sayso.hold()")
    page.evaluate("sayso.release()")
    panel(page).get_by_role("button", name="Look again").click()
    expect(panel(page)).to_contain_text("Nobody would be interrupted.")
