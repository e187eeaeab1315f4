"""An invitation waits for the person's next page, also if the first page left before showing it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.host_site import HostSite
from tests.e2e.project import Project
from tests.e2e.visitor import appearing, is_call, popup


def test_who_has_no_page_open_is_asked_on_the_next_one(
    host: HostSite, project: Project, page: Page
) -> None:
    project.survey(event="order_completed")
    url = host.add("/", head=project.tag("u_away"))
    project.track("u_away", "order_completed")
    with appearing(page):
        page.goto(url)
    assert [one["state"] for one in project.invitations("u_away")] == ["shown"]


@pytest.mark.proof  # the test of the shop without its script waits for the same lease
def test_a_claim_that_was_never_shown_returns_and_is_asked_on_the_next_page(
    host: HostSite, project: Project, page: Page
) -> None:
    project.survey(event="order_completed")
    url = host.add("/", head=project.tag("u_gone"))
    page.route("**/v1/widget/popup.*", lambda route: route.abort())
    with page.expect_response(is_call("live")):
        page.goto(url)
    with page.expect_response(is_call("decide")) as claiming:
        project.track("u_gone", "order_completed")
    assert claiming.value.json()["ask"]
    assert [one["state"] for one in project.invitations("u_gone")] == ["claimed"]
    page.unroute("**/v1/widget/popup.*")
    with appearing(page):
        page.goto(url)  # the claim's lease ends after 15 s, then the page is asked
    expect(popup(page)).to_have_count(1)
    assert [one["state"] for one in project.invitations("u_gone")] == ["shown"]
