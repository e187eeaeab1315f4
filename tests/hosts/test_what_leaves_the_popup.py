"""Events inside the popup do not reach the host, and work even if the host prevents defaults."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.project import Project
from tests.e2e.visitor import is_call
from tests.hosts.static_site import StaticSite
from tests.hosts.visit import NewContext, appearing, popup

# Document and window listen for each event in the capture and the bubble phase.
EARS = """<!doctype html><title>Host</title><link rel="icon" href="data:,">
    <script>
      window.heard = [];
      const listen = (target, capture, prevent) => {
        for (const type of [
          "pointerdown", "pointermove", "pointerup", "mousedown", "mousemove", "mouseup", "click",
          "dblclick", "auxclick", "contextmenu", "touchstart", "touchmove", "touchend", "wheel",
          "focus", "blur", "focusin", "focusout", "keydown", "keypress", "keyup", "beforeinput",
          "input", "copy", "cut", "paste",
        ]) target.addEventListener(type, (event) => {
          const { localName } = event.target;
          if (localName === "sayso-survey" || (type === "click" && localName === "html"))
            heard.push(type);
          if (prevent) event.preventDefault();
        }, { capture, passive: false });
      };
      listen(document, true, true);
      listen(document, false, true);
      listen(window, false, true);
    </script>"""
# A capturing window listener runs before ours, but the field still gets the focus.
BEFORE_US = """<!doctype html><title>Host</title><link rel="icon" href="data:,">
    <script>addEventListener("mousedown", (event) => event.preventDefault(), true);</script>"""
TOUCH = {"has_touch": True, "viewport": {"width": 900, "height": 700}}


def test_nothing_that_is_done_inside_is_heard_outside_or_prevented_there(
    site: StaticSite, project: Project, fresh_context: NewContext
) -> None:
    context = fresh_context(permissions=["clipboard-read", "clipboard-write"], **TOUCH)
    page = context.new_page()
    with appearing(page):
        page.goto(site.add("ears", EARS + project.tag()))
    page.evaluate("heard.length = 0")
    popup(page).get_by_role("radio", name="9", exact=True).tap()
    field = popup(page).get_by_role("textbox")
    field.click()
    expect(field).to_be_focused()
    page.keyboard.type("So so")
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+C")
    page.keyboard.press("Control+X")
    expect(field).to_have_value("")
    page.keyboard.press("Control+V")
    page.keyboard.press("Control+V")
    expect(field).to_have_value("So soSo so")
    field.click(button="right")
    field.hover()
    page.mouse.down()
    page.mouse.move(300, 200)
    page.mouse.up()
    field.dblclick()
    field.fill("line\n" * 30)
    page.mouse.wheel(0, -3_000)
    page.mouse.wheel(0, 100)
    page.wait_for_function(f"{FIELD}.scrollTop === 100")
    with page.expect_response(is_call("responses")):
        popup(page).get_by_role("button", name="Send").tap()
    expect(popup(page)).to_contain_text("Thank you!")
    page.keyboard.press("Tab")
    assert page.evaluate("heard") == []
    context.close()


FIELD = "document.querySelector('sayso-survey').shadowRoot.querySelector('textarea')"


@pytest.mark.proof
def test_what_is_dragged_in_the_host_is_let_go_over_the_popup(
    site: StaticSite, project: Project, page: Page
) -> None:
    slider = """<!doctype html><title>Host</title><link rel="icon" href="data:,">
        <div id="slider" style="width: 50px; height: 50px; background: red"></div>
        <script>
          slider.onpointerdown = () => {
            const ends = () => { slider.textContent = "dropped"; };
            document.addEventListener("pointermove", () => { slider.textContent = "moved"; });
            document.addEventListener("pointerup", ends, { once: true });
          };
        </script>"""
    with appearing(page):
        page.goto(site.add("slider", slider + project.tag()))
    page.locator("#slider").hover()
    page.mouse.down()
    popup(page).hover()
    expect(page.locator("#slider")).to_have_text("moved")
    page.mouse.up()
    expect(page.locator("#slider")).to_have_text("dropped")
    popup(page).get_by_role("radio").last.click()
    expect(popup(page).get_by_role("textbox")).to_be_visible()


def test_a_field_gets_the_focus_where_the_window_prevents_it_before_us(
    site: StaticSite, project: Project, page: Page
) -> None:
    with appearing(page):
        page.goto(site.add("before_us", BEFORE_US + project.tag()))
    popup(page).get_by_role("radio").last.click()
    popup(page).get_by_role("textbox").click()
    page.keyboard.type("Fine")
    expect(popup(page).get_by_role("textbox")).to_have_value("Fine")
