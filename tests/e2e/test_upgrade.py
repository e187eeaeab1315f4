"""The server changes its version while pages are open: each page keeps its own version's files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Response, expect

from tests.e2e.host_site import HostSite
from tests.e2e.other_build import build_of, make_other_build
from tests.e2e.own_server import Server
from tests.e2e.project import Project, create_project
from tests.e2e.visitor import appearing, is_call, popup, until

NewContext = Callable[[], BrowserContext]


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of another version."""
    return make_other_build(tmp_path_factory.mktemp("newer"))


def open_tab(host: HostSite, project: Project, page: Page, user_id: str) -> list[Response]:
    """Open a page with a stream; return its list of loaded widget files, which keeps growing."""
    files: list[Response] = []
    page.on("response", lambda reply: files.append(reply) if "/widget/" in reply.url else None)
    head = '<link rel="icon" href="data:,">' + project.tag(user_id)
    with page.expect_response(lambda reply: is_call("live")(reply) and reply.ok):
        page.goto(host.add(f"/{user_id}", head=head))
    return files


def answers(page: Page, project: Project, survey: str, user_id: str, event: str) -> None:
    """The user is asked in a page that stayed open, and the answer is stored."""
    with appearing(page):
        project.track(user_id, event)
    popup(page).get_by_role("radio", name="Very satisfied", exact=True).click()
    popup(page).get_by_role("button", name="Skip").click()
    expect(popup(page)).to_contain_text("Thank you!")
    until(lambda: project.report(survey)["n"], page)
    assert project.reasons(user_id) == {"queued", "asked"}


def test_an_open_tab_outlives_an_upgrade_a_publication_and_the_way_back(
    host: HostSite, server: Server, page: Page, new_context: NewContext, newer: Path
) -> None:
    builds = build_of(), build_of(newer)
    assert builds[0] != builds[1]
    server.start()
    project = create_project(server.url, server.data_dir, host.origin)
    first = project.survey(event="order_completed")
    files = open_tab(host, project, page, "u_1")

    server.kill()
    server.start(newer)
    with page.expect_response(lambda reply: "/rules.json" in reply.url):
        second = project.survey(event="support_called")
    answers(page, project, second, "u_1", "support_called")
    assert {reply.url.split(".")[-2] for reply in files} == {builds[0]}
    assert [reply.url for reply in files if not reply.ok] == []

    # A tab of the newer version on a server of the older one, as after a rollback.
    tab = new_context().new_page()  # its browser has not cached the script
    files = open_tab(host, project, tab, "u_2")
    server.kill()
    server.start()
    answers(tab, project, first, "u_2", "order_completed")
    assert {reply.url.split(".")[-2] for reply in files} == {builds[1]}
    assert [reply.url for reply in files if not reply.ok] == []
    project.client.close()
