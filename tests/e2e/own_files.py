"""Checks for a script that is not served by the Sayso server."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.project import Project
from tests.e2e.visitor import Notices, appearing, popup, until

ICON = '<link rel="icon" href="data:,">'


def asks_answers_and_reports(page: Page, project: Project, survey: str, url: str) -> None:
    """The survey is asked, answered and reported on this page. The page loads no script from the
    server and logs nothing to the console."""
    notices = Notices(page)
    asked_for: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    with appearing(page):
        page.goto(url)
        notices.heard.clear()  # the policy blocked the test's favicon
    popup(page).get_by_role("radio", name="Very satisfied", exact=True).click()
    popup(page).get_by_role("button", name="Skip").click()
    expect(popup(page)).to_contain_text("Thank you!")
    until(lambda: project.report(survey)["n"] == 1, page)
    assert not [one for one in asked_for if one.startswith(project.url) and one.endswith(".js")]
    assert notices.heard == []
