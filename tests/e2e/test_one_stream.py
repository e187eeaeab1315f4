"""Browsers open only six HTTP/1.1 connections per host, so all windows share one stream."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, Request, expect

from tests.e2e.host_site import HostSite
from tests.e2e.project import Project
from tests.e2e.visitor import appearing, is_call, popup, until

WINDOWS = 12
PING = "fetch('/ping').then((reply) => reply.json())"


class Streams:
    """The open streams of a browser context, and the most that were ever open at once."""

    def __init__(self, context: BrowserContext) -> None:
        self.open: list[Request] = []
        self.most = 0
        context.on("request", self._began)
        context.on("requestfinished", self._ended)
        context.on("requestfailed", self._ended)

    @property
    def page(self) -> Page:
        page = self.open[0].frame.page
        assert page is not None
        return page

    def _began(self, request: Request) -> None:
        if request.url.endswith("/live"):
            self.open.append(request)
            self.most = max(self.most, len(self.open))

    def _ended(self, request: Request) -> None:
        if request in self.open:
            self.open.remove(request)


def test_twelve_windows_hold_one_stream_and_all_calls_are_answered(
    host: HostSite, project: Project, new_context: Callable[..., BrowserContext]
) -> None:
    project.survey("csat", event="order_completed")
    project.survey("ces", event="help_closed")
    url = host.add("/", head=project.tag("u_1"))
    context = new_context()
    streams = Streams(context)
    pages = [context.new_page() for _ in range(WINDOWS)]
    for page in pages:
        with page.expect_response(is_call("sayso.js")):
            page.goto(url)
    until(lambda: streams.open, pages[-1])
    assert [page.evaluate(PING) for page in pages] == ["pong"] * WINDOWS
    assert len(streams.open) == streams.most == 1

    other = next(page for page in pages if page != streams.page)
    with other.expect_response(is_call("decide")) as decided:
        other.evaluate("sayso.track('help_closed')")
    assert decided.value.json()["ask"]
    expect(popup(other)).to_be_visible()
    with other.expect_response(lambda reply: "/invitations/" in reply.url):
        popup(other).get_by_role("button", name="Ask me later").click()

    with appearing(streams.page):
        project.track("u_1", "order_completed")
    assert [page.evaluate(PING) for page in pages] == ["pong"] * WINDOWS
    assert streams.most == 1


def test_when_the_window_with_the_stream_closes_another_takes_over(
    host: HostSite, project: Project, new_context: Callable[..., BrowserContext]
) -> None:
    project.survey(event="order_completed")
    url = host.add("/", head=project.tag("u_1"))
    context = new_context()
    streams = Streams(context)
    for _ in range(3):
        context.new_page().goto(url)
    until(lambda: streams.open, context.pages[0])
    first = streams.page
    first.close()
    left = context.pages[0]
    streams.open = [one for one in streams.open if one.frame.page != first]
    until(lambda: streams.open, left)
    with appearing(streams.page):
        project.track("u_1", "order_completed")
    assert len(streams.open) == 1
