"""The permanent feedback button, and the popup that it opens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.host_site import HostSite
from tests.e2e.project import Project
from tests.e2e.test_axe import AXE, VIOLATIONS
from tests.e2e.test_embed import STRICT
from tests.e2e.test_moments import NO_ICON
from tests.e2e.visitor import Notices, is_call, is_shown, popup

FOCUSED = "document.activeElement.shadowRoot?.activeElement?.getAttribute('aria-haspopup')"


def button(page: Page, name: str = "Feedback") -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def visit(host: HostSite, project: Project, page: Page, **tag: str) -> None:
    page.goto(host.add("/", "<p>Text</p>" * 9, head=project.tag(**tag) + NO_ICON))


def test_by_keyboard_it_opens_the_survey_and_has_the_focus_back(
    host: HostSite, project: Project, page: Page
) -> None:
    project.survey(kind="button")
    notices = Notices(page)
    visit(host, project, page)
    expect(button(page)).to_be_visible()
    assert page.evaluate("document.activeElement === document.body")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "dialog"
    with page.expect_response(is_shown):
        page.keyboard.press("Enter")
    expect(popup(page)).to_be_focused()
    expect(button(page)).to_have_count(0)
    box = popup(page).bounding_box()
    assert box is not None
    assert box["y"] > page.evaluate("innerHeight / 2")  # its own focus does not move it
    page.keyboard.press("Escape")
    expect(popup(page)).to_have_count(0)
    assert page.evaluate(FOCUSED) == "dialog"
    assert notices.heard == []


def test_who_has_answered_by_it_has_it_no_more(
    host: HostSite, project: Project, page: Page
) -> None:
    survey = project.survey(kind="button")
    visit(host, project, page)
    with page.expect_response(is_shown):
        button(page).click()
    popup(page).get_by_role("radio", name="Satisfied", exact=True).click()
    with page.expect_response(is_call("responses")):
        popup(page).get_by_role("button", name="Skip").click()
    with page.expect_response(is_call("button")):
        popup(page).get_by_role("button", name="Close").click()
    expect(button(page)).to_have_count(0)
    assert project.report(survey)["counts"]["completed"] == 1
    page.reload()
    page.wait_for_timeout(500)
    expect(button(page)).to_have_count(0)


def test_a_tab_asks_for_it_once(host: HostSite, project: Project, page: Page) -> None:
    project.survey(kind="button")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    visit(host, project, page)
    expect(button(page)).to_be_visible()
    page.reload()
    expect(button(page)).to_be_visible()
    page.evaluate("history.pushState({}, '', '/next')")
    page.wait_for_timeout(500)
    assert asked.count("button") == 1


def test_it_keeps_to_the_pages_that_its_rule_means(
    host: HostSite, project: Project, page: Page
) -> None:
    project.survey(kind="button", url={"match": "prefix", "value": "/app"})
    visit(host, project, page)
    page.wait_for_timeout(300)
    expect(button(page)).to_have_count(0)
    page.evaluate("history.pushState({}, '', '/app/1')")
    expect(button(page)).to_be_visible()
    page.evaluate("history.pushState({}, '', '/')")
    expect(button(page)).to_have_count(0)


def test_from_right_to_left_it_stands_at_the_left_edge(
    host: HostSite, project: Project, new_context: Callable[..., BrowserContext]
) -> None:
    project.survey(kind="button")
    page = new_context(locale="ar").new_page()
    page.goto(
        host.add("/", head=project.tag() + "<script>document.documentElement.lang='ar'</script>")
    )
    tab = page.locator("sayso-button").get_by_role("button")
    expect(tab).to_be_visible()
    box = tab.bounding_box()
    assert box is not None
    assert box["x"] == 0
    assert min(box["width"], box["height"]) >= 44


def test_a_strict_page_hears_nothing_of_it(host: HostSite, project: Project, page: Page) -> None:
    project.survey(kind="button")
    notices = Notices(page)
    head = project.tag(nonce="n0") + NO_ICON
    page.goto(host.add("/", head=head, csp=STRICT))
    with page.expect_response(is_shown):
        button(page).click()
    assert notices.heard == []


def test_pausing_the_survey_takes_the_button_away(
    host: HostSite, project: Project, page: Page
) -> None:
    survey = project.survey(kind="button")
    project.survey("ces", event="order_completed")  # makes the page open a stream
    with page.expect_response(lambda reply: is_call("live")(reply) and reply.ok):
        visit(host, project, page)
    expect(button(page)).to_be_visible()
    project.call("POST", f"surveys/{survey}/pause")
    expect(button(page)).to_have_count(0)


def test_neither_print_nor_fullscreen_shows_it(
    host: HostSite, project: Project, page: Page
) -> None:
    project.survey(kind="button")
    visit(host, project, page)
    expect(button(page)).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("sayso-button").get_by_role("button")).to_be_hidden()
    page.emulate_media(media="screen")
    page.evaluate("document.documentElement.requestFullscreen()")
    expect(button(page)).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_in_it(
    host: HostSite, project: Project, new_context: Callable[..., BrowserContext], width: int
) -> None:
    project.survey(kind="button")
    context = new_context(viewport={"width": width, "height": 720}, bypass_csp=True)
    page = context.new_page()
    visit(host, project, page)
    expect(button(page)).to_be_visible()
    page.add_script_tag(path=AXE)
    assert page.evaluate(VIOLATIONS.replace("sayso-survey", "sayso-button")) == []
