"""No popup appears over an open dialog or overlay; an open popup hides until that closes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, Response, Route, expect

from tests.e2e.busy_pages import APP, CLOSED, OPEN, SCRIPT
from tests.e2e.host_site import HostSite
from tests.e2e.project import Project
from tests.e2e.visitor import PATIENCE, Notices, is_call, is_shown

LONG_ENOUGH = 1_200  # milliseconds; a popup that may appear does so sooner
PROOF = pytest.mark.proof
ASKED_BEFORE = ("dialog.show()", "popover", "in a shadow", "hidden page", "curtain around")


def popup(page: Page) -> Locator:
    """Our dialog, because the page has its own dialogs."""
    return page.locator("sayso-survey").get_by_role("dialog")


def arrive(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_function("!!window.sayso?.track")


def happens(page: Page) -> None:
    """Fire the event that asks, as a new visitor."""
    page.evaluate("sayso.reset(); sayso.track('order')")


@pytest.fixture
def asking(project: Project) -> Project:
    project.survey(event="order")
    return project


def test_nobody_is_asked_over_what_the_page_has_open_however_it_is_made(
    host: HostSite, asking: Project, page: Page
) -> None:
    arrive(page, host.add("/", APP + SCRIPT, head=asking.tag()))
    for name in ASKED_BEFORE:
        page.evaluate(OPEN[name])
        happens(page)
        page.wait_for_timeout(LONG_ENOUGH)
        expect(popup(page), name).to_have_count(0)
        with page.expect_response(is_shown, timeout=PATIENCE * 1_000):
            page.evaluate("over()")
        popup(page).get_by_role("button", name="Close").click()


def test_an_open_popup_steps_aside_for_it_and_comes_back_with_what_was_typed(
    host: HostSite, asking: Project, page: Page
) -> None:
    notices = Notices(page)
    arrive(page, host.add("/", APP + SCRIPT, head=asking.tag() + '<link rel="icon" href="data:,">'))
    with page.expect_response(is_shown, timeout=PATIENCE * 1_000):
        happens(page)
    popup(page).get_by_role("radio").first.click()
    words = popup(page).get_by_role("textbox")
    words.fill("Half a")
    for name, opens in OPEN.items():
        page.evaluate(opens)
        expect(popup(page), name).to_be_hidden()
        page.evaluate("over()")
        expect(popup(page), name).to_be_visible()
        expect(words).to_have_value("Half a")
    words.press_sequentially(" sentence")
    with page.expect_request(lambda request: request.url.endswith("/responses")) as sent:
        popup(page).get_by_role("button", name="Send").click()
    assert "Half a sentence" in (sent.value.post_data or "")
    assert notices.heard == []


def test_what_comes_back_is_not_answered_by_a_press_meant_for_what_lay_there(
    host: HostSite, asking: Project, page: Page
) -> None:
    arrive(page, host.add("/", APP + SCRIPT, head=asking.tag()))
    happens(page)
    expect(popup(page)).to_be_visible()
    face = popup(page).get_by_role("radio").first.bounding_box()
    assert face
    page.evaluate(OPEN["role"])
    expect(popup(page)).to_be_hidden()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    presses = """([x, y]) => new Promise((done) => {
      const look = () => {
        const survey = document.querySelector("sayso-survey");
        const isBack = survey.shadowRoot.querySelector(".box").checkVisibility();
        if (!isBack) return requestAnimationFrame(look);
        done(document.elementFromPoint(x, y).localName);
      };
      over();
      look();
    })"""
    assert page.evaluate(presses, [face["x"] + 5, face["y"] + 5]) != "sayso-survey"
    popup(page).get_by_role("radio").first.click()
    expect(popup(page).get_by_role("textbox")).to_be_visible()
    assert len([url for url in sent if url.endswith("/responses")]) == 1


def test_what_is_closed_or_only_looks_so_holds_nobody_up(
    host: HostSite, asking: Project, page: Page
) -> None:
    arrive(page, host.add("/", APP + CLOSED + SCRIPT, head=asking.tag()))
    with page.expect_response(is_shown, timeout=PATIENCE * 1_000):
        happens(page)
    expect(popup(page)).to_be_visible()


def test_less_than_a_second_in_sight_is_not_shown_and_what_is_aside_is_not_either(
    host: HostSite, asking: Project, page: Page
) -> None:
    arrive(page, host.add("/", APP + SCRIPT, head=asking.tag()))
    replies: list[Response] = []
    page.on("response", lambda reply: replies.append(reply))  # noqa: PLW0108 Playwright marks it
    happens(page)
    expect(popup(page)).to_be_visible()
    page.evaluate(OPEN["role"])
    expect(popup(page)).to_be_hidden()
    page.wait_for_timeout(LONG_ENOUGH)
    assert not [reply for reply in replies if is_shown(reply)]
    with page.expect_response(is_shown, timeout=PATIENCE * 1_000):
        page.evaluate("over()")


def test_what_is_opened_by_hand_stays_over_the_dialog_that_it_was_opened_from(
    host: HostSite, project: Project, page: Page
) -> None:
    survey = project.publish("csat", {"event": "never_sent"}, by_hand=True)
    arrive(page, host.add("/", APP + SCRIPT, head=project.tag()))
    page.evaluate(OPEN["role"])
    with page.expect_response(is_shown, timeout=PATIENCE * 1_000):
        page.evaluate("(survey) => sayso.show(survey)", survey)
    expect(popup(page)).to_be_visible()
    page.evaluate("over()")
    page.wait_for_timeout(LONG_ENOUGH)
    page.evaluate(OPEN["dialog.show()"])
    expect(popup(page)).to_be_hidden()


def test_a_popup_leaves_an_excluded_route_unanswered_and_goes_on_behind_it(
    host: HostSite, asking: Project, page: Page
) -> None:
    asking.policy(excluded_pages=[{"match": "prefix", "value": "/checkout"}])
    arrive(page, host.add("/", APP + SCRIPT, head=asking.tag()))
    with page.expect_response(is_shown, timeout=PATIENCE * 1_000):
        happens(page)
    said: list[str] = []
    page.on("request", lambda request: said.append(request.url))
    for route in ("/checkout", "/checkout/pay?step=2", "/checkout#card"):
        page.evaluate("(route) => history.pushState(null, '', route)", route)
        expect(popup(page)).to_be_hidden()
    page.evaluate("history.replaceState(null, '', '/thanks')")
    expect(popup(page)).to_be_visible()
    assert [url for url in said if "/invitations/" in url] == []
    with page.expect_response(is_call("responses")):
        popup(page).get_by_role("radio").first.click()


@pytest.mark.parametrize("origin", ["localhost", pytest.param("127.0.0.1", marks=PROOF)])
def test_a_frame_in_use_is_waited_for_and_one_that_only_has_the_focus_is_not(
    host: HostSite, asking: Project, page: Page, origin: str
) -> None:
    inside = host.add("/frame", '<input id="card">').replace("localhost", origin)
    arrive(page, host.add("/", f'{APP}<iframe src="{inside}"></iframe>', head=asking.tag()))
    field = page.frame_locator("iframe").locator("#card")
    field.click()
    happens(page)
    for digit in "4242":
        field.press_sequentially(digit)
        page.wait_for_timeout(LONG_ENOUGH)
        expect(popup(page)).to_have_count(0)
    expect(popup(page)).to_be_visible()
    assert page.evaluate("document.activeElement.localName") == "iframe"


@pytest.mark.proof
def test_a_page_that_loads_slowly_is_left_alone_until_it_has(
    host: HostSite, project: Project, page: Page
) -> None:
    project.survey(kind="page_view")
    project.call("PUT", "policy", {})
    held: list[Route] = []
    page.route("**/slow.png", lambda route: held.append(route))  # noqa: PLW0108 Playwright marks it
    address = host.add("/", APP + '<img src="/slow.png" alt="">', head=project.tag())
    page.goto(address, wait_until="domcontentloaded")
    page.wait_for_timeout(6_000)
    expect(popup(page)).to_have_count(0)
    held[0].abort()
    expect(popup(page)).to_be_visible()
    loaded = "performance.now() - performance.getEntriesByType('navigation')[0].loadEventStart"
    assert page.evaluate(loaded) >= 3_000
