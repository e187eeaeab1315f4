"""A pause of a survey or project takes effect on open pages too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.host_site import HostSite
from tests.e2e.project import Project
from tests.e2e.visitor import appearing, is_call, popup


def open_page(host: HostSite, project: Project, page: Page, user_id: str) -> None:
    url = host.add("/", head=project.tag(user_id))
    with page.expect_response(lambda reply: is_call("live")(reply) and reply.ok):
        page.goto(url)


def open_popup(host: HostSite, project: Project, page: Page) -> None:
    open_page(host, project, page, "u_1")
    with appearing(page):
        project.track("u_1", "order_completed")


def test_pausing_a_survey_closes_its_open_popup(
    host: HostSite, project: Project, page: Page
) -> None:
    survey = project.survey(event="order_completed")
    open_popup(host, project, page)
    project.call("POST", f"surveys/{survey}/pause")
    expect(popup(page)).to_have_count(0)


def test_pausing_one_survey_leaves_the_popup_of_another_open(
    host: HostSite, project: Project, page: Page
) -> None:
    project.survey("csat", event="order_completed")
    other = project.survey("ces", event="support_called")
    open_popup(host, project, page)
    with page.expect_response(lambda reply: "/rules.json" in reply.url):
        project.call("POST", f"surveys/{other}/pause")
    expect(popup(page)).to_be_visible()


def test_pausing_the_project_closes_popups_and_stops_asking_until_it_is_resumed(
    host: HostSite, project: Project, page: Page
) -> None:
    project.survey(event="order_completed")
    open_popup(host, project, page)
    project.command("pause-project", project.id)
    expect(popup(page)).to_have_count(0)
    open_page(host, project, page, "u_2")
    project.track("u_2", "order_completed")
    assert project.reasons("u_2") == set()
    expect(popup(page)).to_have_count(0)

    project.command("pause-project", project.id, "--resume")
    open_page(host, project, page, "u_3")
    with appearing(page):
        project.track("u_3", "order_completed")


def publish(project: Project) -> list[str]:
    return [
        project.survey(event="order_completed", **{"from": "page"}),
        project.survey("ces", kind="click", selector="#buy"),
    ]


def each(project: Project, surveys: list[str], change: str) -> None:
    for survey in surveys:
        project.call("POST", f"surveys/{survey}/{change}")


@pytest.mark.parametrize("asleep", ["the project is paused", "surveys are", "none was published"])
def test_a_page_wakes_with_its_surveys(
    host: HostSite, project: Project, page: Page, asleep: str
) -> None:
    surveys = [] if "none" in asleep else publish(project)
    if "project" in asleep:
        project.command("pause-project", project.id)
    else:
        each(project, surveys, "pause")
    url = host.add("/", head=project.tag("u_1"), body='<button id="buy">Buy</button>')
    with page.expect_response(lambda reply: is_call("live")(reply) and reply.ok):
        page.goto(url)

    with page.expect_response(lambda reply: "/moments." in reply.url):
        if "project" in asleep:
            project.command("pause-project", project.id, "--resume")
        elif surveys:
            each(project, surveys, "resume")
        else:
            publish(project)
    with appearing(page):
        page.evaluate("sayso.track('order_completed')")
    popup(page).get_by_role("button", name="Close").click()
    expect(popup(page)).to_have_count(0)
    with appearing(page):
        page.locator("#buy").click()
