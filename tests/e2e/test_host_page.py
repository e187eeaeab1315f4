"""We never disturb the host's page: its policy, its console, its focus and its own calls."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.host_site import HostSite
from tests.e2e.project import Project
from tests.e2e.visitor import Notices, appearing, is_call, popup

LOG_ORDER = """
window.order = [];
addEventListener("input", (event) => order.push(event.data), true);
new MutationObserver((changes) => {
  for (const { addedNodes } of changes)
    for (const node of addedNodes) if (node.localName === "sayso-survey") order.push("POPUP");
}).observe(document, { childList: true, subtree: true });
"""


def test_under_the_strictest_policy_the_popup_works_and_nothing_is_reported(
    host: HostSite, project: Project, page: Page
) -> None:
    project.survey(event="order_completed")
    policy = f"default-src 'none'; script-src 'nonce-Ab12'; connect-src {project.url}"
    url = host.add(
        "/", head=project.tag("u_1", nonce="Ab12") + '<link rel="icon" href="data:,">', csp=policy
    )
    notices = Notices(page)
    with page.expect_response(is_call("live")):
        page.goto(url)
    notices.heard.clear()  # the policy blocked the test's favicon
    with appearing(page):
        project.track("u_1", "order_completed")
    popup(page).get_by_role("radio", name="Satisfied", exact=True).click()
    popup(page).get_by_role("button", name="Skip").click()
    expect(popup(page)).to_contain_text("Thank you!")
    # The popup has its styles: under this policy only an adopted style sheet can apply them.
    box = popup(page).evaluate("(box) => getComputedStyle(box).borderTopLeftRadius")
    assert box == "16px"
    assert notices.heard == []


def test_while_the_visitor_types_the_popup_waits_and_the_focus_stays(
    host: HostSite, project: Project, page: Page
) -> None:
    project.survey(event="order_completed")
    url = host.add("/", '<input aria-label="Letter">', head=project.tag("u_1"))
    page.add_init_script(LOG_ORDER)
    with page.expect_response(is_call("live")):
        page.goto(url)
    letter = page.get_by_label("Letter")
    letter.focus()
    page.keyboard.type("Dear tea")
    project.track("u_1", "order_completed")  # the page gets the event while the visitor types
    with appearing(page):
        page.keyboard.type("house, thank you", delay=60)
    expect(letter).to_be_focused()
    expect(letter).to_have_value("Dear teahouse, thank you")
    assert page.evaluate("order.join('')") == "Dear teahouse, thank youPOPUP"


def test_hold_keeps_the_popup_back_until_release(
    host: HostSite, project: Project, page: Page
) -> None:
    project.survey("csat", event="order_completed")
    url = host.add("/", head=project.tag("u_1"))
    with page.expect_response(is_call("live")):
        page.goto(url)
    page.evaluate("sayso.hold()")
    project.track("u_1", "order_completed")
    assert [one["state"] for one in project.invitations("u_1")] == ["queued"]
    with appearing(page):
        page.evaluate("sayso.release()")


def test_calls_queued_before_the_script_has_loaded_are_not_lost(
    host: HostSite, project: Project, page: Page
) -> None:
    project.survey(event="clicked_export")
    stub = '<script>(window.sayso ??= []).push(["track", "clicked_export", {"rows": 3}])</script>'
    url = host.add("/", head=stub + project.tag())
    with appearing(page):
        page.goto(url)
    expect(popup(page)).to_contain_text("How would you rate your experience?")


def test_a_route_of_a_single_page_application_is_a_page_view(
    host: HostSite, project: Project, page: Page
) -> None:
    project.survey("csat", kind="page_view", url={"match": "prefix", "value": "/app/docs"})
    project.survey("ces", kind="page_view", url={"match": "exact", "value": "/app/prices"})
    url = host.add("/app", head=project.tag())
    with page.expect_response(is_call("sayso.js")):
        page.goto(url)
    page.evaluate("history.pushState({}, '', '/app/documents')")  # not under /app/docs
    with appearing(page):
        page.evaluate("history.pushState({}, '', '/app/docs/brewing')")
    expect(popup(page)).to_contain_text("How would you rate your experience?")
