"""Pages that are XML, rewrite themselves, use our global name or contain two tags."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.demo.running import Demo
from tests.e2e.project import Project, create_project
from tests.e2e.visitor import Notices, is_call
from tests.hosts.static_site import StaticSite
from tests.hosts.visit import appearing, popup

LONG_ENOUGH = 1_000  # milliseconds; a popup that may appear does so sooner
START = '<!doctype html><title>Host</title><link rel="icon" href="data:,"><h1>Host</h1>'
PROOF = pytest.mark.proof
TAKEN = [
    "{ value: 'theirs' }",
    pytest.param("{ get: () => 'theirs' }", marks=PROOF),
    pytest.param("{ get() { throw 'theirs'; } }", marks=PROOF),
]
THEIRS = "(() => { try { return sayso; } catch (thrown) { return thrown; } })()"
NAMED = ["<div id=sayso></div>", "<form name=sayso></form>"]


def answer(page: Page) -> None:
    popup(page).get_by_role("radio").last.click()
    popup(page).get_by_role("textbox").fill("Fine")
    with page.expect_response(is_call("responses")):
        popup(page).get_by_role("button", name="Send").click()
    expect(popup(page)).to_contain_text("Thank you!")


def test_a_page_of_xml_is_asked_like_any_other(
    site: StaticSite, project: Project, page: Page
) -> None:
    tag = project.tag().replace("async crossorigin", 'async="" crossorigin=""')
    page_of_xml = site.folder / "host.xhtml"
    page_of_xml.write_text(
        '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Host</title>'
        f'<link rel="icon" href="data:,"/>{tag}</head><body><h1>Host</h1></body></html>'
    )
    heard = Notices(page).heard
    with appearing(page):
        page.goto(f"{site.origin}/{page_of_xml.name}")
    assert page.evaluate("document.contentType") == "application/xhtml+xml"
    answer(page)
    assert heard == []


@pytest.mark.proof
def test_a_page_that_writes_itself_anew_is_as_it_was_written(
    site: StaticSite, project: Project, page: Page
) -> None:
    heard = Notices(page).heard
    with appearing(page):
        page.goto(site.add("written", f"{START}{project.tag()}"))
    page.evaluate(f"document.write(`{START}`); document.close()")
    page.wait_for_timeout(LONG_ENOUGH)
    assert page.evaluate("document.documentElement.children.length") == 2
    assert page.evaluate("typeof sayso.track") == "function"
    page.evaluate("sayso.track('any')")
    assert heard == []


@pytest.mark.parametrize("taken", TAKEN)
def test_where_the_page_keeps_our_name_for_itself_nobody_notices(
    site: StaticSite, project: Project, page: Page, taken: str
) -> None:
    take = f"<script>Object.defineProperty(window, 'sayso', {taken})</script>"
    url = site.add("taken", START + take + project.tag())
    heard = Notices(page).heard
    with page.expect_response(is_call("sayso.js")):
        page.goto(url)
    page.wait_for_timeout(500)  # the script runs within this time
    assert page.evaluate(THEIRS) == "theirs"
    assert heard == []


@pytest.mark.proof
@pytest.mark.parametrize("element", NAMED)
def test_an_element_of_our_name_is_no_hindrance(
    site: StaticSite, project: Project, page: Page, element: str
) -> None:
    with appearing(page):
        page.goto(site.add("named", f"{START}{element}{project.tag()}"))
    assert page.evaluate("typeof sayso.track") == "function"
    answer(page)


@pytest.mark.proof
def test_of_the_tags_of_two_projects_the_first_one_asks(
    sayso: Demo, site: StaticSite, project: Project, page: Page
) -> None:
    other = create_project(sayso.sayso, sayso.data_dir, site.origin)
    other.survey("csat", kind="page_view")
    tags = project.tag() + other.tag()
    called: list[str] = []
    page.on("request", lambda request: called.append(request.url))
    with appearing(page):
        page.goto(site.add("two", START + tags.replace("async ", "")))
    answer(page)
    theirs = [url for url in called if other.public_key in url]
    assert [url.rpartition("/")[2] for url in theirs] == ["sayso.js"]
    other.client.close()
