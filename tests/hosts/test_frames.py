"""The tag in a visible frame, on the same or another site, and in a hidden frame."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.project import Project
from tests.e2e.visitor import PATIENCE, Notices, is_call, is_shown
from tests.hosts.static_site import StaticSite

PROOF = pytest.mark.proof
LONG_ENOUGH = 1_000  # milliseconds; a popup that may appear does so sooner
IN_SIGHT = "width: 600px; height: 500px"
START = '<!doctype html><title>Host</title><link rel="icon" href="data:,">'


def framed(
    site: StaticSite,
    project: Project,
    attributes: str = "",
    *,
    style: str = IN_SIGHT,
    beside: str = "",
) -> str:
    """Add a page with a frame that contains the tag; return its URL."""
    site.add("within", f"{START}{project.tag()}<h1>Within</h1>")
    inner = site.address("within")
    frame = f'<iframe src="{inner}" style="{style}" {attributes}></iframe>'
    return site.add("around", f"{START}{beside}<h1>Around</h1>{frame}")


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("localhost", id="its own", marks=PROOF),
        pytest.param("127.0.0.1", id="another's"),
    ],
)
def test_in_a_frame_the_popup_stands_in_the_frame_and_is_answered(
    site: StaticSite, project: Project, page: Page, host: str
) -> None:
    heard = Notices(page).heard
    with page.expect_response(is_shown, timeout=PATIENCE * 1_000):
        page.goto(framed(site, project).replace("localhost", host))
    popup = page.frame_locator("iframe").get_by_role("dialog")
    popup.get_by_role("radio").last.click()
    with page.expect_response(is_call("responses")):
        popup.get_by_role("button", name="Skip").click()
    expect(popup).to_contain_text("Thank you!")
    assert heard == []


@pytest.mark.proof
def test_a_page_and_its_frame_ask_together_once(
    site: StaticSite, project: Project, page: Page
) -> None:
    with page.expect_response(is_shown, timeout=PATIENCE * 1_000):
        page.goto(framed(site, project, beside=project.tag()))
    page.wait_for_timeout(LONG_ENOUGH)
    popups = page.frame_locator("iframe").get_by_role("dialog").count()
    assert popups + page.get_by_role("dialog").count() == 1


def test_a_frame_without_an_origin_asks_nobody_and_says_nothing(
    site: StaticSite, project: Project, page: Page
) -> None:
    heard = Notices(page).heard
    called: list[str] = []
    page.on("request", lambda request: called.append(request.url))
    page.goto(framed(site, project, "sandbox='allow-scripts'"))
    page.wait_for_timeout(LONG_ENOUGH)
    ours = [url for url in called if url.startswith(project.url)]
    assert ours
    assert [url for url in ours if not url.endswith(".js")] == []
    assert heard == []


@pytest.mark.parametrize(
    "hidden", ["width: 0; height: 0", pytest.param("display: none", marks=PROOF)]
)
def test_in_a_frame_that_nobody_sees_nobody_is_asked_until_it_is_seen(
    site: StaticSite, project: Project, page: Page, hidden: str
) -> None:
    called: list[str] = []
    page.on("request", lambda request: called.append(request.url))
    page.goto(framed(site, project, "id='renew'", style=hidden))
    page.wait_for_timeout(LONG_ENOUGH)
    assert not [url for url in called if url.endswith("/decide")]
    with page.expect_response(is_shown, timeout=PATIENCE * 1_000):
        page.evaluate(f"renew.style = '{IN_SIGHT}'")
    expect(page.frame_locator("iframe").get_by_role("dialog")).to_be_visible()
