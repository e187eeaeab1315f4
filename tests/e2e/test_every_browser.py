"""A survey from trigger to answer in Chromium, Firefox and WebKit, under the strictest policy.

All browsers run the same steps, with what every WebDriver supports: open, evaluate, press, click.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from sayso_server.texts import builtin
from tests.e2e.browsers import chromium, firefox, webkit
from tests.e2e.browsers.driver import Driver, Launch, NotHere, Scheme
from tests.e2e.every_kind import EARLY
from tests.e2e.host_site import HostSite
from tests.e2e.project import Project
from tests.e2e.visitor import TABS_AT_MOST, until

BROWSERS = {
    "chromium": (),
    "firefox": (pytest.mark.proof,),
    "webkit": (pytest.mark.proof,),
}
"""Browsers that not every machine has run only in `make proof`."""
LAUNCHERS: dict[str, Launch] = {"firefox": firefox.launch, "webkit": webkit.launch}


def visitor_who_likes(scheme: Scheme) -> pytest.MarkDecorator:
    """Run the test with one window in each browser."""
    windows = [pytest.param((name, scheme), marks=m, id=name) for name, m in BROWSERS.items()]
    return pytest.mark.parametrize("window", windows, indirect=True)


POLICY = (
    "default-src 'none'; script-src 'nonce-Ab12'; connect-src {url}; img-src data:;"
    " require-trusted-types-for 'script'; trusted-types sayso"
)
HEAD = '<link rel="icon" href="data:,">'
NOTICE = """<script nonce="Ab12">
window.noticed = [];
window.keys = [];
window.clicks = 0;
for (const name of ["log", "info", "warn", "error", "debug"])
  console[name] = (...words) => noticed.push(words.join(" "));
for (const type of ["error", "unhandledrejection", "securitypolicyviolation"])
  addEventListener(type, (event) =>
    noticed.push(`${type}: ${event.message ?? event.reason ?? event.violatedDirective}`));
addEventListener("keydown", ({ key }) => keys.push(key));
</script>"""
"""A script of the host that runs before ours and records messages and events."""

ROOT = "document.querySelector('sayso-survey')?.shadowRoot"
BOX = f"{ROOT}?.querySelector('[role=dialog]')"
FOCUSED = f"{ROOT}?.activeElement"
STREAM_HAS_SPOKEN = "Object.keys(localStorage).some((name) => name.endsWith(':rules'))"
COMMENT = "from n / f ? and b"
ARABIC = {
    "name": "Arabic",
    "trigger": {"event": "done"},
    "questions": [{"id": "score", "kind": "csat", "title": {"ar": "كيف كانت تجربتك معنا؟"}}],
}


@pytest.fixture(scope="module")
def window(request: pytest.FixtureRequest) -> Iterator[Driver]:
    """One window for all tests: each test has its own origin and therefore its own visitor."""
    name, scheme = request.param
    if name == "chromium":
        launch = chromium.launcher(request.getfixturevalue("browser"))
    else:
        launch = LAUNCHERS[name]
    try:
        with launch(scheme) as driver:
            yield driver
    except NotHere as missing:
        pytest.skip(str(missing))


def visit(window: Driver, host: HostSite, project: Project, tag: str, body: str = "") -> None:
    """Open a page with the strictest policy; wait until our script has loaded."""
    policy = POLICY.format(url=project.url)
    window.open(host.add("/", body, head=HEAD + NOTICE + tag, csp=policy))
    seen(window, "!!window.sayso?.track")


def seen(window: Driver, expression: str) -> Any:
    """Wait until the expression is true in the page; return its value."""
    found: list[Any] = []

    def look() -> bool:
        found.append(window.evaluate(expression))
        return bool(found[-1])

    until(look)
    return found[-1]


def says(window: Driver, text: str) -> None:
    """Wait until the popup contains the text."""
    seen(window, f"({BOX}?.textContent ?? '').includes({json.dumps(text)})")


def appeared(window: Driver) -> None:
    """Wait until the popup is visible and takes input."""
    seen(window, f"({BOX}?.getBoundingClientRect().height ?? 0) > 0")
    began = window.evaluate("performance.now()")
    seen(window, f"performance.now() > {began + EARLY}")


def tab_to(window: Driver, selector: str) -> None:
    """Press Tab until this element of the popup has the focus."""
    for _ in range(TABS_AT_MOST):
        if window.evaluate(f"!!{FOCUSED}?.matches({json.dumps(selector)})"):
            return
        window.press("Tab")
    raise AssertionError(f"Tab never came to {selector}")


def write(window: Driver, text: str) -> None:
    for letter in text:
        window.press(letter)


def click(window: Driver, selector: str) -> None:
    """Click the middle of an element in the popup."""
    place = f"{ROOT}.querySelector({json.dumps(selector)}).getBoundingClientRect().toJSON()"
    box = window.evaluate(place)
    window.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def paper(window: Driver) -> Any:
    """The popup's background and text colours."""
    style = f"getComputedStyle({BOX})"
    return window.evaluate(f"[{style}.backgroundColor, {style}.color]")


def stored(project: Project, survey: str, score: str) -> None:
    """Wait until the report contains the answer, once and complete."""
    until(lambda: project.report(survey)["counts"]["completed"] == 1)
    report = project.report(survey)
    assert (report["n"], report["distribution"][score]) == (1, 1)


@visitor_who_likes("light")
def test_an_event_of_the_page_is_answered_by_keyboard_alone_and_the_page_notices_nothing(
    window: Driver, host: HostSite, project: Project
) -> None:
    survey = project.survey("nps", event="came_back")
    visit(window, host, project, project.tag(nonce="Ab12"), '<input id="theirs">')
    window.evaluate("document.querySelector('#theirs').focus()")
    before = window.evaluate("[innerWidth, scrollY, document.body.getBoundingClientRect().height]")
    window.evaluate("sayso.track('came_back')")
    appeared(window)
    assert window.evaluate("document.activeElement.id") == "theirs"
    tab_to(window, "[role=radio]")
    window.press("9")
    window.press("Enter")
    seen(window, f"{FOCUSED}?.localName === 'textarea'")
    write(window, COMMENT)
    assert window.evaluate(f"{FOCUSED}.value") == COMMENT
    appeared(window)
    window.press("Control+Enter")
    says(window, "Thank you!")
    seen(window, f"!!{FOCUSED}?.matches('.close')")
    window.press("Enter")
    seen(window, "!document.querySelector('sayso-survey')")
    assert window.evaluate("document.activeElement.id") == "theirs"
    after = window.evaluate("[innerWidth, scrollY, document.body.getBoundingClientRect().height]")
    assert after == before
    assert set(window.evaluate("keys")) <= {"Tab"}
    assert window.evaluate("noticed") == []
    stored(project, survey, "9")


@visitor_who_likes("light")
def test_an_event_of_the_backend_comes_through_the_stream_and_is_answered_by_clicks(
    window: Driver, host: HostSite, project: Project
) -> None:
    survey = project.survey("csat", event="order_completed")
    visit(window, host, project, project.tag("u_1", nonce="Ab12"))
    seen(window, STREAM_HAS_SPOKEN)
    project.track("u_1", "order_completed")
    appeared(window)
    assert paper(window) == ["rgb(255, 255, 255)", "rgb(22, 25, 29)"]
    click(window, "[role=radio]:nth-of-type(4)")
    says(window, "Skip")
    appeared(window)
    click(window, "textarea")
    seen(window, f"{FOCUSED}?.localName === 'textarea'")
    write(window, "Fine")
    click(window, ".send")
    says(window, "Thank you!")
    assert window.evaluate("noticed") == []
    stored(project, survey, "4")


@visitor_who_likes("light")
def test_an_arabic_survey_reads_from_right_to_left(
    window: Driver, host: HostSite, project: Project
) -> None:
    survey = project.call("POST", "surveys", ARABIC)["id"]
    project.call("POST", f"surveys/{survey}/publish")
    visit(window, host, project, project.tag(nonce="Ab12"))
    window.evaluate("sayso.track('done')")
    appeared(window)
    assert window.evaluate(f"getComputedStyle({BOX}).direction") == "rtl"
    faces = f"[...{ROOT}.querySelectorAll('[role=radio]')].map((one) => one.offsetLeft)"
    places = window.evaluate(faces)
    assert places == sorted(places, reverse=True)
    box = window.evaluate(f"{BOX}.getBoundingClientRect().toJSON()")
    assert (round(box["x"]), round(box["width"])) == (20, 384)
    tab_to(window, "[role=radio]")
    for _ in range(2):
        window.press("ArrowLeft")  # forwards, in Arabic
    window.press("Enter")
    says(window, builtin("ar").thanks.title)
    assert window.evaluate("noticed") == []
    stored(project, survey, "3")


@visitor_who_likes("dark")
def test_who_likes_the_dark_is_asked_on_dark_paper(
    window: Driver, host: HostSite, project: Project
) -> None:
    project.survey("nps", kind="page_view")
    visit(window, host, project, project.tag(nonce="Ab12"))
    appeared(window)
    assert paper(window) == ["rgb(29, 32, 37)", "rgb(236, 238, 241)"]
    assert window.evaluate("noticed") == []
