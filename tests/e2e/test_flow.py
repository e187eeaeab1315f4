"""A survey that branches, recalls answers, and continues on the visitor's next page."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.every_kind import EARLY
from tests.e2e.host_site import HostSite
from tests.e2e.project import Project
from tests.e2e.visitor import Notices, appearing, is_call, popup, takes_input

OPTIONS = [{"id": "price", "label": "Price"}, {"id": "speed", "label": "Speed"}]
QUESTIONS: list[dict[str, Any]] = [
    {
        "id": "score",
        "kind": "nps",
        "title": "Would you recommend {event.item|us}?",
        "then": [{"when": {"answer": {"group": "promoter"}}, "go": "last"}],
    },
    {"id": "why", "kind": "choice", "title": "What was wrong?", "options": OPTIONS},
    {"id": "how", "kind": "text", "title": "{answer.why|That}: how should it be?"},
    {"id": "last", "kind": "text", "title": "Anything else?"},
]
THANKS = {
    "title": "Thanks",
    "by_score": [{"max": 6, "title": "We are on it"}, {"max": 10, "title": "Great"}],
    "link": {"label": "Review us", "url": "https://reviews.example/"},
}


def publish(project: Project) -> str:
    definition = {
        "name": "Flow",
        "trigger": {"event": "bought"},
        "questions": QUESTIONS,
        "thanks": THANKS,
    }
    survey: str = project.call("POST", "surveys", definition)["id"]
    project.call("POST", f"surveys/{survey}/publish")
    return survey


def ask(host: HostSite, project: Project, page: Page) -> str:
    """Trigger the survey by an event on a page; return the URL of another page."""
    page.goto(host.add("/", head=project.tag() + '<link rel="icon" href="data:,">'))
    with appearing(page):
        page.evaluate("sayso.track('bought', {item: 'tea'})")
    return host.add("/next", head=project.tag())


def is_titled(page: Page, title: str) -> None:
    expect(popup(page).locator("#title")).to_have_text(title)


def press(page: Page, role: Any, name: str) -> None:
    takes_input(page)
    popup(page).get_by_role(role, name=name, exact=True).click()


def numbers(project: Project, survey: str) -> tuple[int, dict[str, int]]:
    report = project.call("GET", f"surveys/{survey}/report")
    return report["n"], {one["id"]: one["n"] for one in report["questions"]}


def test_a_detractor_is_asked_why_in_the_words_they_chose(
    host: HostSite, project: Project, page: Page
) -> None:
    survey = publish(project)
    notices = Notices(page)
    ask(host, project, page)
    is_titled(page, "Would you recommend tea?")
    press(page, "radio", "3")
    is_titled(page, "What was wrong?")
    press(page, "radio", "Speed")
    is_titled(page, "Speed: how should it be?")
    expect(popup(page).get_by_role("progressbar")).to_have_attribute("aria-valuenow", "50")
    press(page, "button", "Skip")
    with page.expect_response(is_call("responses")):
        press(page, "button", "Skip")
    is_titled(page, "We are on it")
    link = popup(page).get_by_role("link", name="Review us")
    expect(link).to_have_attribute("href", "https://reviews.example/")
    assert numbers(project, survey) == (1, {"why": 1, "how": 0, "last": 0})
    assert notices.heard == []


def test_who_turns_round_is_counted_by_the_way_gone_in_the_end(
    host: HostSite, project: Project, page: Page
) -> None:
    survey = publish(project)
    ask(host, project, page)
    press(page, "radio", "3")
    press(page, "radio", "Price")
    press(page, "button", "What was wrong?")
    press(page, "button", "Would you recommend tea? 3")
    press(page, "radio", "9")
    is_titled(page, "Anything else?")
    popup(page).get_by_role("textbox").fill("No")
    with page.expect_response(is_call("responses")):
        press(page, "button", "Send")
    is_titled(page, "Great")
    assert numbers(project, survey) == (1, {"why": 0, "how": 0, "last": 1})
    assert project.call("GET", f"surveys/{survey}/report")["score"] == 100


def test_a_popup_goes_on_after_a_navigation_and_a_reload(
    host: HostSite, project: Project, page: Page
) -> None:
    survey = publish(project)
    following = ask(host, project, page)
    press(page, "radio", "3")
    press(page, "radio", "Price")
    is_titled(page, "Price: how should it be?")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[-1]))
    page.goto(following)
    is_titled(page, "Price: how should it be?")
    page.reload()
    is_titled(page, "Price: how should it be?")
    assert "decide" not in asked
    page.wait_for_timeout(EARLY)
    popup(page).get_by_role("textbox").fill("Cheap")
    press(page, "button", "Next")
    press(page, "button", "Skip")
    is_titled(page, "We are on it")
    assert numbers(project, survey) == (1, {"why": 1, "how": 1, "last": 0})
    page.goto(following)
    page.wait_for_timeout(1_000)
    expect(popup(page)).to_have_count(0)


def test_a_popup_that_was_closed_stays_closed(host: HostSite, project: Project, page: Page) -> None:
    publish(project)
    following = ask(host, project, page)
    press(page, "radio", "3")
    press(page, "button", "Close")
    page.goto(following)
    page.wait_for_timeout(1_000)
    expect(popup(page)).to_have_count(0)
