"""Double presses, held keys, quick exits and reloads: one answer per question, and none lost."""

from typing import Any

from playwright.sync_api import Browser, Page, Response, Route, expect

from tests.e2e.every_kind import EARLY
from tests.e2e.host_site import HostSite
from tests.e2e.project import Project
from tests.e2e.visitor import appearing, is_call, popup, until

CHOICE = {
    "id": "reason",
    "kind": "choice",
    "title": {"en": "What for?"},
    "options": [
        {"id": one, "label": {"en": one.title()}} for one in ("speed", "price", "other_things")
    ],
}


def ask(project: Project, *questions: dict[str, Any], **trigger: Any) -> str:
    """Publish a survey with these questions; return its id."""
    definition = {
        "name": "hasty",
        "trigger": {"event": "order_completed", **trigger},
        "questions": list(questions),
        "throttle": {"cool_down_days": 0},
    }
    survey: str = project.call("POST", "surveys", definition)["id"]
    project.call("POST", f"surveys/{survey}/publish")
    return survey


def visit(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_function("!!window.sayso?.track")


def finish_order(page: Page) -> None:
    with appearing(page):
        page.evaluate("sayso.track('order_completed')")


def asks_for_invitation(response: Response) -> bool:
    sent = response.request.post_data or ""
    return is_call("decide")(response) and '"kind":"invitation"' in sent


def test_what_is_cancelled_within_a_second_is_not_asked(
    host: HostSite, project: Project, page: Page
) -> None:
    project.survey(event="order_completed", cancel_on=["undo"], delay=1)
    visit(page, host.add("/", head=project.tag()))
    with page.expect_response(asks_for_invitation) as claimed:
        page.evaluate("sayso.track('order_completed'); setTimeout(() => sayso.track('undo'), 800)")
    assert claimed.value.json()["ask"] is None
    assert '"name":"undo"' in (claimed.value.request.post_data or "")


def test_a_double_click_and_a_held_key_answer_one_question(
    host: HostSite, project: Project, page: Page
) -> None:
    ask(project, {"id": "score", "kind": "csat"}, CHOICE, {**CHOICE, "id": "again"})
    visit(page, host.add("/", head=project.tag()))
    finish_order(page)
    box = popup(page).get_by_role("radio").nth(1).bounding_box()
    assert box
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(*middle)
    expect(popup(page).get_by_text("What for?")).to_be_visible()
    # The second tap of a double tap, which hits the next step's option.
    option = popup(page).get_by_role("radio").first.bounding_box()
    assert option
    page.mouse.click(option["x"] + 20, option["y"] + 20)
    page.wait_for_timeout(EARLY)
    expect(popup(page).get_by_role("progressbar")).to_have_attribute("aria-valuenow", "33")
    expect(popup(page).locator("[aria-checked=true]")).to_have_count(0)
    popup(page).get_by_role("radio").first.focus()
    page.keyboard.down("Enter")
    expect(popup(page).get_by_role("progressbar")).to_have_attribute("aria-valuenow", "67")
    for _ in range(5):
        page.keyboard.down("Enter")
        page.wait_for_timeout(100)
    page.keyboard.up("Enter")
    expect(popup(page).get_by_role("progressbar")).to_have_attribute("aria-valuenow", "67")


def test_a_score_is_stored_though_the_page_is_left_at_once(
    host: HostSite, project: Project, page: Page
) -> None:
    survey = project.survey("nps", event="order_completed")
    leaving = host.add("/next")
    page.route("**/offline.*.js", _never)
    visit(page, host.add("/", head=project.tag()))
    finish_order(page)
    score = popup(page).get_by_role("radio", name="7", exact=True)
    score.evaluate("(point, to) => { point.click(); location.href = to }", leaving)
    page.wait_for_url(leaving)
    until(lambda: project.report(survey)["n"] == 1)


def _never(_: Route) -> None:
    """Never answer the request."""


def test_what_is_typed_outlives_a_reload_and_a_first_escape(
    host: HostSite, project: Project, browser: Browser
) -> None:
    survey = ask(project, {"id": "why", "kind": "comment"}, CHOICE)
    # A tablet, wider than any phone.
    context = browser.new_context(viewport={"width": 1024, "height": 768}, has_touch=True)
    page = context.new_page()
    visit(page, host.add("/", head=project.tag()))
    finish_order(page)
    field = popup(page).locator("textarea")
    assert field.evaluate("(one) => getComputedStyle(one).fontSize") == "16px"
    field.press_sequentially("Too slow")
    page.reload()
    expect(popup(page).locator("textarea")).to_have_value("Too slow")
    page.goto(host.add("/next", head=project.tag()))
    expect(popup(page).locator("textarea")).to_have_value("Too slow")
    page.wait_for_timeout(EARLY)
    popup(page).locator("textarea").press("Escape")
    expect(popup(page).locator("textarea")).to_have_value("Too slow")
    popup(page).get_by_role("button", name="Send").click()
    expect(popup(page).get_by_text("What for?")).to_be_visible()
    until(lambda: project.report(survey)["counts"]["started"] == 1)
    page.wait_for_timeout(EARLY)
    popup(page).press("Escape")
    expect(popup(page)).to_have_count(0)
    page.reload()
    page.wait_for_function("!!window.sayso?.track")
    expect(popup(page)).to_have_count(0)
    context.close()
