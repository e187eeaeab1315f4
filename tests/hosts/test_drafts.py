"""Dialogs and panels from common libraries beside a popup: text typed in them is never lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.project import Project
from tests.e2e.visitor import Notices, is_call
from tests.hosts.rendered_pages import page_of_drafts
from tests.hosts.static_site import StaticSite
from tests.hosts.test_applications_that_render import THEIR_OWN, script_of
from tests.hosts.visit import ASK_AGAIN, HOT_KEYS, appearing, popup

RADIX = "radix"
LIBRARIES = (
    RADIX,
    *(pytest.param(one, marks=pytest.mark.proof) for one in ("mui", "headless", "focus_trap")),
)
LONG_ENOUGH = 1_500  # milliseconds; a popup that may appear does so sooner


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_popup_before_beside_and_after_what_the_library_opens(
    library: str, site: StaticSite, project: Project, page: Page
) -> None:
    heard = Notices(page).heard
    with appearing(page):
        page.goto(page_of_drafts(site, library, script_of(project)))

    # A panel that closes on any event outside it. If the panel is a dialog, the popup waits.
    page.get_by_role("button", name="Write a note").click()
    write(page, "note")
    if library == RADIX:
        expect(popup(page)).to_be_hidden()
    else:
        answer(page)
    keep(page, "note")
    if library == RADIX:
        answer(page)

    # A dialog that opens over an open popup.
    with appearing(page):
        page.evaluate("(name) => sayso.track(name)", ASK_AGAIN)
    page.get_by_role("button", name="Write a letter").click()
    write(page, "letter")
    expect(popup(page)).to_be_hidden()
    keep(page, "letter")
    answer(page)

    # The same dialog, opened before a popup is due.
    page.get_by_role("button", name="Write a letter").click()
    write(page, "letter")
    page.evaluate("history.pushState({}, '', '?second-view')")
    page.wait_for_timeout(LONG_ENOUGH)
    expect(popup(page)).to_have_count(0)
    with appearing(page):
        keep(page, "letter")
    answer(page)
    page.get_by_role("button", name="Count 0").click()
    expect(page.get_by_role("button", name="Count 1")).to_be_visible()
    assert [line for line in heard if not any(own in line for own in THEIR_OWN)] == []


def field(page: Page, name: str) -> Locator:
    return page.get_by_label(f"The {name}", exact=True)


def write(page: Page, name: str) -> None:
    field(page, name).click()
    page.keyboard.type(f"A {name}")


def keep(page: Page, name: str) -> None:
    """The typed text is complete, and the library keeps it on request."""
    expect(field(page, name)).to_have_value(f"A {name}")
    page.get_by_role("button", name=f"Keep the {name}").click()
    expect(page.locator("output")).to_have_text(f"A {name}")


def answer(page: Page) -> None:
    """Answer the survey to its end, by pointer and keyboard."""
    popup(page).get_by_role("radio").last.click()
    popup(page).get_by_role("textbox").click()
    page.keyboard.type(HOT_KEYS)
    expect(popup(page).get_by_role("textbox")).to_have_value(HOT_KEYS)
    with page.expect_response(is_call("responses")) as sent:
        popup(page).get_by_role("button", name="Send").click()
    assert sent.value.json()["complete"]
    popup(page).get_by_role("button", name="Close").focus()
    page.keyboard.press("Escape")
    expect(popup(page)).to_have_count(0)
