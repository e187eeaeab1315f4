"""Lenis handles the page's wheel events, and the popup still handles its own."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.project import Project
from tests.e2e.visitor import Notices, is_call
from tests.hosts.static_site import StaticSite
from tests.hosts.visit import ASK_AGAIN, appearing, popup

LONG_ENOUGH = 1_000  # milliseconds; a popup that may appear does so sooner
PAGE = """<!doctype html><title>Host</title><link rel="icon" href="data:,">
    <link rel="stylesheet" href="/npm/lenis/dist/lenis.css">
    <style>
      #curtain { position: fixed; inset: 0; background: #0006 }
      #curtain > div { position: fixed; inset: 20% 30%; background: white }
    </style>
    <script src="/npm/lenis/dist/lenis.min.js"></script>
    <div style="height: 5000px"><button onclick="open_letter()">Write</button></div>
    <div id="curtain" hidden><div>
      <textarea aria-label="The letter"></textarea><button onclick="keep()">Keep</button>
    </div></div>
    <output style="position: fixed; inset: 20px auto auto 20px"></output>
    <script>
      const lenis = new Lenis({ autoRaf: true });
      const open_letter = () => { lenis.stop(); curtain.hidden = false; };
      const keep = () => {
        document.querySelector("output").textContent = document.querySelector("textarea").value;
        curtain.hidden = true;
        lenis.start();
      };
    </script>"""
FIELD = "document.querySelector('sayso-survey').shadowRoot.querySelector('textarea')"


def test_the_wheel_scrolls_the_popup_inside_and_the_page_outside(
    site: StaticSite, project: Project, page: Page
) -> None:
    heard = Notices(page).heard
    with appearing(page):
        page.goto(site.add("lenis", PAGE + project.tag()))
    popup(page).get_by_role("radio").last.click()
    field = popup(page).get_by_role("textbox")
    field.fill("line\n" * 30)
    field.hover()
    page.evaluate(f"{FIELD}.scrollTop = 0")
    page.mouse.wheel(0, 100)
    page.wait_for_function(f"{FIELD}.scrollTop === 100")
    assert page.evaluate("lenis.targetScroll") == 0
    page.mouse.move(200, 300)
    page.mouse.wheel(0, 400)
    page.wait_for_function("scrollY === 400")
    with page.expect_response(is_call("responses")):
        popup(page).get_by_role("button", name="Send").click()
    popup(page).get_by_role("button", name="Close").click()

    # Open the page's dialog, which stops all scrolling, between two popups.
    page.evaluate("lenis.scrollTo(0, { immediate: true })")
    with appearing(page):
        page.evaluate("(name) => sayso.track(name)", ASK_AGAIN)
    page.get_by_role("button", name="Write").click()
    expect(popup(page)).to_be_hidden()
    page.get_by_label("The letter").fill("A letter")
    page.evaluate("history.pushState({}, '', '?second-view')")
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("output")).to_have_text("A letter")
    with page.expect_response(is_call("responses")):
        popup(page).get_by_role("radio").last.click()
    popup(page).get_by_role("button", name="Skip").click()
    with appearing(page):
        popup(page).get_by_role("button", name="Close").click()
    expect(popup(page)).to_contain_text("easy")
    popup(page).get_by_role("button", name="Close").click()
    expect(popup(page)).to_have_count(0)
    page.mouse.wheel(0, 400)
    page.wait_for_function("scrollY === 400")
    assert heard == []
