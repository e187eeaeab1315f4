"""Host dialogs, popovers and transformed roots, opened before the popup and over it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.project import Project
from tests.e2e.visitor import Notices, is_call
from tests.hosts.static_site import StaticSite
from tests.hosts.visit import appearing, popup

PROOF = pytest.mark.proof
LONG_ENOUGH = 1_000  # milliseconds; a popup that may appear does so sooner
START = """<!doctype html><title>Host</title><link rel="icon" href="data:,">
    <dialog id="question"><button onclick="question.close()">Done</button></dialog>
    <div id="menu" popover style="inset: auto 0 0 auto; width: 500px; height: 400px">Menu</div>"""
ON_TOP = """(one) => {
  const { x, y, width, height } = one.getBoundingClientRect();
  return document.elementFromPoint(x + width / 2, y + height / 2).localName === "sayso-survey";
}"""
DIMS = """(() => {
  const host = document.querySelector("sayso-survey");
  const { display } = getComputedStyle(host, "::backdrop");
  return host.matches(":popover-open") && display !== "none";
})()"""


def is_on_top(page: Page) -> bool:
    """Whether a pointer reaches the popup."""
    return bool(last_point(page).evaluate(ON_TOP))


def last_point(page: Page) -> Locator:
    return popup(page).get_by_role("radio").last


def answer(page: Page) -> None:
    with page.expect_response(is_call("responses")):
        last_point(page).click()


def test_over_an_open_dialog_nobody_is_asked_until_it_closes(
    site: StaticSite, project: Project, page: Page
) -> None:
    opens = "<script>question.showModal()</script>"
    called: list[str] = []
    page.on("request", lambda request: called.append(request.url))
    page.goto(site.add("dialog", f"{START}{opens}{project.tag()}"))
    page.wait_for_timeout(LONG_ENOUGH)
    assert not [url for url in called if url.endswith("/decide")]
    with appearing(page):
        page.get_by_role("button", name="Done").click()
    answer(page)


@pytest.mark.parametrize(
    ("opens", "closes", "focused"),
    [
        ("question.showModal()", "question.close()", "Done"),
        pytest.param("menu.showPopover()", "menu.hidePopover()", None, marks=PROOF),
    ],
)
def test_a_popup_steps_aside_for_a_dialog_or_a_popover_and_is_used_afterwards(
    site: StaticSite, project: Project, page: Page, opens: str, closes: str, focused: str | None
) -> None:
    heard = Notices(page).heard
    with appearing(page):
        page.goto(site.add("dialog_after", f"{START}{project.tag()}"))
    page.evaluate(opens)
    expect(popup(page)).to_be_hidden()
    if focused:
        assert page.evaluate("document.activeElement.textContent") == focused
    for _ in range(3):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.localName") != "sayso-survey"
    page.evaluate(closes)
    answer(page)
    assert heard == []


@pytest.mark.proof
def test_over_an_open_popover_nobody_is_asked_and_it_stays_open(
    site: StaticSite, project: Project, page: Page
) -> None:
    opens = "<script>menu.showPopover()</script>"
    page.goto(site.add("popover", f"{START}{opens}{project.tag()}"))
    page.wait_for_timeout(LONG_ENOUGH)
    expect(popup(page)).to_have_count(0)
    assert page.evaluate("menu.matches(':popover-open')")
    with appearing(page):
        page.evaluate("menu.hidePopover()")
    answer(page)


@pytest.mark.parametrize(
    "style",
    [
        "transform: translate(10px)",
        pytest.param("contain: layout paint", marks=PROOF),
        pytest.param("filter: grayscale(1)", marks=PROOF),
        pytest.param("perspective: 900px", marks=PROOF),
        pytest.param("scale: 0.5", marks=PROOF),
    ],
)
def test_on_a_page_whose_root_is_no_window_the_popup_stands_in_the_window(
    site: StaticSite, project: Project, page: Page, style: str
) -> None:
    rest = f"<style>html {{ {style} }} ::backdrop {{ background: red !important }}</style>"
    tall = '<div style="height: 3000px"></div>'
    page.emulate_media(reduced_motion="reduce")
    with appearing(page):
        page.goto(site.add("root", f"{START}{rest}{project.tag()}{tall}"))
    for scrolled in (0, 700):
        page.evaluate("(top) => scrollTo({ top, behavior: 'instant' })", scrolled)
        page.wait_for_function("() => new Promise(requestAnimationFrame)")
        box, room = popup(page).bounding_box(), page.viewport_size
        assert box
        assert room
        right, bottom = box["x"] + box["width"], box["y"] + box["height"]
        beside = (room["width"] - right, room["height"] - bottom, box["width"])
        assert tuple(map(round, beside)) == (20, 20, 384)
        assert is_on_top(page)
    assert not page.evaluate(DIMS)
    page.evaluate("question.showModal()")
    expect(popup(page)).to_be_hidden()
    page.keyboard.press("Escape")
    answer(page)
