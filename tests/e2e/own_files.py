"""What holds for a script that does not come from the server."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.project import Project
from tests.e2e.visitor import Notices, appearing, popup, until

ICON = '<link rel="icon" href="data:,">'


def asks_answers_and_reports(page: Page, project: Project, survey: str, url: str) -> None:
    """All the way on the page at this address, without a script of the server's or a word in the
    console."""
    notices = Notices(page)
    asked_for: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    with appearing(page):
        page.goto(url)
        notices.heard.clear()  # the test's own empty icon
    popup(page).get_by_role("radio", name="Very satisfied", exact=True).click()
    popup(page).get_by_role("button", name="Skip").click()
    expect(popup(page)).to_contain_text("Thank you!")
    until(lambda: project.report(survey)["n"] == 1, page)
    assert not [one for one in asked_for if one.startswith(project.url) and one.endswith(".js")]
    assert notices.heard == []
