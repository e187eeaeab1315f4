"""An answer arrives exactly once, across a navigation and a server outage."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.host_site import HostSite
from tests.e2e.own_server import Server
from tests.e2e.project import Project, create_project
from tests.e2e.visitor import (
    appearing,
    choose_by_arrows,
    is_call,
    popup,
    tab_into_popup,
    until,
)

LISTEN_FOR_ERRORS = """
window.noticed = [];
for (const type of ["error", "unhandledrejection"])
  addEventListener(type, (event) => noticed.push(String(event.reason ?? event.message)));
"""


def test_an_answer_given_just_before_leaving_the_page_arrives(
    host: HostSite, project: Project, page: Page
) -> None:
    survey = project.survey("nps", event="came_back")
    url = host.add("/", head=project.tag("u_1"))
    elsewhere = host.add("/elsewhere")
    with page.expect_response(is_call("live")):
        page.goto(url)
    with appearing(page):
        project.track("u_1", "came_back")
    # The page navigates away in the same task that sends the answer.
    page.evaluate(f"sayso.on('answered', () => location.assign({elsewhere!r}))")
    tab_into_popup(page)
    choose_by_arrows(page, "9")
    page.keyboard.press("Enter")
    page.wait_for_url(elsewhere)
    until(lambda: project.report(survey)["n"] == 1)
    assert project.report(survey)["distribution"]["9"] == 1


def test_while_the_server_is_away_the_page_notices_nothing_and_answers_arrive_once_afterwards(
    host: HostSite, server: Server, page: Page
) -> None:
    server.start()
    project = create_project(server.url, server.data_dir, host.origin)
    survey = project.survey("csat", event="order_completed")
    url = host.add("/", head=project.tag("u_1"))
    page.add_init_script(LISTEN_FOR_ERRORS)
    with page.expect_response(is_call("live")):
        page.goto(url)
    with appearing(page):
        project.track("u_1", "order_completed")

    server.kill()
    popup(page).get_by_role("radio", name="Very satisfied").click()
    popup(page).get_by_role("textbox").fill("Even the server needs a break.")
    popup(page).get_by_role("button", name="Send").click()
    expect(popup(page)).to_contain_text("Thank you!")
    assert page.evaluate("fetch('/ping').then((reply) => reply.json())") == "pong"
    assert page.evaluate("noticed") == []

    server.start()
    until(lambda: project.report(survey)["counts"]["completed"] == 1, page)
    report = project.report(survey)
    assert (report["n"], report["distribution"]["5"]) == (1, 1)
    (answered,) = project.call("GET", "people?user_id=u_1")["person"]["invitations"]
    assert answered["state"] == "completed"
    assert page.evaluate("noticed") == []
    project.client.close()
