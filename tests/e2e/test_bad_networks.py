"""Visits on bad networks: no survey is asked twice, and an answer arrives once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e.host_site import HostSite
from tests.e2e.own_server import Server, line_to
from tests.e2e.project import Project, create_project
from tests.e2e.visitor import Notices, appearing, is_call, popup, takes_input, until

EVENT = "order_completed"
SCORE = "Very satisfied"
REFUSED = "Failed to load resource"
"""Chromium logs this for each failed call; a page cannot prevent it."""
WITHOUT_STORAGE = """
Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("forbidden", "SecurityError"); },
});"""
FULL_STORAGE = """
Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };"""
TWO_HOURS_LATE = """
const now = Date.now.bind(Date), OldDate = Date;
Date.now = () => now() - 7_200_000;
window.Date = class extends OldDate {
  constructor(...given) { super(...(given.length ? given : [Date.now()])); }
};"""


PING = "fetch('/ping').then((reply) => reply.json())"
HALF_A_MINUTE = 30  # seconds
TRIES = {"sayso.js": 1, "live": 1, "popup": 2, "decide": 5, "events": 6}
"""The most calls in half a minute. The backoff doubles from one second, less up to half as jitter.
After ten seconds *decide* is not retried, and its event is only stored."""
ICON = '<link rel="icon" href="data:,">'
PROOF = pytest.mark.proof


def asked(host: HostSite, project: Project, page: Page) -> str:
    """Show a survey in a popup; return the survey's id."""
    survey = project.survey("csat", event=EVENT, **{"from": "page"})
    page.goto(host.add("/", '<a href="#">Link</a>', head=ICON + project.tag()))
    page.wait_for_function("!!window.sayso?.track")
    with appearing(page):
        page.evaluate(f"sayso.track('{EVENT}')")
    return survey


def answer(page: Page) -> None:
    popup(page).get_by_role("radio", name=SCORE).click()
    popup(page).get_by_role("textbox").fill("Fine")
    takes_input(page)
    popup(page).get_by_role("button", name="Send").click()
    expect(popup(page)).to_contain_text("Thank you!")


def arrived_once(project: Project, survey: str, page: Page) -> None:
    until(lambda: project.report(survey)["counts"]["completed"] == 1, page)
    report = project.report(survey)
    assert (report["n"], report["distribution"]["5"], report["counts"]["shown"]) == (1, 1, 1)


def is_quiet(notices: Notices) -> bool:
    """Whether the console contains only the browser's own lines about failed calls."""
    return [line for line in notices.heard if REFUSED not in line] == []


def test_an_answer_given_offline_arrives_from_the_next_page(
    host: HostSite, project: Project, page: Page
) -> None:
    survey = asked(host, project, page)
    context, url = page.context, page.url
    context.set_offline(True)
    answer(page)
    page.close()  # this ends the page's own retries
    context.set_offline(False)
    following = context.new_page()
    notices = Notices(following)
    following.goto(url)
    arrived_once(project, survey, following)
    with following.expect_response(is_call("decide")) as decided:
        following.evaluate(f"sayso.track('{EVENT}')")
    assert decided.value.json()["ask"] is None
    assert is_quiet(notices)


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param({"status": 500, "body": "no"}, id="500", marks=PROOF),
        pytest.param({"status": 429, "headers": {"Retry-After": "1"}}, id="429"),
        pytest.param(None, id="reset", marks=PROOF),
    ],
)
def test_an_answer_arrives_after_several_refusals(
    host: HostSite, project: Project, page: Page, trouble: dict[str, object] | None
) -> None:
    notices = Notices(page)
    survey = asked(host, project, page)
    left = [1, 2]

    def refuse(route: Route) -> None:
        if not left:
            route.continue_()
            return
        left.pop()
        if trouble is None:
            route.abort("connectionreset")
        else:
            headers = {"Access-Control-Allow-Origin": "*", **trouble.get("headers", {})}  # type: ignore[dict-item]
            route.fulfill(**{**trouble, "headers": headers})  # type: ignore[arg-type]

    page.route("**/responses", refuse)
    answer(page)
    arrived_once(project, survey, page)
    assert left == []
    assert is_quiet(notices)


@pytest.mark.parametrize(
    "blocked",
    [
        "**/widget/*.js",
        pytest.param("**/popup.*.js", marks=PROOF),
        pytest.param("**/decide", marks=PROOF),
        pytest.param("**/sayso.js", marks=PROOF),
    ],
)
def test_where_a_blocker_takes_our_calls_the_page_goes_on_and_nobody_is_asked(
    host: HostSite, project: Project, page: Page, blocked: str
) -> None:
    survey = project.survey("csat", event=EVENT, **{"from": "page"})
    project.survey("ces", kind="exit_intent")  # its extra file is loaded at once
    notices = Notices(page)
    page.route(blocked, lambda route: route.abort("blockedbyclient"))
    stub = "<script>(window.sayso ??= [])</script>"
    page.goto(host.add("/", '<a href="#">Link</a>', head=ICON + stub + project.tag()))
    for _ in range(2):
        page.evaluate(f"sayso.push(['track', '{EVENT}'])")
    page.get_by_role("link").click()
    page.wait_for_timeout(2_000)  # long enough to appear and count as shown
    assert page.locator("sayso-survey").count() == 0
    assert page.evaluate(PING) == "pong"
    assert project.report(survey)["counts"]["shown"] == 0
    assert is_quiet(notices)


def test_an_answer_that_a_blocker_takes_harms_nothing(
    host: HostSite, project: Project, page: Page
) -> None:
    notices = Notices(page)
    survey = asked(host, project, page)
    page.route("**/responses", lambda route: route.abort("blockedbyclient"))
    answer(page)
    assert project.report(survey)["n"] == 0
    page.unroute("**/responses")
    page.reload()
    arrived_once(project, survey, page)
    assert is_quiet(notices)


@pytest.mark.parametrize(
    "hindrance",
    [
        pytest.param(WITHOUT_STORAGE, id="storage forbidden"),
        pytest.param(FULL_STORAGE, id="storage full", marks=PROOF),
        pytest.param(TWO_HOURS_LATE, id="clock two hours late"),
        pytest.param(TWO_HOURS_LATE.replace("- 7", "+ 7"), id="clock two hours early", marks=PROOF),
    ],
)
def test_an_odd_browser_is_asked_and_heard_like_any_other(
    host: HostSite, project: Project, page: Page, hindrance: str
) -> None:
    page.add_init_script(hindrance)
    notices = Notices(page)
    survey = asked(host, project, page)
    answer(page)
    arrived_once(project, survey, page)
    assert notices.heard == []


@pytest.mark.proof
def test_on_a_line_of_ten_seconds_the_answer_arrives_once(
    host: HostSite, project: Project, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    notices = Notices(page)
    survey = asked(host, project, page)

    def slowly(route: Route) -> None:
        time.sleep(10)
        route.continue_()

    page.route("**/responses", slowly)
    answer(page)
    arrived_once(project, survey, page)
    assert is_quiet(notices)


def test_after_a_stream_was_reset_the_page_comes_back_and_is_asked(
    host: HostSite, project: Project, page: Page
) -> None:
    project.survey("csat", event=EVENT)
    notices = Notices(page)
    with line_to(project.url) as line:
        tag = project.tag("u_1").replace(project.url, line.url)
        with page.expect_response(is_call("live")):
            page.goto(host.add("/", head=ICON + tag))
        with page.expect_response(is_call("live")):
            line.reset()
        with appearing(page):
            project.track("u_1", EVENT)
    assert is_quiet(notices)


@pytest.mark.proof
def test_a_server_killed_before_it_hears_that_a_popup_was_seen_asks_once_and_takes_the_answer(
    host: HostSite, server: Server, page: Page
) -> None:
    server.start()
    project = create_project(server.url, server.data_dir, host.origin)
    survey = project.survey("csat", event=EVENT, **{"from": "page"})
    notices = Notices(page)
    page.goto(host.add("/", head=ICON + project.tag()))
    page.wait_for_function("!!window.sayso?.track")
    with page.expect_response("**/popup.*.js"), page.expect_response(is_call("decide")):
        page.evaluate(f"sayso.track('{EVENT}')")
    server.kill()
    expect(popup(page)).to_be_visible()
    server.start()
    until(lambda: project.report(survey)["counts"]["shown"] == 1, page)
    expect(popup(page)).to_have_count(1)
    answer(page)
    arrived_once(project, survey, page)
    page.reload()
    page.wait_for_function("!!window.sayso?.track")
    with page.expect_response(is_call("decide")) as decided:
        page.evaluate(f"sayso.track('{EVENT}')")
    assert decided.value.json()["ask"] is None
    assert is_quiet(notices)
    project.client.close()


@pytest.mark.proof
@pytest.mark.parametrize(
    ("let_through", "tries"),
    [
        pytest.param("", {"sayso.js": 1}, id="all"),
        pytest.param("sayso.js", TRIES, id="calls"),
    ],
)
def test_where_a_blocker_takes_all_of_ours_there_is_no_storm(
    host: HostSite, project: Project, page: Page, let_through: str, tries: dict[str, int]
) -> None:
    project.survey("csat", event=EVENT)
    notices = Notices(page)
    asked_for: Counter[str] = Counter()

    def block(route: Route) -> None:
        name = route.request.url.rpartition("/")[2].partition(".")[0]
        asked_for["sayso.js" if name == "sayso" else name] += 1
        if let_through and route.request.url.endswith(let_through):
            route.continue_()
        else:
            route.abort("blockedbyclient")

    page.route(f"{project.url}/**", block)
    page.clock.install()
    stub = f"<script>(window.sayso ??= []).push(['track', '{EVENT}'])</script>"
    page.goto(host.add("/", head=ICON + stub + project.tag()))
    for _ in range(HALF_A_MINUTE):
        page.clock.run_for(1_000)
        page.evaluate(PING)
    assert {name: n for name, n in asked_for.items() if n > tries.get(name, 0)} == {}
    assert is_quiet(notices)
