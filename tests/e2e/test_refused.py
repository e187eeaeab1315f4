"""A page that may not ask gets a clear error, and no popup appears."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page, Request, expect

from tests.e2e.conftest import ProjectFor
from tests.e2e.host_site import HostSite
from tests.e2e.project import Project
from tests.e2e.visitor import appearing, is_call, popup, until

ASKED_OF_THE_PAGE = "Was it easy to get what you needed?"


def test_a_page_of_another_origin_gets_403_and_falls_silent(
    host: HostSite, project_for: ProjectFor, page: Page
) -> None:
    project = project_for("https://another.example")
    project.survey(event="order_completed")
    url = host.add("/", head=project.tag("u_1"))
    project.track("u_1", "order_completed")
    calls: list[str] = []
    page.on("request", lambda request: calls.append(request.method))
    with page.expect_response(is_call("live")) as live:
        page.goto(url)
    assert live.value.status == 403
    refusal = _made_again(page, live.value.request, host.origin)
    assert refusal["code"] == "origin_not_allowed"
    assert host.origin in refusal["message"]
    page.evaluate("window.sayso.track('order_completed')")
    page.evaluate("fetch('/ping').then((reply) => reply.text())")  # the page still works
    assert calls.count("POST") == 1  # the page sent us no further call
    expect(popup(page)).to_have_count(0)
    assert [one["state"] for one in project.invitations("u_1")] == ["queued"]


def test_a_wrong_public_key_gets_404(host: HostSite, project: Project, page: Page) -> None:
    tag = project.tag().replace(project.public_key, "pk_nobody")
    url = host.add("/", head=tag)
    with page.expect_response(is_call("sayso.js")) as script:
        page.goto(url)
    assert script.value.status == 404
    assert page.request.get(script.value.url).json()["code"] == "not_found"
    expect(popup(page)).to_have_count(0)


def test_an_expired_token_gets_401_and_no_backend_popup(
    host: HostSite, project: Project, page: Page
) -> None:
    tag = project.tag(data_user="u_1", data_token=project.expired_token("u_1"))
    refused: list[Request] = []
    page.on(
        "response", lambda reply: refused.append(reply.request) if reply.status == 401 else None
    )
    _backend_cannot_ask(host, project, page, tag)
    codes = {_made_again(page, one, host.origin)["code"] for one in refused}
    assert codes == {"token_expired"}


def _made_again(page: Page, request: Request, origin: str) -> Any:
    """Repeat the call and return its reply. The browser does not expose the first reply's body: it
    is `no-store`, and the script does not read it."""
    headers = {"Origin": origin, "Content-Type": "text/plain"}
    return page.request.post(request.url, headers=headers, data=request.post_data).json()


def test_a_user_id_without_a_token_gets_no_backend_popup(
    host: HostSite, project: Project, page: Page
) -> None:
    _backend_cannot_ask(host, project, page, project.tag(data_user="u_1"))


def _backend_cannot_ask(host: HostSite, project: Project, page: Page, tag: str) -> None:
    """The backend's invitation for u_1 stays queued, while page events still ask."""
    project.survey("csat", event="order_completed")
    project.survey("ces", event="help_closed")
    url = host.add("/", head=tag)
    with page.expect_response(lambda reply: is_call("live")(reply) and reply.ok):
        page.goto(url)
    project.track("u_1", "order_completed")
    with appearing(page):
        page.evaluate("window.sayso.track('help_closed')")
    expect(popup(page)).to_have_count(1)
    expect(popup(page)).to_contain_text(ASKED_OF_THE_PAGE)
    assert [one["state"] for one in project.invitations("u_1")] == ["queued"]


def test_with_a_token_the_same_event_is_asked(
    host: HostSite, project: Project, new_context: Callable[..., BrowserContext]
) -> None:
    project.survey("csat", event="order_completed")
    page = new_context().new_page()
    with page.expect_response(is_call("live")):
        page.goto(host.add("/", head=project.tag("u_1")))
    with appearing(page):
        project.track("u_1", "order_completed")
    until(lambda: project.reasons("u_1") >= {"asked"})
