"""The buttons "Why me?" and "Don't ask again"; visitors change or delete their own answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.demo.running import Demo
from tests.e2e.every_kind import EARLY, questions, survey
from tests.e2e.host_site import HostSite
from tests.e2e.project import Project
from tests.e2e.test_axe import AXE, problems
from tests.e2e.test_kinds import POLICY
from tests.e2e.visitor import (
    TABS_AT_MOST,
    Notices,
    appearing,
    choose_by_arrows,
    is_call,
    popup,
    tab_into_popup,
    tab_to_button,
    takes_input,
)

VIOLATIONS = """async () => (await axe.run()).violations.map(
  ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`)"""
HIGH, WIDE = 44, 24  # px; the minimum size of a target
TOO_SMALL = f"""() => [document, ...document.querySelectorAll("section")]
  .map((one) => one.shadowRoot ?? one)
  .flatMap((root) => [...root.querySelectorAll("button, a, input, textarea")])
  .filter((one) => one.checkVisibility())
  .map((one) => one.closest("label.option") ?? one)
  .filter((one) => one.offsetHeight < {HIGH} || one.offsetWidth < {WIDE})
  .map((one) => one.outerHTML)"""
WIDER = "() => document.documentElement.scrollWidth - innerWidth"
FOCUSED = """() => {
  let one = document.activeElement;
  while (one.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
  return one.getAttribute("aria-label") ?? one.textContent;
}"""


def nps(project: Project) -> str:
    """Publish a survey that tells why it asks; return its id."""
    definition = {
        "name": "Orders",
        "template": "nps",
        "trigger": {"event": "ordered"},
        "why": {"en": "Because you have just ordered."},
    }
    made: str = project.call("POST", "surveys", definition)["id"]
    project.call("POST", f"surveys/{made}/publish")
    return made


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the element with this name has the focus."""
    for _ in range(TABS_AT_MOST):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) == name:
            return
    raise AssertionError(f"Tab never came to {name}")


def press(page: Page, name: str) -> None:
    tab_to_button(page, name)
    page.keyboard.press("Enter")


def answer_page(page: Page) -> Locator:
    return page.get_by_role("main")


def test_an_answer_is_explained_changed_and_deleted_by_keyboard_alone(
    host: HostSite, project: Project, page: Page
) -> None:
    made = nps(project)
    notices = Notices(page)
    head = project.tag(nonce="Ab12") + '<link rel="icon" href="data:,">'
    page.goto(host.add("/", head=head, csp=POLICY.format(url=project.url)))
    with appearing(page):
        page.evaluate("sayso.track('ordered')")
    tab_into_popup(page)

    press(page, "Why me?")
    expect(popup(page).locator("#title")).to_have_text("Why you are asked")
    expect(popup(page)).to_contain_text("Because you have just ordered.")
    expect(popup(page)).to_contain_text("This question comes only once.")
    press(page, "Back")
    expect(popup(page)).to_contain_text("How likely are you")
    assert page.evaluate(FOCUSED) == "Why me?"

    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    choose_by_arrows(page, "7")
    takes_input(page)
    page.keyboard.press("Enter")
    expect(popup(page).get_by_role("textbox")).to_be_visible()
    page.keyboard.type("slow")
    takes_input(page)
    page.keyboard.press("Control+Enter")
    tab_to(page, "Change or delete my answer")
    takes_input(page)
    with page.expect_popup() as opened:
        page.keyboard.press("Enter")
    assert project.report(made)["score"] == 0
    assert notices.heard == []

    own = opened.value
    assert own.evaluate("opener") is None
    change(own)
    report = project.report(made)
    assert (report["n"], report["score"]) == (1, 100)
    remove(own)
    report = project.report(made)
    assert (report["n"], report["counts"]["completed"], report["counts"]["shown"]) == (0, 0, 1)

    own.reload()
    expect(answer_page(own)).to_have_text("Your answer was deleted.")


def change(own: Page) -> None:
    """Change the answer from 7 to 9, with the same comment."""
    expect(own.get_by_role("radio", name="7", exact=True)).to_have_attribute("aria-checked", "true")
    expect(own.get_by_role("textbox")).to_have_value("slow")
    tab_to(own, "7")
    own.keyboard.press("ArrowRight")
    own.keyboard.press("ArrowRight")
    tab_to(own, "Save")
    own.keyboard.press("Enter")
    expect(own.get_by_role("status")).to_have_text("Your answer was changed.")


def remove(own: Page) -> None:
    """Press "Delete", cancel, then press it again and confirm."""
    tab_to(own, "Delete my answer")
    own.keyboard.press("Enter")
    assert own.evaluate(FOCUSED) == "Keep it"
    own.keyboard.press("Enter")
    assert own.evaluate(FOCUSED) == "Delete my answer"
    own.keyboard.press("Enter")
    tab_to(own, "Delete for good")
    own.keyboard.press("Enter")
    expect(answer_page(own)).to_have_text("Your answer was deleted.")


def test_never_again_ends_the_popup_and_is_told_to_the_host(
    host: HostSite, project: Project, page: Page
) -> None:
    nps(project)
    page.goto(host.add("/", head=project.tag("u_1")))
    page.evaluate("sayso.on('never', ({ survey }) => { window.told = survey; })")
    with appearing(page):
        page.evaluate("sayso.track('ordered')")
    page.wait_for_timeout(EARLY)
    with page.expect_response(lambda reply: "/invitations/" in reply.url) as said:
        popup(page).get_by_role("button", name="Don’t ask again").click()
    assert said.value.json()["state"] == "never"
    expect(popup(page)).to_have_count(0)
    assert page.evaluate("window.told")


def test_a_link_that_opens_nothing_says_so(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.sayso}/a#nothing")
    expect(answer_page(page)).to_contain_text("This link no longer works.")


def test_a_survey_of_usual_scores_loads_no_receipt_until_it_is_asked_for(
    host: HostSite, project: Project, page: Page
) -> None:
    nps(project)
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(host.add("/", head=project.tag()))
    with appearing(page):
        page.evaluate("sayso.track('ordered')")
    assert not [url for url in loaded if "receipt" in url]
    page.wait_for_timeout(EARLY)
    with page.expect_response(is_call("receipt")):
        popup(page).get_by_role("button", name="Why me?").click()
    assert [url for url in loaded if "/widget/receipt." in url]
    expect(popup(page).locator("#title")).to_have_text("Why you are asked")
    page.add_script_tag(path=AXE)
    assert problems(page) == []


@pytest.mark.parametrize(
    ("scheme", "language", "width"), [("light", "ar", 320), ("dark", "de", 1280)]
)
def test_every_kind_stands_on_the_page_and_is_accessible(
    demo: Demo,
    new_context: Callable[..., BrowserContext],
    scheme: str,
    language: str,
    width: int,
) -> None:
    # Bypass the page's policy to inject axe.
    page = new_context(
        color_scheme=scheme,
        viewport={"width": width, "height": 720},
        bypass_csp=True,
        reduced_motion="reduce",
    ).new_page()
    kinds = questions(language)
    asked = survey(language, *({**one, "id": f"q{n}"} for n, one in enumerate(kinds.values())))
    page.route("**/v1/answer", lambda route: fulfil(route, asked))
    page.goto(f"{demo.sayso}/a#any")
    expect(page.locator("section")).to_have_count(len(kinds))  # without the link, with the comment
    page.add_script_tag(path=AXE)
    assert page.evaluate(VIOLATIONS) == []
    assert page.evaluate(TOO_SMALL) == []
    assert page.evaluate(WIDER) == 0
    first, last = (page.get_by_role("radio").nth(place).bounding_box() for place in (0, 2))
    assert first
    assert last
    assert (first["x"] > last["x"]) == (language == "ar")
    page.get_by_role("button", name="delete").click()
    assert page.evaluate(VIOLATIONS) == []


def fulfil(route: Route, asked: dict[str, Any]) -> None:
    names = ("answer", "save", "saved", "delete", "sure", "keep", "deleted", "failed")
    texts = {name: name for name in names} | {"text": "until {date}"}
    until = "2026-12-05T10:00:00Z"
    reply = {"deleted": False, "until": until, "survey": asked, "answers": [], "texts": texts}
    route.fulfill(json=reply)
