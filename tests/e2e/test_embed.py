"""A survey embedded in a host's page, where the host placed it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.host_site import HostSite
from tests.e2e.project import Project
from tests.e2e.test_axe import AXE, NARROW_ENOUGH, TOO_SMALL, VIOLATIONS
from tests.e2e.test_moments import NO_ICON, decided
from tests.e2e.visitor import Notices, appearing, is_call, is_shown, popup, until

STRICT = (
    "default-src 'none'; img-src data:; script-src 'nonce-n0' 'strict-dynamic'; connect-src *; "
    "style-src 'none'; require-trusted-types-for 'script'; trusted-types sayso"
)
FAR = '<div style="height: 4000px">A long page</div>'


def place(survey: str) -> str:
    """The host's placeholder element for the survey."""
    return f'<div data-sayso="{survey}"></div>'


def drawn(page: Page, survey: str) -> Locator:
    """The survey rendered in its placeholder."""
    return page.locator(f'[data-sayso="{survey}"]').get_by_role("group")


def answer(question: Locator, score: str = "Satisfied") -> None:
    """Choose a score and skip the comment."""
    question.get_by_role("radio", name=score, exact=True).click()
    question.get_by_role("button", name="Skip").click()
    expect(question).to_contain_text("Thank you!")


def test_it_is_drawn_in_its_place_seen_answered_and_counted(
    host: HostSite, project: Project, page: Page
) -> None:
    survey = project.survey(kind="embed")
    notices = Notices(page)
    url = host.add("/", place(survey), head=project.tag() + NO_ICON)
    with page.expect_response(is_shown):
        page.goto(url)
    question = drawn(page, survey)
    expect(question).to_have_accessible_name("Short survey How would you rate your experience?")
    assert page.evaluate("document.activeElement === document.body")
    assert question.get_by_role("button").all_inner_texts() == ["Why me?"]
    with page.expect_response(is_call("responses")):
        answer(question)
    expect(question.get_by_role("link", name="Change or delete my answer")).to_be_visible()
    expect(popup(page)).to_have_count(0)
    until(lambda: project.report(survey)["n"] == 1)
    assert project.report(survey)["counts"]["shown"] == 1
    page.add_init_script(
        "window.sayso = [['on', 'unavailable', ({ survey }) => (window.missing = survey)]]"
    )
    page.reload()
    page.wait_for_function("window.missing")
    assert page.evaluate("missing") == survey
    expect(drawn(page, survey)).to_have_count(0)
    assert notices.heard == []


def test_what_lies_far_below_is_asked_when_one_comes_near_and_seen_in_sight(
    host: HostSite, project: Project, page: Page
) -> None:
    survey = project.survey(kind="embed")
    triggers = decided(page)
    with page.expect_response(lambda reply: "/v1/widget/embed." in reply.url):
        page.goto(host.add("/", FAR + place(survey) + FAR, head=project.tag()))
    page.wait_for_timeout(500)
    assert triggers == []
    with page.expect_response(is_shown):
        page.mouse.wheel(0, 3_800)
    assert [(one["kind"], len(one["surveys"])) for one in triggers] == [("embed", 1)]


def test_two_of_them_stand_beside_a_popup(host: HostSite, project: Project, page: Page) -> None:
    first, second = project.survey(kind="embed"), project.survey("ces", kind="embed")
    project.survey("nps", event="order_completed")
    page.goto(host.add("/", place(first) + place(second), head=project.tag()))
    expect(drawn(page, first)).to_be_visible()
    expect(drawn(page, second)).to_be_visible()
    with appearing(page):
        page.evaluate("sayso.track('order_completed')")
    answer(drawn(page, first))
    expect(popup(page)).to_be_visible()
    popup(page).get_by_role("button", name="Close").click()
    expect(popup(page)).to_have_count(0)
    expect(drawn(page, second)).to_be_visible()


def test_a_place_that_comes_later_goes_and_comes_again_goes_on_where_it_was(
    host: HostSite, project: Project, page: Page
) -> None:
    survey = project.survey(kind="embed", url={"match": "prefix", "value": "/help"})
    triggers = decided(page)
    page.goto(host.add("/app", "<main></main>", head=project.tag()))
    come = f"document.querySelector('main').innerHTML = {place(survey)!r}"
    page.evaluate(come)
    page.wait_for_timeout(500)
    assert triggers == []
    page.evaluate("history.pushState({}, '', '/help/1')")
    question = drawn(page, survey)
    question.get_by_role("radio", name="Satisfied", exact=True).click()
    expect(question.get_by_role("textbox")).to_be_visible()
    page.evaluate("document.querySelector('main').innerHTML = ''")
    expect(question).to_have_count(0)
    page.wait_for_timeout(300)
    page.evaluate(come)
    expect(question.get_by_role("textbox")).to_be_visible()
    assert len(triggers) == 1
    page.evaluate("history.pushState({}, '', '/app')")
    expect(question).to_have_count(0)


def test_a_strict_page_hears_nothing_of_it(host: HostSite, project: Project, page: Page) -> None:
    survey = project.survey(kind="embed")
    notices = Notices(page)
    head = project.tag(nonce="n0") + NO_ICON
    with page.expect_response(is_shown):
        page.goto(host.add("/", place(survey), head=head, csp=STRICT))
    answer(drawn(page, survey))
    assert notices.heard == []


def test_pausing_the_survey_empties_its_place(host: HostSite, project: Project, page: Page) -> None:
    survey = project.survey(kind="embed")
    project.survey("ces", event="order_completed")  # makes the page open a stream
    with page.expect_response(lambda reply: is_call("live")(reply) and reply.ok):
        page.goto(host.add("/", place(survey), head=project.tag()))
    expect(drawn(page, survey)).to_be_visible()
    project.call("POST", f"surveys/{survey}/pause")
    expect(drawn(page, survey)).to_have_count(0)


def test_why_me_is_told_in_its_place_and_never_is_obeyed(
    host: HostSite, project: Project, page: Page
) -> None:
    survey = project.survey(kind="embed")
    page.goto(host.add("/", place(survey), head=project.tag()))
    question = drawn(page, survey)
    question.get_by_role("button", name="Why me?").click()
    expect(question).to_contain_text("The page you are on brought up this question.")
    question.get_by_role("button", name="Never ask me again").click()
    expect(question).to_have_count(0)


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("de", 320), ("ar", 320)])
def test_axe_finds_nothing_in_it_and_nothing_is_too_small(
    host: HostSite,
    project: Project,
    new_context: Callable[..., BrowserContext],
    language: str,
    width: int,
) -> None:
    survey = project.survey("nps", kind="embed")
    context = new_context(viewport={"width": width, "height": 720}, bypass_csp=True)
    page = context.new_page()
    speak = f"<script>document.documentElement.lang = '{language}'</script>"
    page.goto(host.add("/", place(survey), head=project.tag() + speak))
    question = drawn(page, survey)
    question.get_by_role("radio").nth(9).focus()
    page.add_script_tag(path=AXE)
    assert page.evaluate(VIOLATIONS) == []
    assert question.evaluate(TOO_SMALL) == []
    assert question.locator(".body").evaluate(NARROW_ENOUGH)


def test_from_right_to_left_it_begins_at_the_right(
    host: HostSite, project: Project, page: Page
) -> None:
    survey = project.survey(kind="embed")
    speak = "<script>Object.assign(document.documentElement, { lang: 'ar', dir: 'rtl' })</script>"
    page.goto(host.add("/", place(survey), head=project.tag() + speak))
    expect(drawn(page, survey)).to_be_visible()
    edges = [one.bounding_box() for one in (page.locator("h1"), drawn(page, survey))]
    assert len({round(box["x"] + box["width"]) for box in edges if box}) == 1
