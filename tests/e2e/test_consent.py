"""Before consent a page stores and sends nothing; after withdrawal, nothing stored remains."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from playwright.sync_api import Page, Request, expect

from tests.e2e.host_site import HostSite
from tests.e2e.project import Project
from tests.e2e.visitor import Notices, appearing, is_call, popup

LONG_ENOUGH = 1_500  # milliseconds
KEPT = "[...Object.keys(localStorage), ...Object.keys(sessionStorage), document.cookie].join('')"


def test_a_page_that_waits_for_consent_keeps_and_sends_nothing_until_it_is_given(
    host: HostSite, project: Project, page: Page
) -> None:
    project.survey(event="order_completed")
    url = host.add(
        "/", head=project.tag("u_1", data_consent="wait") + '<link rel="icon" href="data:,">'
    )
    sent: list[str] = []
    notices = Notices(page)
    page.on("request", lambda request: sent.append(request.url))
    page.goto(url)
    page.wait_for_function("!!window.sayso?.track")
    page.evaluate("sayso.track('order_completed')")
    page.wait_for_timeout(LONG_ENOUGH)
    ours = [address for address in sent if address.startswith(project.url)]
    assert [address.rpartition("/")[2] for address in ours] == ["sayso.js"]
    assert page.evaluate(KEPT) == ""
    with appearing(page):
        page.evaluate("sayso.consent()")
    assert page.evaluate(KEPT) != ""
    page.evaluate("sayso.consent(false)")
    expect(popup(page)).to_have_count(0)
    assert page.evaluate(KEPT) == ""
    sent.clear()
    page.evaluate("sayso.track('order_completed')")
    page.wait_for_timeout(LONG_ENOUGH)
    assert sent == []
    assert notices.heard == []
    assert [one["state"] for one in project.invitations("u_1")] == ["shown"]


def test_what_was_seen_before_consent_was_withdrawn_counts_as_shown(
    host: HostSite, project: Project, page: Page
) -> None:
    survey = project.survey(kind="page_view")
    with appearing(page):
        page.goto(host.add("/", head=project.tag()))
    page.evaluate("sayso.consent(false)")
    assert project.report(survey)["counts"]["shown"] == 1


@pytest.mark.parametrize(
    "event",
    [
        pytest.param("order_completed", id="streams"),
        pytest.param(None, id="shows a popup", marks=pytest.mark.proof),
    ],
)
def test_consent_that_is_withdrawn_in_one_window_is_withdrawn_in_another_that(
    host: HostSite, project: Project, page: Page, event: str | None
) -> None:
    moment = {"event": event} if event else {"kind": "page_view"}
    project.survey(**moment)
    url = host.add("/", head=project.tag())
    other = page.context.new_page()
    with page.expect_response(is_call("live")) if event else appearing(page):
        page.goto(url)
    other.goto(url)
    other.wait_for_function("!!window.sayso?.track")
    with page.expect_event("requestfailed", is_stream) if event else nullcontext():
        other.evaluate("sayso.consent(false)")
    expect(popup(page)).to_have_count(0)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.evaluate("sayso.track('order_completed')")
    page.wait_for_timeout(LONG_ENOUGH)
    assert sent == []
    assert page.evaluate(KEPT) == ""


def is_stream(request: Request) -> bool:
    return request.url.endswith("/live")
