"""Triggers in the page: a click, exit intent, a scroll, time on the page, inactivity."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.host_site import HostSite
from tests.e2e.project import Project
from tests.e2e.visitor import Notices, appearing, is_call, popup

LONG = '<div style="height: 4000px">A long page</div>'
SHELL = (
    '<main style="position: fixed; inset: 0; overflow: auto">'
    '<div style="height: 4000px">An application</div></main>'
)
COMPONENT = """
<my-export>Export</my-export>
<script>
customElements.define("my-export", class extends HTMLElement {
  connectedCallback() {
    this.attachShadow({ mode: "open" }).innerHTML = "<button><slot></slot></button>";
  }
});
</script>
"""
COMPONENT_SHELL = f"""
<my-shell><div style="height: 4000px">A component</div></my-shell>
<script>
document.querySelector("my-shell").attachShadow({{ mode: "open" }}).innerHTML =
  {SHELL!r}.replace(/<div.*div>/, "<slot></slot>");
</script>
"""
NO_ICON = '<link rel="icon" href="data:,">'
WATCHED = 1_100  # milliseconds after which a leaving pointer counts as exit intent


def visit(host: HostSite, project: Project, page: Page, body: str = "", path: str = "/") -> str:
    """Open a host's page that watches for these triggers; return its URL."""
    url = host.add(path, body, head=project.tag() + NO_ICON)
    with page.expect_response(lambda reply: "/v1/widget/moments." in reply.url):
        page.goto(url)
    return url


def decided(page: Page) -> list[dict[str, Any]]:
    """Collect the triggers of all *decide* calls from the page."""
    found: list[dict[str, Any]] = []

    def collect(request: Any) -> None:
        if request.url.endswith("/decide"):
            found.append(request.post_data_json["trigger"])

    page.on("request", collect)
    return found


def test_without_moments_their_file_is_not_loaded(
    host: HostSite, project: Project, page: Page
) -> None:
    project.survey(kind="page_view")
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    with appearing(page):
        page.goto(host.add("/", head=project.tag()))
    assert not [url for url in loaded if "/v1/widget/moments." in url]


@pytest.mark.parametrize(
    ("rule", "body"),
    [
        ({"selector": "#tools .export"}, '<p id="tools"><a class="export"><b>Export</b></a></p>'),
        ({"text": "export"}, "<button> <b>Export</b> </button>"),
        ({"text": "Export"}, COMPONENT),
        ({"selector": "my-export"}, COMPONENT),
    ],
)
def test_a_click_asks_and_stays_the_hosts_own(
    host: HostSite, project: Project, page: Page, rule: dict[str, str], body: str
) -> None:
    project.survey(kind="click", **rule)
    notices = Notices(page)
    triggers = decided(page)
    visit(host, project, page, body + "<p>Something else</p>")
    page.evaluate("addEventListener('click', (event) => (window.got = event.defaultPrevented))")
    page.get_by_text("Something else").click()
    with appearing(page):
        page.get_by_text("Export", exact=True).click()
    assert page.evaluate("got") is False
    assert [trigger["kind"] for trigger in triggers] == ["click"]
    assert notices.heard == []


def test_a_pointer_that_leaves_through_the_top_asks(
    host: HostSite, project: Project, page: Page
) -> None:
    project.survey(kind="exit_intent")
    visit(host, project, page, LONG)
    page.wait_for_timeout(WATCHED)
    page.mouse.move(300, 200)
    with appearing(page):
        page.mouse.move(300, -5, steps=5)


@pytest.mark.parametrize(
    ("body", "over"),
    [(LONG, "A long page"), (SHELL, "An application"), (COMPONENT_SHELL, "A component")],
    ids=["page", "shell", "component"],
)
def test_who_has_scrolled_far_enough_is_asked(
    host: HostSite, project: Project, page: Page, body: str, over: str
) -> None:
    project.survey(kind="scroll", percent=60)
    triggers = decided(page)
    visit(host, project, page, body)
    page.get_by_text(over).hover()
    page.mouse.wheel(0, 1_000)
    page.wait_for_timeout(WATCHED)  # long enough, but not scrolled far enough
    assert triggers == []
    with appearing(page):
        page.mouse.wheel(0, 2_000)


def test_a_page_shorter_than_the_window_has_been_seen_whole(
    host: HostSite, project: Project, page: Page
) -> None:
    project.survey(kind="scroll", percent=100)
    with appearing(page):
        visit(host, project, page)


@pytest.mark.parametrize("kind", ["time_on_page", "inactivity"])
def test_who_stays_and_who_stays_still_is_asked(
    host: HostSite, project: Project, page: Page, kind: str
) -> None:
    project.survey(kind=kind, seconds=2)
    with appearing(page):
        visit(host, project, page)


def test_surveys_of_one_moment_are_decided_together_and_once_a_view(
    host: HostSite, project: Project, page: Page
) -> None:
    project.survey("csat", kind="click", selector="button")
    project.survey("ces", kind="click", text="Export")
    triggers = decided(page)
    visit(host, project, page, "<button>Export</button>", path="/app")
    with appearing(page):
        page.get_by_text("Export").click()
    assert len(triggers[0]["surveys"]) == 2
    popup(page).get_by_role("button", name="Close").click()
    page.get_by_text("Export").click()
    with page.expect_request(lambda request: request.url.endswith("/decide")):
        page.evaluate("history.pushState({}, '', '/app/next')")
        page.wait_for_timeout(WATCHED)
        page.get_by_text("Export").click()
    assert len(triggers) == 2


def test_on_an_excluded_page_nothing_asks_until_it_is_left(
    host: HostSite, project: Project, page: Page
) -> None:
    project.policy(excluded_pages=[{"match": "prefix", "value": "/checkout"}])
    project.survey(kind="click", selector="button")
    project.survey("ces", event="order_completed")
    triggers = decided(page)
    host.add("/checkout", "<button>Pay</button>", head=project.tag("u_1"))
    with page.expect_response(lambda reply: is_call("live")(reply) and reply.ok):
        page.goto(f"{host.origin}/checkout")
    page.get_by_text("Pay").click()
    page.evaluate("sayso.track('order_completed')")
    project.track("u_1", "order_completed")
    page.wait_for_timeout(WATCHED)
    assert triggers == []
    expect(popup(page)).to_have_count(0)
    assert [one["state"] for one in project.invitations("u_1")] == ["queued"]
    with appearing(page):
        page.evaluate("history.pushState({}, '', '/thanks')")
    assert {trigger["kind"] for trigger in triggers} <= {"click", "event", "invitation"}


def test_the_page_says_in_which_zone_it_is_where_there_are_quiet_hours(
    host: HostSite, project: Project, new_context: Any
) -> None:
    project.policy(quiet_hours={"from": "02:00", "to": "02:01"})
    project.survey(kind="page_view")
    page = new_context(timezone_id="Europe/Vilnius").new_page()
    with page.expect_request(lambda request: request.url.endswith("/decide")) as asked:
        page.goto(host.add("/", head=project.tag()))
    assert asked.value.post_data_json["page"]["zone"] == "Europe/Vilnius"
